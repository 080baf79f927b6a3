#!/usr/bin/env python3
"""The disk of one context is so slow that it can as well be said to stand still. Renting and returning go on as ever, for
they wait for no neighbour but payment; and when the disk is well again the neighbour catches up.

Run from the root of the project.
"""
import sys
import time
import unittest

from bad_machine import OnABadMachine
from paying_test import SECONDS
from running_shop import wait_until

SYNC_SECONDS = 4  # of the slow one; whoever waits for it waits at least so long


class ANeighbour(OnABadMachine):
    def stand_still(self, context, edition):
        self.machine.be(slow=f"/data/{context}/", slow_ms=SYNC_SECONDS * 1000)
        begun = time.monotonic()
        rental = self.rent(edition)["rental_id"]
        self.assertEqual(self.customer.ask("POST", f"/v1/rentals/{rental}/return", key=f"return-{rental}")[0], 204)
        self.assertLess(time.monotonic() - begun, SYNC_SECONDS)
        self.machine.be()
        wait_until(lambda: any(item["rental_id"] == rental and item["state"] == "returned" for item in self.customer.shelf()),
                   SECONDS, "the shelf shows it")
        wait_until(lambda: self.metric(f'madang_heard_position{{context="{context}",source="rental"}}')
                   == self.metric('madang_log_position{context="rental"}'), SECONDS, f"{context} has caught up")

    def test_catalog_that_stands_still_holds_nobody_up_and_catches_up(self):
        self.stand_still("catalog", self.editions[0])

    def test_customer_that_stands_still_holds_nobody_up_and_catches_up(self):
        self.stand_still("customer", self.editions[0])

    def test_insight_that_stands_still_holds_nobody_up_and_catches_up(self):
        self.stand_still("insight", self.editions[0])


if __name__ == "__main__":
    unittest.main(verbosity=2, argv=sys.argv)
