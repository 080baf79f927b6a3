#!/usr/bin/env python3
"""The shop's disk is full, becomes read-only, or fails to sync, while people rent and return. Whoever asks for an effect
is told that it cannot be had now, or the shop stops; what was acknowledged is there afterwards, and when the disk is
well again so is the shop. Seen from outside, at the end with the folder checked and the books compared.

Run from the root of the project.
"""
import errno
import sys
import time
import unittest

from bad_machine import OnABadMachine
from paying_test import SECONDS, slug
from running_shop import call, wait_until

STOPPED_ITSELF = 70


class ADisk(OnABadMachine):
    def setUp(self):
        super().setUp()
        self.acknowledged = [self.rent(edition)["rental_id"] for edition in self.editions[:3]]

    def assert_nothing_is_lost(self):
        wait_until(lambda: {item["rental_id"] for item in self.customer.shelf()} >= set(self.acknowledged), SECONDS,
                   "what was acknowledged is on the shelf")

    def refuse_writes_until_well(self, fault):
        """Effects are refused with 503 while reading goes on; then they are had under the same key."""
        self.machine.be(writes_fail=fault)
        for _ in range(3):
            status, answer = self.customer.rent(self.editions[3], key=self.editions[3]["edition_id"])
            self.assertEqual((status, slug(answer)), (503, "unavailable"), answer)
            status, answer = self.customer.ask("POST", f"/v1/rentals/{self.acknowledged[0]}/return", key="return")
            self.assertEqual((status, slug(answer)), (503, "unavailable"), answer)
            self.assertEqual(call(self.shop.port, "GET", "/v1/editions")[0], 200)
            self.assertEqual(call(self.shop.port, "GET", "/livez")[0], 200)
        time.sleep(1)  # what works in the background meets it too
        self.assertIsNone(self.shop.process.poll(), "the shop has stopped")
        self.machine.be()
        self.acknowledged.append(self.until_rented(self.editions[3]))
        self.assertEqual(self.customer.ask("POST", f"/v1/rentals/{self.acknowledged[0]}/return", key="return")[0], 204)
        del self.acknowledged[0]
        self.assert_nothing_is_lost()

    def until_rented(self, edition):
        answers = []

        def rented():
            answers.append(self.customer.rent(edition, key=edition["edition_id"]))
            return answers[-1][0] == 201

        wait_until(rented, SECONDS, "the book can be rented again")
        return answers[-1][1]["rental_id"]

    def test_that_is_full_refuses_effects_and_loses_none(self):
        self.refuse_writes_until_well(errno.ENOSPC)

    def test_that_becomes_read_only_refuses_effects_and_loses_none(self):
        self.refuse_writes_until_well(errno.EROFS)

    def test_that_fails_to_sync_stops_the_shop_before_anything_is_answered(self):
        self.machine.be(syncs_fail=errno.EIO)
        with self.assertRaises(OSError):
            print(self.customer.rent(self.editions[3], key=self.editions[3]["edition_id"]))
        self.assertEqual(self.shop.process.wait(SECONDS), STOPPED_ITSELF)
        log = (self.shop.folder / "shop.log").read_text()
        self.assertIn("process stops: cannot sync", log.splitlines()[-1])
        self.machine.be()
        self.shop.start()
        self.assert_nothing_is_lost()
        self.acknowledged.append(self.until_rented(self.editions[3]))
        self.assert_nothing_is_lost()


if __name__ == "__main__":
    unittest.main(verbosity=2, argv=sys.argv)
