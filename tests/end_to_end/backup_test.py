#!/usr/bin/env python3
"""A shop backed up while people rent, and restored: one cut, no keys in it, nobody erased comes back, and a refund
that was sent after the backup is not sent twice. Run from the root of the project.
"""
import json
import re
import shutil
import sqlite3
import subprocess
import tempfile
import threading
import unittest
import urllib.request
from pathlib import Path

from running_shop import BIN, Shop, add_operator, call, events, ledgers_that_differ, provider_books, wait_until

PASSWORD = "a long sentence about rain"


class ABackup(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="madang-backup-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.shop = Shop(self.folder)
        self.addCleanup(self.shop.end)
        add_operator(self.shop, "keeper@example.com", PASSWORD)
        self.shop.start()
        wait_until(lambda: len(self.rentable()) == 12, 30, "twelve can be rented")
        self.keys = self.folder / "keys"

    def run_command(self, *words):
        return subprocess.run([BIN / "madang", *words, "--data", self.shop.folder / "data"], text=True, capture_output=True,
                              timeout=60)

    def rentable(self):
        return call(self.shop.port, "GET", "/v1/editions?rentable=true&limit=100")[1]["items"]

    def signed_in(self, name):
        person = {"email": f"{name}@example.com", "password": PASSWORD, "name": name}
        self.shop.ask("POST", "/v1/people", person, {"Idempotency-Key": f"register-{name}"})
        return self.sign_in(name)

    def sign_in(self, name):
        status, session = self.shop.ask("POST", "/v1/sessions", {"email": f"{name}@example.com", "password": PASSWORD})
        self.assertEqual(status, 201, session)
        return {"Authorization": f"Bearer {session['access_token']}"}

    def rent(self, who, key, edition):
        return self.shop.ask("POST", "/v1/rentals",
                             {"edition_id": edition["edition_id"], "price": edition["rental_price"], "card_token": "tok_accepted"},
                             {**who, "Idempotency-Key": key})

    def back_up(self, name="monday"):
        done = self.run_command("backup", self.folder / name)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"^backed up \d+ events and \d+ files to .*; writing paused for [\d.]+ ms\n$")
        keys = self.run_command("backup", "keys", self.keys)
        self.assertEqual((keys.returncode, keys.stderr), (0, ""))
        self.assertRegex(keys.stdout, r"^copied the keys of \d+ contexts, the secrets and the list of \d+ erased people to .* "
                                      r"in [\d.]+ ms, while nobody had to wait\n$")
        return self.folder / name

    def restore(self, backup):
        """In place of the folder, which is lost."""
        shutil.rmtree(self.shop.folder / "data")
        done = self.run_command("restore", backup, "--keys", self.keys)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(self.run_command("check").returncode, 0)

    def test_made_while_people_rent_is_one_cut_of_all_logs(self):
        editions, over = self.rentable(), threading.Event()

        def keep_renting(number):
            who, turn = self.signed_in(f"reader{number}"), 0
            while not over.is_set():
                turn += 1
                status, rental = self.rent(who, f"{number}-{turn}", editions[(number * 3 + turn) % len(editions)])
                if status == 201:
                    self.shop.ask("POST", f"/v1/rentals/{rental['rental_id']}/return", None,
                                  {**who, "Idempotency-Key": f"back-{number}-{turn}"})

        people = [threading.Thread(target=keep_renting, args=(it,)) for it in range(6)]
        for person in people:
            person.start()
        try:
            wait_until(lambda: len(events(self.shop, "rental", "RentalStarted")) > 10, 60, "people rent")
            backups = [self.back_up(f"backup-{it}") for it in range(4)]
        finally:
            over.set()
            for person in people:
                person.join()
        self.shop.stop()
        for backup in backups:
            self.restore(backup)
            started = {it["payload"]["payment"] for it in events(self.shop, "rental", "RentalStarted")}
            paid = {it["stream"].partition("/")[2] for it in events(self.shop, "payment", "PaymentCaptured")}
            self.assertGreater(len(started), 10)
            self.assertEqual(started - paid, set(), "rented by a payment that the backup does not know")
        self.shop.start()
        self.sign_in("reader1")

    def test_holds_no_key_and_is_not_restored_without_the_list_of_the_erased(self):
        self.signed_in("sora")
        backup = self.back_up()
        self.assertEqual([it.name for it in backup.rglob("*") if it.name.startswith("keys") or it.name == "secrets"], [])
        self.assertEqual({it.name for it in self.keys.iterdir()}, {"customer", "identity", "secrets", "erased"})
        self.shop.stop()
        elsewhere = self.folder / "elsewhere"
        restore = lambda *words: subprocess.run([BIN / "madang", "restore", *words, "--data", elsewhere], text=True,
                                                capture_output=True, timeout=60)
        self.assertEqual(restore(backup).returncode, 2)
        (self.keys / "erased").rename(self.folder / "list")
        refused = restore(backup, "--keys", self.keys)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("no list of the erased", refused.stderr)
        self.assertFalse(elsewhere.exists())
        (self.folder / "list").rename(self.keys / "erased")
        self.assertEqual(restore(self.folder, "--keys", self.keys).returncode, 1)
        self.assertEqual(restore(backup, "--keys", self.keys).returncode, 0)
        again = restore(backup, "--keys", self.keys)
        self.assertEqual(again.returncode, 1)
        self.assertIn("is there already", again.stderr)
        self.assertEqual(self.run_command("backup", backup).returncode, 1)

    def test_brings_nobody_back_who_was_erased_since(self):
        self.signed_in("gone")
        backup = self.back_up()
        self.shop.stop()
        with sqlite3.connect(self.shop.folder / "data/identity/keys.db") as keys:  # as destroying a key leaves it
            keys.execute("UPDATE keys SET wrapped = zeroblob(length(wrapped)) WHERE number = (SELECT max(number) FROM keys)")
        keys.close()
        copied = self.run_command("backup", "keys", self.keys)
        self.assertIn("the list of 1 erased people", copied.stdout)
        self.restore(backup)
        self.shop.start()
        status, _ = self.shop.ask("POST", "/v1/sessions", {"email": "gone@example.com", "password": PASSWORD})
        self.assertEqual(status, 401)
        again = {"email": "gone@example.com", "password": "another sentence about snow", "name": "Another"}
        self.shop.ask("POST", "/v1/people", again, {"Idempotency-Key": "another"})
        status, _ = self.shop.ask("POST", "/v1/sessions", {it: again[it] for it in ("email", "password")})
        self.assertEqual(status, 201, "their address is free")
        self.sign_in("keeper")

    def test_begins_another_incarnation_whose_contexts_go_on_hearing_each_other(self):
        backup = self.back_up()
        before = {it["context"]: it["incarnation"] for it in json.loads((backup / "backup.json").read_text())["contexts"]}
        self.shop.stop()
        self.restore(backup)
        for context, incarnation in before.items():
            with sqlite3.connect(self.shop.folder / "data" / context / "journal.db") as journal:
                self.assertNotEqual(journal.execute("SELECT incarnation FROM log_head").fetchone(), (incarnation,))
            journal.close()
        self.shop.start()
        status, rental = self.rent(self.signed_in("sora"), "after", self.rentable()[0])
        self.assertEqual(status, 201, rental)
        heard = lambda: [it["payload"]["rental"] for it in events(self.shop, "insight", "madang.rental.v1.RentalStarted")]
        wait_until(lambda: rental["rental_id"] in heard(), 30, "insight has heard of it")

    def cancel(self, rental, key):
        return self.shop.ask("POST", f"/v1/rentals/{rental['rental_id']}/cancellation", None,
                             {**self.sign_in("sora"), "Idempotency-Key": key})

    def given_back(self):
        return sum(provider_books(self.shop)[1].values())

    def ledgers_differ(self):
        return ledgers_that_differ(self.shop, self.sign_in("keeper"))

    def after_a_refund(self):
        """Restored to before a rental was cancelled and paid back; still closed."""
        _, rental = self.rent(self.signed_in("sora"), "rent", self.rentable()[0])
        backup = self.back_up()
        self.assertEqual(self.reconcile(), (0, "the books agree: 1 payments\n"))
        self.assertEqual(self.cancel(rental, "before")[0] // 100, 2)
        wait_until(lambda: self.given_back() == 1, 30, "the provider has sent the money back")
        self.shop.stop()
        self.restore(backup)
        return rental

    def reconcile(self, *words):
        done = self.run_command("reconcile", *words)
        self.assertEqual(done.stderr, "")
        return done.returncode, done.stdout

    def unreconciled(self):
        """As /metrics tells whoever watches the shop."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.shop.port}/metrics", timeout=30) as answer:
            told = re.search(r"^madang_restored_unreconciled (\d)$", answer.read().decode(), re.M)
        return int(told[1])

    def settled(self):
        """What settling prints, which a second time has nothing to do."""
        code, said = self.reconcile("--settle", "--json", "--reason", "a restored backup")
        self.assertEqual(code, 0, said)
        self.assertEqual(self.reconcile("--settle", "--reason", "once more"), (0, "the books agree: 1 payments\n"))
        return json.loads(said)

    def acts(self):
        with sqlite3.connect(self.shop.folder / "data/payment/journal.db") as journal:
            return journal.execute("SELECT who, why FROM acts WHERE what = 'settled'").fetchall()

    def test_behind_a_sent_refund_gives_the_money_back_once(self):
        rental = self.after_a_refund()
        self.shop.start()
        self.assertEqual(len(self.ledgers_differ()), 1)
        self.assertEqual(self.cancel(rental, "after")[0] // 100, 2)
        wait_until(lambda: not self.ledgers_differ(), 30, "both books say the same")
        self.assertEqual(self.given_back(), 1)
        self.assertEqual(self.reconcile()[0], 0)

    def test_behind_a_sent_refund_is_named_and_settled_by_reconcile(self):
        rental = self.after_a_refund()
        self.shop.start()
        payment, = self.ledgers_differ()
        self.shop.stop()
        self.shop.start()
        self.assertEqual(self.unreconciled(), 1)
        code, seen = self.reconcile()
        self.assertEqual((code, self.unreconciled()), (1, 1))
        for without_reason in (self.run_command("reconcile", "--settle"), self.run_command("reconcile", "--settle", "--reason", "")):
            self.assertEqual((without_reason.returncode, without_reason.stdout), (2, ""))
            self.assertIn("--reason", without_reason.stderr)
        self.assertIn(f"{payment}: was given back, and here it counts as paid", seen)
        self.assertEqual(self.ledgers_differ(), [payment])
        self.assertEqual((self.settled()["payment"], self.ledgers_differ()), (payment, []))
        self.assertEqual([why for _, why in self.acts()], ["a restored backup"])
        self.assertEqual(self.unreconciled(), 0)
        self.cancel(rental, "after")
        self.assertEqual((self.reconcile()[0], self.given_back()), (0, 1))

    def test_behind_a_sent_refund_is_settled_before_the_shop_opens(self):
        self.after_a_refund()
        unknown = self.run_command("reconcile")
        self.assertEqual((unknown.returncode, unknown.stdout), (3, ""))
        self.assertIn("the payment provider is not known", unknown.stderr)
        provider = ("--set", f"payment.provider=http://127.0.0.1:{self.shop.provider_port}")
        self.assertEqual(self.reconcile(*provider)[0], 1)
        self.assertEqual(self.reconcile(*provider, "--settle", "--reason", "a restored backup")[0], 0)
        self.shop.start()
        self.assertEqual(self.unreconciled(), 0)
        self.assertEqual((self.given_back(), self.ledgers_differ(), self.reconcile()[0]), (1, [], 0))

    def test_behind_a_charge_is_named_and_the_customer_given_their_money_back_once(self):
        edition = self.rentable()[0]
        sora = self.signed_in("sora")
        backup = self.back_up()
        self.assertEqual(self.rent(sora, "rent", edition)[0], 201)
        self.shop.stop()
        self.restore(backup)
        self.shop.start()
        code, seen = self.reconcile()
        self.assertEqual(code, 1)
        self.assertIn("was charged, and this shop knows nothing of it", seen)
        self.assertEqual(self.given_back(), 0)
        self.assertEqual(self.settled()["settled"], "settled")
        self.assertEqual((self.given_back(), self.ledgers_differ()), (1, []))
        status, refused = self.rent(self.sign_in("sora"), "rent", edition)
        self.assertEqual((status, refused["type"], self.given_back()), (409, "/problems/payment-cancelled", 1))

    def test_that_was_broken_off_is_none(self):
        self.shop.kill()
        (self.folder / "monday.unfinished").mkdir()
        (self.folder / "monday.unfinished/rest").write_text("of one that was killed")
        self.back_up()
        self.assertFalse((self.folder / "monday.unfinished").exists())
        self.assertFalse((self.folder / "monday/rest").exists())


if __name__ == "__main__":
    unittest.main()
