#!/usr/bin/env python3
"""Who did what, as `madang audit` tells it: what people asked of the shop, what the machine's own accounts did to it. Run
from the root of the project.
"""
import getpass
import json
import subprocess
import sys
import unittest

from paying_test import SECONDS, AtTheTill, Customer
from running_shop import BIN, call, fetch


class TheAudit(AtTheTill):
    def command(self, *words):
        done = subprocess.run([BIN / "madang", *words, "--data", self.shop.folder / "data"], text=True, capture_output=True,
                              timeout=SECONDS)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def entries(self, *words):
        told = [json.loads(line) for line in self.command("audit", "--json", *words).splitlines()]
        return [it for it in told if it["who"] != "sample"]  # which sets the terms of its editions

    def of(self, *words):
        return [(it["who"], it["what"], it["about"], it["why"]) for it in self.entries(*words)]

    def set_price(self, edition):
        self.operator.ask("PUT", f"/v1/people/{self.operator.id}/roles/book_manager", key="manager")
        manager, path = Customer(self.shop, 0), f"/v1/editions/{edition['edition_id']}"
        trace = {"traceparent": f"00-{'4b' * 16}-{'00f067aa0ba902b7'}-01"}
        status, _ = call(self.shop.port, "PUT", path + "/price", {"amount": 7700, "currency": "KRW"},
                         {**manager.token, **trace, "Idempotency-Key": "price",
                          "If-Match": fetch(self.shop.port, "GET", path)[1]["ETag"]})
        self.assertEqual(status // 100, 2)

    def test_tells_what_people_asked_and_the_machines_accounts_did_in_order_with_reasons(self):
        edition, me = self.editions[0], getpass.getuser()
        self.set_price(edition)
        self.command("part", "off", "insight/timers", "--reason", "its disk")
        self.command("part", "on", "insight/timers")
        self.command("backup", "keys", self.shop.folder / "keys")
        self.command("reconcile", "--settle", "--reason", "nothing differs, so nothing is told")
        told = self.of()
        self.assertEqual(told[0], ("the machine, by `operator add`", "gave a role", f"shop_operator {self.operator.id}", ""))
        self.assertEqual(told[1:], [
            (self.operator.id, "gave a role", f"book_manager {self.operator.id}", ""),
            (self.operator.id, "set a price", f'{edition["edition_id"]} {{"amount":7700,"currency":"KRW"}}', ""),
            (me, "switched off", "timers", "its disk"), (me, "switched on", "timers", ""),
            (me, "copied the keys", str(self.shop.folder / "keys"), "")])
        entries = self.entries()
        self.assertEqual([it["at"] for it in entries], sorted(it["at"] for it in entries))
        self.assertEqual(next(it["trace"] for it in entries if it["what"] == "set a price"), "4b" * 16)
        self.assertEqual(len(self.of("--since", entries[3]["at"])), len(told) - 3)
        self.assertEqual(len(self.of("--person", self.operator.id)), 3)
        self.assertEqual([it[1] for it in self.of("--context", "insight")], ["switched off", "switched on"])

    def test_tells_of_who_asked_for_money_back_for_data_or_to_be_forgotten_by_their_ids_alone(self):
        customer = Customer(self.shop, 1)
        _, rental = customer.rent(self.editions[0])
        self.assertEqual(self.operator.ask("POST", f"/v1/payments/{rental['payment_id']}/refund", key="back")[0] // 100, 2)
        self.assertEqual(customer.ask("POST", "/v1/exports", key="along")[0] // 100, 2)
        self.command("export", "--person", customer.id, "--out", self.shop.folder / "letter.zip")
        status, _ = customer.ask("POST", "/v1/erasures", {"password": "a place in the courtyard"}, key="forget")
        self.assertEqual(status, 202)
        told = self.of("--person", customer.id)
        self.assertEqual([it[0] for it in told if it[1:] == ("asked for what is held about someone", customer.id, "")],
                         [customer.id, getpass.getuser()])
        self.assertIn((customer.id, "asked to be forgotten", customer.id, ""), told)
        self.assertIn((self.operator.id, "gave a payment back", f"{rental['payment_id']} operator_decided", ""), self.of())
        self.assertNotIn("@", self.command("audit"))
        self.assertNotIn("Someone", self.command("audit"))


if __name__ == "__main__":
    unittest.main(verbosity=2, argv=sys.argv)
