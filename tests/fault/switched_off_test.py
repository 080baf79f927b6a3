#!/usr/bin/env python3
"""Parts of the shop that an operator has switched off do nothing and say so, over a restart too; the rest goes on, renting
and returning above all; and when they are on again they catch up, in order. Run from the root of the project.
"""
import subprocess
import sys
import unittest
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path.cwd() / "tests/end_to_end"))
from paying_test import SECONDS, AtTheTill, Customer, slug
from running_shop import BIN, call, events, fetch, wait_until

NEIGHBOURS = ("catalog", "customer", "insight")


class APartThatIsOff(AtTheTill):
    def command(self, *words, code=0):
        done = subprocess.run([BIN / "madang", *words, "--data", self.shop.folder / "data"], text=True, capture_output=True,
                              timeout=SECONDS)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout if code == 0 else done.stderr

    def switch(self, part, to="off", code=0):
        return self.command("part", to, part, "--reason", "because it is Monday", code=code)

    def off(self):
        return [line.split()[1] for line in self.command("part", "list", "--off").splitlines()]

    def rent_and_return(self, customer, edition, key):
        status, rental = customer.rent(edition, key=key)
        self.assertEqual(status, 201, rental)
        self.assertEqual(customer.ask("POST", f"/v1/rentals/{rental['rental_id']}/return", key=f"{key}-back")[0], 204)
        return rental["rental_id"]

    def is_shown_as_returned(self, customer, rentals):
        shown = {item["rental_id"]: item["state"] for item in customer.shelf()}
        return all(shown.get(rental) == "returned" for rental in rentals)

    def parts_off(self, context):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.shop.port}/metrics", timeout=SECONDS) as answer:
            lines = answer.read().decode().splitlines()
        return next(int(line.split()[-1]) for line in lines if line.startswith(f'madang_parts_off{{context="{context}"}}'))

    def test_holds_neither_renting_nor_returning_up_and_catches_up(self):
        customer = Customer(self.shop, 1)
        for context in NEIGHBOURS:
            self.assertIn(f"{context}/timers is switched off", self.switch(context))
        rentals = [self.rent_and_return(customer, self.editions[0], "before")]
        self.shop.stop()
        self.shop.start()
        for context in NEIGHBOURS:
            self.assertGreater(self.parts_off(context), 2)
        rentals.append(self.rent_and_return(customer, self.editions[1], "after"))
        for path in ("/v1/shelf", "/v1/customers/me", "/v1/editions"):
            status, fields, _ = fetch(self.shop.port, "GET", path, customer.token)
            self.assertEqual((path, status, int(fields["Retry-After"]) > 0), (path, 503, True))
        newcomer = Customer(self.shop, 2)
        for context in NEIGHBOURS:
            self.assertIn("is on again", self.switch(context, "on"))
        wait_until(lambda: self.is_shown_as_returned(customer, rentals), SECONDS, "the shelf has caught up")
        wait_until(lambda: newcomer.ask("GET", "/v1/customers/me")[0] == 200, SECONDS, "who came meanwhile has a profile")
        self.assertEqual((self.off(), self.parts_off("insight")), ([], 0))
        told = [it["payload"]["rental"] for it in events(self.shop, "insight", "madang.rental.v1.BookReturned")]
        self.assertEqual(told, rentals, "each once, in order")

    def test_is_one_operation_while_all_others_go_on(self):
        customer = Customer(self.shop, 1)
        rental = customer.rent(self.editions[0])[1]["rental_id"]
        self.switch("rental/rent_book")
        status, refused = customer.rent(self.editions[1], key="another")
        self.assertEqual((status, slug(refused)), (503, "unavailable"))
        self.assertEqual(customer.ask("POST", f"/v1/rentals/{rental}/return", key="back")[0], 204)
        self.assertEqual(fetch(self.shop.port, "GET", "/readyz")[0], 200)
        self.switch("rental/rent_book", "on")
        self.assertEqual(customer.rent(self.editions[1], key="another")[0], 201)

    def test_is_a_read_model_that_people_see_as_it_was(self):
        self.switch("catalog/editions")
        self.operator.ask("PUT", f"/v1/people/{self.operator.id}/roles/book_manager", key="manager")
        manager, path = Customer(self.shop, 0), f"/v1/editions/{self.editions[0]['edition_id']}"
        _, fields, edition = fetch(self.shop.port, "GET", path)
        before, dearer = edition.get("price"), {"amount": 77000, "currency": "KRW"}
        changed = call(self.shop.port, "PUT", path + "/price", dearer,
                       {**manager.token, "Idempotency-Key": "dearer", "If-Match": fields["ETag"]})
        self.assertEqual(changed[0] // 100, 2, changed)
        price = lambda: call(self.shop.port, "GET", path)[1].get("price")
        self.assertEqual(price(), before)
        self.assertIn("switched off", self.command("rebuild", "editions", "--context", "catalog", code=1))
        self.switch("catalog/editions", "on")
        wait_until(lambda: price() == dearer, SECONDS, "it has caught up")

    def test_is_switched_on_a_stopped_folder_and_listed_with_who_when_and_why(self):
        self.shop.stop()
        self.assertEqual(self.switch("rental/timers"), "rental/timers is switched off\n")
        self.assertRegex(self.command("part", "list", "--off"),
                         r"^off  rental/timers  timers, off since \S+ by \w+: because it is Monday\n$")
        self.assertIn("off  rental/timers since", self.command("inspect", "rental"))
        self.assertIn("already", self.switch("rental/timers", code=1))
        self.shop.start()
        self.assertEqual(self.off(), ["rental/timers"])
        self.switch("rental/timers", "on")
        self.assertIn("it is not switched off", self.switch("rental/timers", "on", code=1))

    def test_is_none_that_money_or_a_transaction_rests_on_and_none_that_is_not_there(self):
        for part, why in (("rental/settle_rental_payment", "stays on: a process"), ("payment/payments", "stays on"),
                          ("rental/nothing", "has no part"), ("nowhere/timers", "there is no context")):
            with self.subTest(part=part):
                self.assertIn(why, self.switch(part, code=1))
        self.assertEqual(self.off(), [])


if __name__ == "__main__":
    unittest.main(verbosity=2, argv=sys.argv)
