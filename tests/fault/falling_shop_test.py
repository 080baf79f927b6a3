#!/usr/bin/env python3
"""Something brings the program down whenever it is handled: a message, or what a client asks for. Whoever supervises the
program starts it again, as here; after at most three starts it serves, with the message set aside for a person, who has it handled once the reason is gone.

Run from the root of the project.
"""
import subprocess
import sys
import threading
import unittest

from bad_machine import OnABadMachine
from paying_test import SECONDS, Customer
from running_shop import BIN, call, epub, upload, wait_until

STARTS_MAX = 3


class Supervisor:
    """Starts the shop whenever it has ended by itself, until it is told to rest."""

    def __init__(self, shop):
        self.shop, self.falls, self.resting = shop, 0, threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()

    def watch(self):
        while not self.resting.is_set():
            if self.shop.process.poll() is None:
                self.resting.wait(0.02)
            elif self.falls < 10:
                self.falls += 1
                try:
                    self.shop.start()
                except (AssertionError, OSError):
                    pass  # it fell again before it was ready

    def rest(self):
        self.resting.set()
        self.thread.join()


class ThatBringsTheShopDown(OnABadMachine):
    def setUp(self):
        super().setUp()
        person = f"/v1/people/{self.operator.id}/roles/book_manager"
        self.assertEqual(self.operator.ask("PUT", person, key="manager")[0], 204)
        self.manager = Customer(self.shop, 0)
        self.supervisor = Supervisor(self.shop)
        self.addCleanup(self.supervisor.rest)

    def register_an_edition(self):
        edition = {"title": "The Heavy Lamp", "contributors": ["Han Sora"], "language": "en", "format": "ebook",
                   "identifier": {"scheme": "publisher", "value": "lamps:heavy"}}
        status, answer = self.manager.ask("POST", "/v1/editions", edition, key="edition")
        self.assertEqual(status, 201, answer)
        path = f"/v1/editions/{answer['edition_id']}"
        terms = {"price": {"amount": 2500, "currency": "KRW"}, "days": 7, "licences": 2, "extensions": 0}
        status, answer = call(self.shop.port, "PUT", path + "/rental-terms", terms,
                              {**self.manager.token, "Idempotency-Key": "terms", "If-Match": '"1"'})
        self.assertEqual(status, 204, answer)
        return path

    def upload(self, path):
        return upload(self.shop, path, epub(), self.manager.token)

    def is_serving(self):
        return call(self.shop.port, "GET", "/readyz")[0] == 200

    def is_rentable(self, path):
        found = call(self.shop.port, "GET", path)[1]
        return found.get("availability") == {"licences": 2, "free": 2}


class AMessage(ThatBringsTheShopDown):
    def test_that_brings_the_shop_down_is_set_aside_after_three_starts_and_handled_when_it_can_be(self):
        path = self.register_an_edition()
        self.machine.be(abort="/data/rental/files")  # where rental puts its copy of a new file
        self.upload(path)
        wait_until(lambda: self.is_serving() and self.metric('madang_parked{context="rental"}') == 1, SECONDS,
                   "the message is set aside")
        self.assertGreaterEqual(self.supervisor.falls, 1)
        self.assertLessEqual(self.supervisor.falls, STARTS_MAX)
        falls = self.supervisor.falls
        self.rent(self.editions[0])
        self.assertEqual(self.supervisor.falls, falls)
        self.machine.be()
        self.assertFalse(self.is_rentable(path))
        listed = subprocess.run([BIN / "madang", "parked", "list", "--context", "rental", "--data",
                                 self.shop.folder / "data"], capture_output=True, text=True, check=True).stdout
        self.assertIn("fetch_file", listed)
        retried = subprocess.run([BIN / "madang", "parked", "retry", "rental", "1", "--data", self.shop.folder / "data"],
                                 capture_output=True, text=True)
        self.assertEqual(retried.returncode, 0, retried)
        wait_until(lambda: self.is_rentable(path), SECONDS, "the edition can be rented after all")
        self.assertEqual(self.metric('madang_parked{context="rental"}'), 0)


class ARequest(ThatBringsTheShopDown):
    def test_that_brings_the_shop_down_takes_nothing_with_it_but_its_own_answer(self):
        path = self.register_an_edition()
        rental = self.rent(self.editions[0])
        self.machine.be(abort="/data/catalog/files")  # where an upload goes
        for fall in (1, 2):
            self.assertIsNone(self.upload(path))
            wait_until(lambda: self.supervisor.falls == fall and self.is_serving(), SECONDS, "it is serving again")
        self.assertEqual(self.rent(self.editions[0]), rental)
        self.machine.be()
        self.assertEqual(self.upload(path), 200)
        wait_until(lambda: self.is_rentable(path), SECONDS, "the edition can be rented")
        self.assertEqual(self.supervisor.falls, 2)


if __name__ == "__main__":
    unittest.main(verbosity=2, argv=sys.argv)
