#!/usr/bin/env python3
"""A new program takes the place of the one that runs, under clients that never ask twice. Run from the root of the
project.
"""
import re
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

from load_without_retries import Load, Renting, book_manager, reader
from running_shop import call, wait_until
from served_shop import PROGRAM, SECONDS, line_within

KEEPER, PASSWORD = "keeper@example.com", "a courtyard for every room"


class Replacing(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="madang-replaced-")
        self.addCleanup(folder.cleanup)
        self.data = Path(folder.name) / "data"
        self.run_command("operator", "add", "--email", KEEPER, input=PASSWORD)

    def run_command(self, *words, **more):
        return subprocess.run([PROGRAM, *words, "--data", self.data], text=True, capture_output=True, timeout=SECONDS, **more)

    def start(self, *words):
        shop = subprocess.Popen(
            [PROGRAM, "serve", "--data", self.data, "--listen", "127.0.0.1:0", "--set", "http.requests_per_minute=0", *words],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, bufsize=0)
        self.addCleanup(shop.stderr.close)
        self.addCleanup(shop.wait)
        self.addCleanup(shop.kill)
        return shop

    def open(self, *words):
        shop = self.start(*words)
        self.port = int(re.search(r"http://\S+:(\d+)", line_within(shop.stderr, b"is open on")).group(1))
        return shop

    def recorded(self, kind):
        return self.run_command("events", "--type", kind).stdout.count("\n")

    def registered(self):
        return self.recorded("EditionRegistered")


class ASuccessor(Replacing):
    def test_takes_folder_and_socket_over_and_no_request_fails(self):
        shop = self.open()
        port = self.port
        with Load(port, book_manager(port, KEEPER, PASSWORD)) as load:
            for _ in range(2):
                old, shop = shop, self.open("--replace")
                self.assertEqual(old.wait(SECONDS), 0)
                self.assertEqual(self.port, port)
                load.wait_for(300)
        print(f"replaced twice under load: {load.answered} answered, {len(load.failed)} failed, "
              f"the longest took {load.longest:.2f} s")
        self.assertEqual(load.failed, [])
        self.assertEqual(self.registered(), load.registered)
        shop.send_signal(signal.SIGTERM)
        self.assertEqual(shop.wait(SECONDS), 0)
        self.assertEqual(self.run_command("check").returncode, 0)

    def test_that_cannot_open_leaves_the_place_to_the_old_one(self):
        shop = self.open()
        with Load(self.port, book_manager(self.port, KEEPER, PASSWORD)) as load:
            failing = self.start("--replace", "--set", "payment.webhook_key_path=/nowhere")
            self.assertEqual(failing.wait(SECONDS), 3)
            line_within(shop.stderr, b"it opens again here")
            load.wait_for(300)
        self.assertEqual(load.failed, [])
        self.assertEqual(self.registered(), load.registered)
        shop.send_signal(signal.SIGTERM)
        self.assertEqual(shop.wait(SECONDS), 0)

    def test_finds_nobody_and_opens_as_ever(self):
        self.open("--replace")
        self.assertEqual(call(self.port, "GET", "/v1/editions")[0], 200)

    def test_is_asked_for_and_not_everyone_is_one(self):
        shop = self.open()
        self.assertEqual(self.start().wait(SECONDS), 3)
        self.assertIsNone(shop.poll())
        self.assertEqual((self.data / "successor").stat().st_mode & 0o777, 0o600)


class ASuccessorWhilePeopleRent(Replacing):
    def test_takes_rentals_over_that_wait_for_slow_cards_and_none_fails(self):
        shop = self.open("--sample")
        port, rentable = self.port, "/v1/editions?rentable=true"
        wait_until(lambda: len(call(port, "GET", rentable)[1]["items"]) >= 8, SECONDS, "sample editions can be rented")
        readers = [reader(port, number) for number in range(8)]
        with Renting(port, readers, call(port, "GET", rentable)[1]["items"]) as load:
            for _ in range(2):
                old, shop = shop, self.open("--sample", "--replace")
                self.assertEqual(old.wait(SECONDS), 0)
                load.wait_for(150)
        print(f"replaced twice while people rent: {sum(load.rented)} rentals, {len(load.failed)} failed, "
              f"the longest answer took {load.longest:.2f} s")
        self.assertEqual(load.failed, [])
        shop.send_signal(signal.SIGTERM)
        self.assertEqual(shop.wait(SECONDS), 0)
        self.assertEqual(self.recorded("RentalStarted"), sum(load.rented))
        self.assertEqual(self.run_command("check").returncode, 0)


if __name__ == "__main__":
    unittest.main()
