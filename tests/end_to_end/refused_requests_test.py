#!/usr/bin/env python3
"""Why a request was refused, found in the shop's log by its trace id alone: by a rule, by payment or its absence, by the
gateway, by a pool that is full, or by the server that has not even read it.

Run from the root of the project.
"""
import json
import signal
import subprocess
import sys
import threading
import unittest

from paying_test import SECONDS, AtTheTill, Customer, slug
from running_shop import BIN, call, wait_until
from traced_shop import new_trace


class ARefusedRequest(AtTheTill):
    settings = ("http.requests_at_once=1", "rental.desk_closed_for=1500ms")

    def setUp(self):
        super().setUp()
        self.refused = {}  # of each trace: method, path, status and problem, as they were answered
        self.customer = Customer(self.shop, 1)

    def ask(self, method, path, body=None, fields=None, token=None):
        """What is answered in a trace of its own; a refusal is to be found in the log."""
        trace, traceparent = new_trace(sampled=False)
        token = self.customer.token if token is None else token
        status, answer = call(self.shop.port, method, path, body, {"traceparent": traceparent, **token, **(fields or {})})
        if status >= 400:
            self.refused[trace] = (method, path, status, slug(answer))
        return status, answer and slug(answer) if status >= 400 else answer

    def rent(self, edition, card="tok_accepted", key="rent", **changed):
        body = {"edition_id": edition["edition_id"], "price": edition["rental_price"], "card_token": card, **changed}
        return self.ask("POST", "/v1/rentals", body, {"Idempotency-Key": key})

    def in_log(self):
        """Of each trace that was refused, what its line of the log says."""
        found = {}
        for line in (self.shop.folder / "shop.log").read_text().split("\n")[:-1]:  # the last one may be half written
            if line.startswith('{"at"') and (told := json.loads(line))["log"] == "request" and told["trace"] in self.refused:
                found.setdefault(told["trace"], []).append((told["method"], told["path"], told["status"], told.get("problem")))
        return found

    def assert_told(self):
        wait_until(lambda: self.in_log().keys() == self.refused.keys(), SECONDS, "the log tells of all of them")
        self.assertEqual(self.in_log(), {trace: [told] for trace, told in self.refused.items()})

    def test_is_told_with_its_reason_when_a_rule_or_the_payment_refuses(self):
        edition, other = self.editions[0], self.editions[1]
        dear = {**edition["rental_price"], "amount": edition["rental_price"]["amount"] + 100}
        self.assertEqual(self.rent(edition, price=dear, key="dear"), (409, "price-changed"))
        self.assertEqual(self.rent(edition, "tok_declined", key="declined"), (402, "payment-declined"))
        self.assertEqual(self.rent(edition, key="rent")[0], 201)
        self.assertEqual(self.rent(edition, key="again"), (409, "already-on-loan"))
        self.assertEqual(self.rent(other, "tok_charged_after_not_found", key="unsettled"), (503, "payment-unsettled"))
        wait_until(lambda: self.rent(other, "tok_charged_after_not_found", key="unsettled")[0] == 201, SECONDS, "it is settled")
        self.shop.provider.kill()
        self.shop.provider.wait()
        wait_until(lambda: self.rent(self.editions[2], key="closed") == (503, "desk-closed"), SECONDS, "the desk closes")
        quietly = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}  # and not amid a line of the shop's log
        self.shop.provider = subprocess.Popen(self.shop.provider.args, **quietly)
        self.assert_told()

    def test_is_told_with_its_reason_when_no_rule_has_seen_it(self):
        self.assertEqual(self.ask("POST", "/v1/rentals", "{", {"Idempotency-Key": "form"}), (400, "malformed-request"))
        self.assertEqual(self.ask("GET", "/v1/shelf", token={"Authorization": "Bearer x"}), (401, "token-invalid"))
        self.assertEqual(self.ask("GET", "/v1/shelf", token={}), (401, "not-signed-in"))
        self.assertEqual(self.ask("GET", "/v1/ledger"), (403, "role-missing"))
        self.assertEqual(self.ask("GET", "/v1/nothing"), (404, "not-found"))
        self.assertEqual(self.ask("PATCH", "/v1/shelf"), (405, "method-not-allowed"))
        self.assertEqual(self.ask("POST", "/v1/rentals", fields={"Content-Length": "99999999"}), (413, "body-too-large"))
        self.shop.provider.send_signal(signal.SIGSTOP)
        over = threading.Event()

        def keep_renting():
            while not over.wait(0.05):
                self.rent(self.editions[0])

        other = threading.Thread(target=keep_renting)
        other.start()
        try:
            one_is_too_many = lambda: (503, "overloaded") in {told[2:] for told in list(self.refused.values())}
            wait_until(lambda: self.rent(self.editions[1], key="second") and one_is_too_many(), SECONDS, "one is too many")
        finally:
            over.set()
            self.shop.provider.send_signal(signal.SIGCONT)
            other.join()
        self.assert_told()
        subprocess.run([BIN / "madang", "config", "set", "http.requests_per_minute", "1", "--reason", "few may ask", "--data",
                        self.shop.folder / "data"], check=True, capture_output=True)
        wait_until(lambda: self.ask("GET", "/v1/shelf") == (429, "too-many-requests"), SECONDS, "one asks too much")
        self.assert_told()
        subprocess.run([BIN / "madang", "config", "reset", "http.requests_per_minute", "--data", self.shop.folder / "data"],
                       check=True, capture_output=True)


if __name__ == "__main__":
    unittest.main(verbosity=2, argv=sys.argv)
