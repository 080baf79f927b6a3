#!/usr/bin/env python3
"""Somebody sets the machine's clock, forward or back, while the shop runs. No loan ends or grows longer by it, nobody is
signed out; the shop says that it is unready, and by how far the clock is off, until the clock is right again.

Run from the root of the project.
"""
import sys
import unittest

from bad_machine import OnABadMachine
from paying_test import SECONDS
from running_shop import call, wait_until

FORTY_DAYS = 40 * 86_400  # longer than any loan of the sample


class TheWallClock(OnABadMachine):
    def set_it(self, seconds):
        days = lambda it: self.customer.ask("GET", f"/v1/editions/{it['edition_id']}")[1]["rental_terms"]["days"]
        loan = self.rent(self.editions[0])
        as_long = next(it for it in self.editions[1:] if days(it) == days(self.editions[0]))
        self.machine.be(wall_offset=seconds)
        self.assertEqual(call(self.shop.port, "GET", "/readyz")[0], 503)
        self.assertAlmostEqual(self.metric("madang_wall_clock_departure_seconds"), seconds, delta=5)
        wait_until(self.customer.shelf, SECONDS, "the book is on the shelf")
        path = f"/v1/rentals/{loan['rental_id']}"
        seen = self.customer.ask("GET", path)[1]
        self.assertEqual((seen["state"], seen["until"]), ("on_loan", loan["until"]))
        status, link = self.customer.ask("POST", path + "/link", key="link")
        self.assertEqual(status, 200, link)
        self.assertEqual(call(self.shop.port, "GET", link["url"])[0], 200)
        another = self.rent(as_long)
        self.assertEqual(another["until"][:10], loan["until"][:10])
        self.assertEqual(self.customer.shelf()[0]["state"], "on_loan")
        self.machine.be()
        self.assertEqual(call(self.shop.port, "GET", "/readyz")[0], 200)
        self.assertAlmostEqual(self.metric("madang_wall_clock_departure_seconds"), 0, delta=5)

    def test_set_forward_ends_no_loan_and_makes_the_shop_unready(self):
        self.set_it(FORTY_DAYS)

    def test_set_back_lengthens_no_loan_and_makes_the_shop_unready(self):
        self.set_it(-FORTY_DAYS)

    def test_found_behind_what_was_recorded_makes_the_shop_unready_until_it_starts_under_a_right_one(self):
        loan = self.rent(self.editions[0])
        self.shop.stop()
        self.machine.be(wall_offset=-FORTY_DAYS)
        self.shop.start(until=lambda: call(self.shop.port, "GET", "/livez")[0] == 200)
        self.assertEqual(call(self.shop.port, "GET", "/readyz")[0], 503)
        self.assertAlmostEqual(self.metric("madang_wall_clock_departure_seconds"), -FORTY_DAYS, delta=30)
        self.assertIn("clock stands before what was recorded", (self.shop.folder / "shop.log").read_text())
        self.machine.be()
        self.assertEqual(call(self.shop.port, "GET", "/readyz")[0], 503)
        self.shop.stop()
        self.shop.start()
        self.assertEqual(self.customer.ask("GET", f"/v1/rentals/{loan['rental_id']}")[1]["until"], loan["until"])

    def test_corrected_by_half_a_minute_is_nothing_to_speak_of(self):
        self.machine.be(wall_offset=30)
        self.assertEqual(call(self.shop.port, "GET", "/readyz")[0], 200)


if __name__ == "__main__":
    unittest.main(verbosity=2, argv=sys.argv)
