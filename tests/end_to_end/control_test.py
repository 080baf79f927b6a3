#!/usr/bin/env python3
"""What an operator has done to a shop, beside it and on its folder when it is stopped: parked deliveries retried
and discarded, read models built again while people read. Run from the root of the project.
"""
import itertools
import json
import shutil
import sqlite3
import stat
import subprocess
import threading
import unittest

from running_shop import wait_until
from served_shop import SECONDS, ServedShop

HEARING = {"customer", "insight", "payment", "rental"}  # what hears the catalog, or hears what heard it


class AShopWhoseFileIsLost(ServedShop):
    """Rental begins anew and asks the catalog for the files of all editions, of which some are lost."""

    def begin(self, lost=1):
        shop = self.start()
        self.wait_for_sample()
        self.end(shop)
        for context in HEARING:
            shutil.rmtree(self.data / context)
        for stays in ("catalog", "identity"):  # they have heard nothing of those that begin anew
            with sqlite3.connect(self.data / stays / "journal.db") as journal:
                for table, source in itertools.product(("checkpoints", "inbox"), HEARING):
                    journal.execute(f"DELETE FROM {table} WHERE source = ?", (source,))
            journal.close()
        files = sorted(it for it in (self.data / "catalog/files").glob("??/*") if it.is_file())[:lost]
        self.lost = [(it, it.read_bytes()) for it in files]
        for path, _ in self.lost:
            path.unlink()
        shop = self.start()
        wait_until(lambda: len(self.parked()) == lost and len(self.events("FileFetched")) == 12 - lost, 20,
                   "what cannot be fetched is parked, and all else is fetched")
        return shop

    def end(self, shop):
        shop.terminate()
        self.assertEqual(shop.wait(SECONDS), 0)

    def bring_back(self):
        for path, content in self.lost:
            path.write_bytes(content)

    def parked(self, *more):
        return [json.loads(line) for line in self.run_command("parked", "list", "--json", *more).stdout.splitlines()]

    def retry(self, number):
        return self.run_command("parked", "retry", "rental", str(number))


class AParkedDelivery(AShopWhoseFileIsLost):
    def test_is_retried_beside_the_shop_once_its_cause_is_gone(self):
        self.begin()
        first, = self.parked()
        again = self.retry(first["number"])
        self.assertEqual((again.returncode, again.stdout), (1, ""))
        self.assertIn("it failed again: the catalog lacks the file", again.stderr)
        self.bring_back()
        handled = self.retry(first["number"])
        self.assertEqual((handled.returncode, handled.stdout, handled.stderr), (0, "handled\n", ""))
        self.assertEqual(self.parked(), [])
        gone = self.retry(first["number"])
        self.assertEqual(gone.returncode, 1)
        self.assertIn("nothing is parked in rental", gone.stderr)
        self.assertEqual(len(self.events("FileFetched")), 12)

    def test_is_retried_in_the_same_words_when_the_shop_is_stopped(self):
        self.end(self.begin())
        first, = self.parked()
        again = self.retry(first["number"])
        self.assertEqual(again.returncode, 1)
        self.assertIn("it failed again: the catalog lacks the file", again.stderr)
        self.bring_back()
        handled = self.retry(first["number"])
        self.assertEqual((handled.returncode, handled.stdout), (0, "handled\n"))
        self.assertEqual(self.parked(), [])
        self.assertEqual(len(self.events("FileFetched")), 12)
        self.assertEqual(self.run_command("check").returncode, 0)

    def test_tells_its_story(self):
        self.begin()
        first, = self.parked()
        self.retry(first["number"])
        after, = self.parked()
        self.assertEqual((first["attempts"], after["attempts"]), (1, 2))
        self.assertEqual(after["delivery"]["type"], "FileExpected")
        self.assertEqual((after["source"], after["position"]), ("rental", first["position"]))
        self.assertEqual((after["parked_at"], after["first_cause"]), (first["parked_at"], first["cause"]))
        self.assertGreater(after["failed_at"], after["parked_at"])
        story = self.run_command("parked", "list").stdout
        for told in ("FileExpected, position", "of rental, parked 2", "tried 2 times, last 2", "lacks the file"):
            self.assertIn(told, story)

    def test_is_discarded_for_a_reason_that_is_kept_with_who_and_when(self):
        shop = self.begin(lost=2)
        first, second = self.parked()
        discard = lambda number, *why: self.run_command("parked", "discard", "rental", str(number), *why)
        self.assertEqual(discard(first["number"]).returncode, 2)
        self.assertEqual(discard(first["number"], "--reason", "").returncode, 2)
        self.assertEqual(len(self.parked()), 2)
        beside = discard(first["number"], "--reason", "the edition was a test")
        self.assertEqual((beside.returncode, beside.stdout, beside.stderr), (0, "discarded\n", ""))
        self.end(shop)
        stopped = discard(second["number"], "--reason", "this one too")
        self.assertEqual((stopped.returncode, stopped.stdout, stopped.stderr), (0, "discarded\n", ""))
        self.assertEqual(self.parked(), [])
        given_up = self.parked("--discarded")
        me = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
        self.assertEqual([it["why"] for it in given_up], ["the edition was a test", "this one too"])
        self.assertEqual({it["who"] for it in given_up}, {me})
        self.assertEqual([it["parked"]["number"] for it in given_up], [first["number"], second["number"]])
        self.assertIn(f"by {me}: this one too", self.run_command("parked", "list", "--discarded").stdout)


class AReadModel(ServedShop):
    def start_with_many(self, more=8000):
        """Twelve editions of the sample are for rent, and many more are listed."""
        titles = self.data.parent / "titles.csv"
        titles.write_text("id,title,authors,language\n" + "".join(f"{it},Title {it},A Writer,en\n" for it in range(more)))
        self.assertEqual(self.run_command("import", "csv", titles).returncode, 0)
        shop = self.start("--set", "http.requests_per_minute=0")
        wait_until(lambda: len(self.rentable()) == 12, SECONDS, "twelve can be rented")
        return shop

    def rentable(self):
        return [it["edition_id"] for it in json.loads(self.get("/v1/editions?rentable=true&limit=100"))["items"]]

    def test_is_built_again_while_people_read_the_old_one_or_the_new_one_and_never_half(self):
        self.start_with_many()
        whole, over, seen = self.rentable(), threading.Event(), []

        def read():
            while not over.is_set():
                seen.append(self.rentable())

        readers = [threading.Thread(target=read) for _ in range(3)]
        for reader in readers:
            reader.start()
        try:
            for _ in range(3):
                built = self.run_command("rebuild", "editions", "--compare")
                self.assertEqual((built.returncode, built.stderr), (0, ""))
                self.assertEqual(built.stdout, "rebuilt editions: 8012 rows, 0 of them other than before\n")
        finally:
            over.set()
            for reader in readers:
                reader.join()
        self.assertGreater(len(seen), 10)
        self.assertEqual([it for it in seen if it != whole], [])

    def test_is_compared_in_the_same_words_beside_the_shop_and_when_it_is_stopped(self):
        shop = self.start_with_many(10)
        sound = self.run_command("rebuild", "editions", "--compare")
        shop.terminate()
        self.assertEqual(shop.wait(SECONDS), 0)
        stopped = self.run_command("rebuild", "editions", "--compare")
        self.assertEqual((stopped.returncode, stopped.stdout), (sound.returncode, sound.stdout))
        self.spoil()
        self.start()
        beside = self.run_command("rebuild", "editions", "--compare", "--json")
        self.assertEqual(beside.returncode, 1)
        told = json.loads(beside.stdout)
        self.assertEqual((told["rows"], told["differing"], len(told["examples"])), (22, 1, 1))
        unknown = self.run_command("rebuild", "nothing")
        self.assertEqual(unknown.returncode, 1)
        self.assertIn("among: ", unknown.stderr)

    def spoil(self):
        """A row of the editions is lost, as no shop would lose it."""
        with sqlite3.connect(self.data / "catalog/views.db") as views:
            table, = views.execute("SELECT 'rows_editions_' || generation FROM projections WHERE name = 'editions'").fetchone()
            views.execute(f"DELETE FROM {table} WHERE key = (SELECT min(key) FROM {table})")
        views.close()


class TheControlSocket(ServedShop):
    def test_is_for_the_owner_alone_and_gone_when_the_shop_is(self):
        shop = self.start()
        door = self.data / "control"
        found = door.stat()
        self.assertTrue(stat.S_ISSOCK(found.st_mode))
        self.assertEqual(stat.S_IMODE(found.st_mode), 0o600)
        shop.terminate()
        self.assertEqual(shop.wait(SECONDS), 0)
        self.assertFalse(door.exists())

    def test_that_a_killed_shop_left_is_in_nobodys_way(self):
        shop = self.start()
        self.wait_for_sample()
        shop.kill()
        shop.wait()
        self.assertTrue((self.data / "control").exists())
        self.assertEqual(self.run_command("rebuild", "editions").returncode, 0)
        self.start()
        self.assertEqual(self.run_command("rebuild", "editions").returncode, 0)


if __name__ == "__main__":
    unittest.main()
