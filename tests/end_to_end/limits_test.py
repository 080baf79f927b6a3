#!/usr/bin/env python3
"""Limits changed while the shop runs: in force at once and over restarts, shown with who changed them, taken back again. Run
from the root of the project.
"""
import json
import subprocess
import sys
import unittest

from paying_test import SECONDS, AtTheTill, Customer, slug
from running_shop import BIN, call, fetch


class ALimit(AtTheTill):
    def command(self, *words, code=0):
        done = subprocess.run([BIN / "madang", "config", *words, "--data", self.shop.folder / "data"], text=True,
                              capture_output=True, timeout=SECONDS)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout if code == 0 else done.stderr

    def set(self, name, value, code=0):
        return self.command("set", name, str(value), "--reason", "the fair", code=code)

    def in_force(self, name):
        option, = (it for it in json.loads(self.command("--json")) if it["name"] == name)
        return option["value"], option["from"]

    def quota(self):
        return fetch(self.shop.port, "GET", "/v1/editions")[1].get("RateLimit-Policy")

    def rents(self, customer, number):
        return customer.rent(self.editions[number], key=f"rent-{number}")

    def test_of_what_one_customer_borrows_holds_at_once_and_over_a_restart_until_it_is_taken_back(self):
        customer = Customer(self.shop, 1)
        self.assertEqual(self.rents(customer, 0)[0], 201)
        self.assertEqual(self.set("rental.borrowed_max", 1), "rental.borrowed_max = 1 from now on\n")
        status, refused = self.rents(customer, 1)
        self.assertEqual((status, slug(refused)), (409, "too-many-borrowed"))
        value, source = self.in_force("rental.borrowed_max")
        self.assertEqual(value, 1)
        self.assertRegex(source, r"^operator \w+, \d{4}-\d\d-\d\dT")
        self.shop.stop()
        self.shop.start()
        self.assertEqual(self.rents(customer, 2)[0], 409)
        self.command("reset", "rental.borrowed_max")
        self.assertEqual(self.rents(customer, 3)[0], 201)
        self.assertEqual(self.in_force("rental.borrowed_max"), (10, "default"))

    def test_of_requests_holds_for_the_next_request(self):
        self.assertIsNone(self.quota())  # this shop is told to have none
        self.set("http.requests_per_minute", 12)
        answers = [call(self.shop.port, "GET", "/v1/editions")[0] for _ in range(20)]
        self.assertEqual((answers[0], answers[-1]), (200, 429))
        self.set("http.requests_per_minute", 0)
        self.assertEqual(call(self.shop.port, "GET", "/v1/editions")[0], 200)

    def test_is_changed_on_a_stopped_folder_too(self):
        self.shop.stop()
        self.set("rental.borrowed_max", 1)
        self.shop.start()
        customer = Customer(self.shop, 1)
        self.assertEqual([self.rents(customer, it)[0] for it in range(2)], [201, 409])

    def test_that_makes_no_sense_or_is_none_is_refused(self):
        for name, value, code, why in (("rental.borrowed_max", 0, 2, "must be at least 1"),
                                       ("rental.hold_lasts", "1m", 2, "must be longer than rental.pay_within"),
                                       ("rental.borrowed", 3, 2, "there is no option"),
                                       ("listen", "127.0.0.1:1", 1, "is read when the shop starts")):
            with self.subTest(name=name):
                self.assertIn(why, self.set(name, value, code))
        self.assertIn("not changed by anybody", self.command("reset", "rental.hold_lasts", code=1))
        self.assertEqual(self.in_force("rental.hold_lasts"), ("10m", "default"))


if __name__ == "__main__":
    unittest.main(verbosity=2, argv=sys.argv)
