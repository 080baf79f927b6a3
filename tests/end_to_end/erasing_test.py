#!/usr/bin/env python3
"""Someone is forgotten by a running shop that is killed again and again meanwhile: over sockets, with books on loan, a
place in line and money to be paid back by a provider that is a process of its own. Afterwards no file of the folder has
anything of them, nor has the log. Before, they take along what the shop holds about them.

Run from the root of the project.
"""
import io
import json
import os
import pwd
import random
import sqlite3
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request
import zipfile

from running_shop import BIN, Shop, add_operator, call, events, ledgers_that_differ, provider_books, wait_until

EMAIL, NAME, PASSWORD = "kim.minsu.of.the.courtyard@example.com", "Kim Minsu of the courtyard", "a lamp for every courtyard"
KILLS = 4


class BeingForgotten(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="madang-erasing-")
        self.addCleanup(folder.cleanup)
        self.shop, self.keys = Shop(folder.name), 0
        self.addCleanup(self.shop.end)
        add_operator(self.shop, "keeper@example.com", PASSWORD)
        self.shop.start()
        self.keeper = self.signed_in("keeper@example.com")
        self.kim = self.registered(EMAIL, NAME)
        wait_until(lambda: len(self.editions()) == 12, 30, "twelve can be rented")

    def ask(self, method, path, body=None, who=None):
        self.keys += 1
        fields = {"Idempotency-Key": f"key-{self.keys}"}
        fields |= {"Authorization": f"Bearer {who['access_token']}"} if who else {}
        return call(self.shop.port, method, path, body, fields)

    def signed_in(self, email, password=PASSWORD):
        status, session = self.ask("POST", "/v1/sessions", {"email": email, "password": password})
        self.assertEqual(status, 201, session)
        return session

    def registered(self, email, name):
        self.assertEqual(self.ask("POST", "/v1/people", {"email": email, "password": PASSWORD, "name": name})[0], 202)
        return self.signed_in(email)

    def editions(self):
        return call(self.shop.port, "GET", "/v1/editions?rentable=true")[1]["items"]

    def rents(self, who, edition):
        return self.ask("POST", "/v1/rentals", {"edition_id": edition["edition_id"], "price": edition["rental_price"],
                                                "card_token": "tok_accepted"}, who)

    def wrapped_keys(self):
        """Of everyone, as they stand in both contexts that have keys."""
        keys = []
        for context in ("identity", "customer"):
            with sqlite3.connect(f"file:{self.shop.folder}/data/{context}/keys.db?mode=ro", uri=True) as table:
                person = bytes.fromhex(self.kim["person_id"].replace("-", ""))
                keys += [row[0].hex() for row in table.execute("SELECT wrapped FROM keys WHERE person = ?", (person,))]
        return keys

    def absent(self, lines):
        """What `madang check` says of these values, which are to be in no file."""
        values = self.shop.folder / "values"
        values.write_text("\n".join(lines) + "\n")
        return subprocess.run([BIN / "madang", "check", "--data", self.shop.folder / "data", "--absent", values],
                              capture_output=True, text=True)

    def takes_their_data_along(self, own, of_another):
        status, link = self.ask("POST", "/v1/exports", None, self.kim)
        self.assertEqual(status, 201, link)
        archive = zipfile.ZipFile(io.BytesIO(fetch_bytes(self.shop.port, link["url"])))
        self.assertEqual(archive.namelist(), ["index.html", *(f"{it}.json" for it in (
            "identity", "payment", "rental", "customer", "insight"))])
        held = {name.removesuffix(".json"): json.loads(archive.read(name)) for name in archive.namelist()[1:]}
        self.assertEqual((held["identity"]["account"]["email"], held["customer"]["profile"]["name"]), (EMAIL, NAME))
        self.assertEqual([(it["opened_at"] is None, it["state"]) for it in held["rental"]["rentals"]],
                         [(False, "on_loan"), (True, "on_loan")])
        self.assertEqual([it["state"] for it in held["rental"]["places_in_line"]], ["waiting"])
        self.assertEqual([it["ended_at"] for it in held["identity"]["sign_ins"]], [None])
        self.assertEqual([it["whom"] for it in held["identity"]["exports"]], ["themselves"])
        self.assertEqual([it["state"] for it in held["payment"]["payments"]], ["captured"] * 2)
        self.assertEqual([len(it["entries"]) for it in held["payment"]["payments"]], [1] * 2)
        self.assertIn(own, archive.read("insight.json").decode())
        everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
        self.assertIn(NAME, archive.read("index.html").decode())
        for another in (of_another, "lee@example.com", "argon2"):
            self.assertNotIn(another, everything)
        self.assertEqual(fetch_bytes(self.shop.port, link["url"]), fetch_bytes(self.shop.port, link["url"]))
        self.assertEqual(self.ask("POST", "/v1/exports", None, self.kim)[0], 429)
        with self.assertRaises(urllib.error.HTTPError):
            fetch_bytes(self.shop.port, link["url"].replace(self.kim["person_id"], self.keeper["person_id"]))
        return link["url"]

    def exported_by_the_machine(self, *whom):
        """What `madang export` says, and the file that it was to make."""
        letter = self.shop.folder / "letter.zip"
        return subprocess.run([BIN / "madang", "export", *whom, "--out", letter, "--data", self.shop.folder / "data"],
                              capture_output=True, text=True, timeout=60), letter

    def has_it_sent_by_letter(self):
        said, letter = self.exported_by_the_machine("--email", EMAIL)
        self.assertEqual(said.returncode, 0, said.stderr)
        self.assertEqual(letter.stat().st_mode & 0o777, 0o600)
        with zipfile.ZipFile(letter) as archive:
            self.assertIsNone(archive.testzip())
            exports = json.loads(archive.read("identity.json"))["exports"]
        self.assertEqual([it["whom"] for it in exports], ["themselves", "the_shop"])
        accounts = [event["payload"]["account"] for event in events(self.shop, "identity", "ExportAsked")]
        self.assertEqual(accounts, [None, pwd.getpwuid(os.getuid()).pw_name])
        self.assertEqual(self.exported_by_the_machine("--email", EMAIL)[0].returncode, 3)  # it is there already
        letter.unlink()
        self.assertEqual(self.exported_by_the_machine("--email", "nobody@example.com")[0].returncode, 1)

    def test_it_ends_what_is_open_and_leaves_nothing_though_the_shop_is_killed(self):
        first, second, scarce = self.editions()[0], self.editions()[1], next(
            it for it in self.editions()[2:] if it["availability"]["licences"] == 1)
        status, opened = self.rents(self.kim, first)
        self.assertEqual(status, 201, opened)
        self.assertEqual(self.ask("POST", f"/v1/rentals/{opened['rental_id']}/link", None, self.kim)[0], 200)
        status, unopened = self.rents(self.kim, second)
        self.assertEqual(status, 201, unopened)
        lee = self.registered("lee@example.com", "Lee")
        status, lees = self.rents(lee, scarce)
        self.assertEqual(status, 201, lees)
        self.assertEqual(self.ask("POST", "/v1/places", {"edition_id": scarce["edition_id"]}, self.kim)[0], 201)
        wait_until(lambda: self.ask("GET", "/v1/customers/me", None, self.kim)[1].get("name") == NAME, 10, "the name is read")
        keys = self.wrapped_keys()
        self.assertEqual(len(keys), 2)

        link = self.takes_their_data_along(opened["rental_id"], lees["rental_id"])
        self.has_it_sent_by_letter()

        status, refused = self.ask("POST", "/v1/erasures", {"password": "a guess"}, self.kim)
        self.assertEqual((status, refused["type"]), (422, "/problems/password-wrong"))
        status, receipt = self.ask("POST", "/v1/erasures", {"password": PASSWORD}, self.kim)
        self.assertEqual(status, 202, receipt)
        self.assertEqual(self.ask("POST", "/v1/sessions", {"email": EMAIL, "password": PASSWORD})[0], 401)
        self.assertEqual(self.ask("POST", "/v1/sessions/refresh", {"refresh_token": self.kim["refresh_token"]})[0], 401)
        self.assertEqual(self.ask("GET", "/v1/erasures", None, self.kim)[0], 401)
        with self.assertRaises(urllib.error.HTTPError):
            fetch_bytes(self.shop.port, link)

        for _ in range(KILLS):
            time.sleep(random.random() / 2)
            self.shop.kill()
            self.shop.start()
        status, refused = self.rents(self.kim, first)
        self.assertEqual((status, refused["type"]), (401, "/problems/token-invalid"), "nothing new is begun")

        def state():
            return call(self.shop.port, "GET", f"/v1/erasures/{receipt['erasure_id']}")[1]

        wait_until(lambda: state()["state"] == "done", 60, "the erasure is done")
        self.assertLess(state()["done_at"], state()["at_latest"])
        items = self.ask("GET", "/v1/erasures", None, self.keeper)[1]["items"]
        self.assertEqual([it["person_id"] for it in items], [self.kim["person_id"]])
        metrics = fetch_text(self.shop.port, "/metrics")
        for gauge in ("madang_erasures_open 0", "madang_erasures_overdue 0"):
            self.assertIn(gauge, metrics)

        # What was open has ended once, and the money of the book that was never opened is back.
        ended = {it["customer"]: it for it in (event["payload"] for event in events(self.shop, "rental", "BookReturned"))}
        self.assertEqual(list(ended), [self.kim["person_id"]])
        self.assertEqual(len(events(self.shop, "rental", "RentalCancelled")), 1)
        charged, returned = provider_books(self.shop)
        self.assertEqual(returned, {unopened["payment_id"]: 1})
        self.assertEqual([len(charges) for charges in charged.values()], [1, 1, 1])
        keeper = {"Authorization": f"Bearer {self.signed_in('keeper@example.com')['access_token']}"}
        self.assertEqual(ledgers_that_differ(self.shop, keeper), [])
        self.ask("POST", f"/v1/rentals/{lees['rental_id']}/return", None, lee)
        self.assertEqual(events(self.shop, "rental", "LicenceOffered"), [])

        # The address is as free as if nobody had ever had it.
        again = self.registered(EMAIL, "Another")
        self.assertNotEqual(again["person_id"], self.kim["person_id"])
        self.shop.stop()
        self.assertEqual(self.shop.faults_in_folder(), [])
        nowhere = [EMAIL, NAME, PASSWORD, *(f"hex:{key}" for key in keys)]
        checked = self.absent(nowhere)
        self.assertEqual(checked.returncode, 0, checked.stdout)
        log = (self.shop.folder / "shop.log").read_text(errors="replace")
        self.assertFalse([value for value in (EMAIL, NAME, PASSWORD) if value in log])
        said, letter = self.exported_by_the_machine("--person", self.kim["person_id"])
        self.assertEqual((said.returncode, letter.exists()), (1, False), said.stderr)
        # And the search finds what is there: the pseudonymous id stays.
        self.assertEqual(self.absent([self.kim["person_id"]]).returncode, 1)

    def copied_keys(self, copy):
        """Whether any file of the copy, or of one that is being made or replaced, holds a key of Kim's."""
        keys = [bytes.fromhex(key) for key in self.kims_keys]
        return any(key in it.read_bytes() for it in copy.parent.rglob("*") if it.is_file() for key in keys)

    def test_it_is_done_when_the_copy_of_the_keys_is_replaced_too_though_it_cannot_be_reached_at_first(self):
        copy, away = self.shop.folder / "safe/keys", self.shop.folder / "away"
        copy.parent.mkdir()
        made = subprocess.run([BIN / "madang", "backup", "keys", copy, "--data", self.shop.folder / "data"], capture_output=True)
        self.assertEqual(made.returncode, 0, made.stderr)
        self.kims_keys = self.wrapped_keys()
        self.assertTrue(self.copied_keys(copy))
        self.shop.settings.append(f"security.keys_copy={copy}")
        self.shop.stop()
        self.shop.start()
        copy.rename(away)
        copy.mkdir()  # the place of a disk that is not mounted
        status, receipt = self.ask("POST", "/v1/erasures", {"password": PASSWORD}, self.signed_in(EMAIL))
        self.assertEqual(status, 202, receipt)
        behind = lambda value: f"madang_keys_copy_behind {value}" in fetch_text(self.shop.port, "/metrics")
        wait_until(lambda: behind(1), 60, "it is seen that the copy is behind")
        state = lambda: call(self.shop.port, "GET", f"/v1/erasures/{receipt['erasure_id']}")[1]["state"]
        self.assertNotEqual(state(), "done")
        self.shop.kill()  # between destroying the key here and in the copy
        self.shop.start()
        wait_until(lambda: behind(1), 60, "it goes on after the start, and waits")
        self.assertNotEqual(state(), "done")
        self.assertEqual(list(copy.iterdir()), [])
        copy.rmdir()
        away.rename(copy)
        self.assertTrue(self.copied_keys(copy))
        wait_until(lambda: state() == "done", 60, "the erasure is done")
        self.assertTrue(behind(0))
        self.assertFalse(self.copied_keys(copy))
        self.assertEqual((copy / "erased").read_text(), self.kim["person_id"] + "\n")
        self.assertEqual(sorted(it.name for it in copy.parent.iterdir()), ["keys"])
        self.shop.stop()
        self.assertEqual(self.absent([f"hex:{key}" for key in self.kims_keys]).returncode, 0)


def fetch_bytes(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return answer.read()


def fetch_text(port, path):
    return fetch_bytes(port, path).decode()


if __name__ == "__main__":
    unittest.main(verbosity=2)
