#!/usr/bin/env python3
"""The shop's disk is full, becomes read-only, or fails to sync, while people rent and return. Whoever asks for an effect
is told that it cannot be had now, or the shop stops; what was acknowledged is there afterwards, and when the disk is
well again so is the shop. Seen from outside, at the end with the folder checked and the books compared.

Run from the root of the project.
"""
import errno
import os
import shutil
import subprocess
import sys
import time
import unittest

from bad_machine import OnABadMachine
from paying_test import SECONDS, slug
from running_shop import call, wait_until

STOPPED_ITSELF = 70


class WithRentals(OnABadMachine):
    def setUp(self):
        super().setUp()
        self.acknowledged = [self.rent(edition)["rental_id"] for edition in self.editions[:3]]

    def assert_nothing_is_lost(self):
        wait_until(lambda: {item["rental_id"] for item in self.customer.shelf()} >= set(self.acknowledged), SECONDS,
                   "what was acknowledged is on the shelf")

    def until_rented(self, edition):
        answers = []

        def rented():
            answers.append(self.customer.rent(edition, key=edition["edition_id"]))
            return answers[-1][0] == 201

        wait_until(rented, SECONDS, "the book can be rented again")
        return answers[-1][1]["rental_id"]


class ADisk(WithRentals):
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


@unittest.skipUnless(os.geteuid() == 0, "only root may mount a file system")
class AFileSystem(WithRentals):
    """As above, on a file system that is full indeed."""

    def setUp(self):
        super().setUp()
        self.shop.stop()
        data, there = self.shop.folder / "data", self.shop.folder / "was"
        data.rename(there)
        data.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "madang-test", data], check=True)
        self.addCleanup(subprocess.run, ["umount", "--lazy", data], check=True)
        shutil.copytree(there, data, dirs_exist_ok=True)
        self.shop.start()

    def fill(self):
        with open(self.shop.folder / "data/ballast", "wb", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(bytes(4096))
            except OSError as full:
                self.assertEqual(full.errno, errno.ENOSPC)

    def test_that_is_full_refuses_effects_and_loses_none(self):
        """What is written into pages that a file has already goes on; sooner or later nothing does."""
        self.fill()
        asked = 0

        def refused():
            nonlocal asked
            asked += 1
            edition = self.editions[3 + asked % 3]
            status, answer = self.customer.rent(edition, key=f"rent-{asked}")
            if status != 201:
                self.assertIn(status, (503, 409), answer)
                return status == 503
            self.acknowledged.append(answer["rental_id"])
            status, answer = self.customer.ask("POST", f"/v1/rentals/{answer['rental_id']}/return", key=f"back-{asked}")
            if status == 204:
                self.acknowledged.pop()
            return status == 503

        wait_until(refused, SECONDS, "an effect is refused")
        self.assertEqual(call(self.shop.port, "GET", "/v1/editions")[0], 200)
        self.assertIsNone(self.shop.process.poll(), "the shop has stopped")
        self.shop.kill()
        self.shop.start(until=lambda: call(self.shop.port, "GET", "/livez")[0] == 200)
        self.assertEqual(call(self.shop.port, "GET", "/v1/editions")[0], 200)
        (self.shop.folder / "data/ballast").unlink()
        self.assert_nothing_is_lost()
        self.acknowledged.append(self.until_rented(self.editions[7]))
        self.assert_nothing_is_lost()


if __name__ == "__main__":
    unittest.main(verbosity=2, argv=sys.argv)
