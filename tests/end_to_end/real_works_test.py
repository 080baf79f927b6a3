#!/usr/bin/env python3
"""A shop with the 78,766 real works: the import is killed half-way and run again, nothing is missing and nothing there
twice; one of them is given its book, rented and read. Where the list is not at hand (../shared/data, or
MADANG_SHARED_DATA), with as many works that are made up.

Run from the root of the project.
"""
import csv
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
import urllib.request
from collections import Counter
from pathlib import Path

from paying_test import PASSWORD, SECONDS, Customer
from running_shop import BIN, Shop, add_operator, call, epub, upload, wait_until

# Taken out of the environment, in which the shop would look for an option of that name.
REAL = Path(os.environ.pop("MADANG_SHARED_DATA", "../shared/data")) / "catalog/gutenberg_works.csv.gz"
WORKS, SAMPLE = 78_766, 12
TERMS = "language=ko: 3000 KRW, 14 days, 3 licences; *: 2000 KRW, 14 days, 2 licences"


def write_list(path):
    if REAL.exists():
        path.write_bytes(gzip.decompress(REAL.read_bytes()))
        return
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "title", "authors", "language"])
        rows.writerows([number, f"Lamp number {number}", "Han, Sora", "ko" if number % 50 == 0 else "en"] for number in range(WORKS))


class TheRealWorks(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="madang-works-")
        self.addCleanup(folder.cleanup)
        self.list = Path(folder.name) / "works.csv"
        write_list(self.list)
        self.shop = Shop(folder.name)
        self.addCleanup(self.shop.end)
        self.data = self.shop.folder / "data"
        add_operator(self.shop, "customer0@example.com", PASSWORD)

    def importing(self):
        return subprocess.Popen([BIN / "madang", "import", "csv", self.list, "--data", self.data, "--terms", TERMS,
                                 "--when-untitled", "[untitled]"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def import_until(self, rows):
        """Kills the import when it has told of so many rows."""
        with self.importing() as run:
            for line in run.stdout:
                told = re.search(r"(\d+) rows", line)
                if told and int(told.group(1)) >= rows:
                    run.kill()
        self.assertEqual(run.returncode, -9)

    def import_all(self):
        """How many were new, and how many there already."""
        with self.importing() as run:
            end = run.stdout.read().splitlines()[-1]
        self.assertEqual(run.returncode, 0, end)
        return [int(re.search(rf"(\d+) {what}", end).group(1)) for what in ("new", "unchanged")]

    def registered(self):
        listed = subprocess.run([BIN / "madang", "events", "--data", self.data, "--context", "catalog", "--type",
                                 "EditionRegistered", "--json"], capture_output=True, text=True, check=True).stdout
        return [json.loads(line)["payload"] for line in listed.splitlines()]

    def test_are_all_there_once_though_their_import_was_killed_and_one_is_lent_and_read(self):
        self.import_until(20_000)
        self.import_until(50_000)
        new, before = self.import_all()
        self.assertEqual(new + before, WORKS)
        self.assertGreaterEqual(before, 50_000)
        self.assertEqual(self.import_all(), [0, WORKS])
        works = self.registered()
        self.assertEqual(len(works), WORKS)
        twice = Counter(json.dumps(work["details"]["identifier"]) for work in works).most_common(1)
        self.assertEqual(twice[0][1], 1)

        self.shop.start()
        book = epub("<package>a real work</package>")
        edition = works[WORKS // 2]["edition"]
        path = f"/v1/editions/{edition}"
        operator = Customer(self.shop, 0)
        self.assertEqual(operator.ask("PUT", f"/v1/people/{operator.id}/roles/book_manager", key="manager")[0], 204)
        self.assertEqual(upload(self.shop, path, book, Customer(self.shop, 0).token), 200)
        wait_until(lambda: call(self.shop.port, "GET", path)[1].get("availability", {}).get("free"), SECONDS, "it can be rented")
        customer = Customer(self.shop, 1)
        found = call(self.shop.port, "GET", path)[1]
        status, rental = customer.rent({"edition_id": edition, "rental_price": found["rental_terms"]["price"]})
        self.assertEqual(status, 201, rental)
        status, link = customer.ask("POST", f"/v1/rentals/{rental['rental_id']}/link", key="open")
        self.assertEqual(status, 200, link)
        url = link["url"] if link["url"].startswith("http") else f"http://127.0.0.1:{self.shop.port}{link['url']}"
        with urllib.request.urlopen(url, timeout=SECONDS) as answer:
            self.assertEqual(answer.read(), book)
        wait_until(customer.shelf, SECONDS, "it is on the shelf")
        self.shop.stop()
        self.assertEqual(self.shop.faults_in_folder(), [])


if __name__ == "__main__":
    unittest.main(verbosity=2, argv=sys.argv)
