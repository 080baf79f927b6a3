#!/usr/bin/env python3
"""What is secret or personal goes where its class demands and nowhere else (docs/security.md, Data): people register, sign
in, rent, read and take their data along; then every file of the shop, its log, everything that the payment provider heard
and everything that others were answered is searched for each of these values, as it is and in the forms that hide it
from the eye.

Run from the root of the project.
"""
import base64
import contextlib
import json
import re
import sys
import tempfile
import unittest
import urllib.parse

import authenticator
from authorization_test import PASSWORD
from running_shop import Shop, add_operator, call, connection_to, wait_until
from traced_shop import Server

SECONDS = 60
NAME, EMAIL, WORDS = "Ondrej Quillfeather-Maddox", "ondrej.quillfeather@example.com", "nine herons beside the weir"
CARD = "tok_webhook_twice"  # one that no example of the contract has


def forms_of(value):
    """The value as it stands, turned into base64 at each offset, hexadecimal, for an address, or the other way round."""
    text = value.encode()
    yield text
    yield text.lower()
    yield text.hex().encode()
    yield urllib.parse.quote(value, safe="").encode()
    yield text[::-1]
    for offset in range(3):  # what stands before it moves the letters; those at the ends depend on the neighbours
        encoded = base64.b64encode(b"\0" * offset + text)[4 if offset else 0:]
        yield encoded.rstrip(b"=")[:-1]
        yield encoded.translate(bytes.maketrans(b"+/", b"-_")).rstrip(b"=")[:-1]


def found_in(held, values):
    """(which, where) of each value that stands somewhere in what is held: a dictionary of bytes."""
    return [(which, where) for which, value in values.items() for where, content in held.items()
            if any(form in content for form in forms_of(value))]


class Secrets(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="madang-secrets-")
        self.addCleanup(folder.cleanup)
        self.shop, self.heard, self.others, self.keys = Shop(folder.name), [], {}, 0
        self.addCleanup(self.shop.end)
        self.between = Server(self.hand_on)
        self.addCleanup(self.between.close)
        self.shop.paid_at = self.between.port
        add_operator(self.shop, "keeper@example.com", PASSWORD)
        self.shop.start()

    def hand_on(self, method, path, fields, body):
        """What the shop says to the provider, noted whole."""
        self.heard.append(f"{method} {path}\n{fields}\n".encode() + body)
        connection = connection_to(self.shop.provider_port)
        kept = {name: value for name, value in fields.items() if name.lower() not in ("host", "connection")}
        connection.request(method, path, body or None, kept)
        answer = connection.getresponse()
        try:
            return answer.status, {"Content-Type": answer.getheader("Content-Type") or ""}, answer.read()
        finally:
            connection.close()

    def ask(self, method, path, body=None, token=None, source="127.0.0.1"):
        self.keys += 1
        fields = {"Idempotency-Key": f"key-{self.keys}", **({"Authorization": f"Bearer {token}"} if token else {})}
        status, answer = call(self.shop.port, method, path, body, fields, source=source)
        self.assertLess(status, 300, (method, path, answer))
        return answer

    def sign_in(self, email, password):
        return self.ask("POST", "/v1/sessions", {"email": email, "password": password})

    def answer_of_another(self, method, path, body=None, token=None):
        answer = self.ask(method, path, body, token)
        self.others[f"{method} {path}, {len(self.others)}"] = json.dumps(answer, ensure_ascii=False).encode()
        return answer

    def live_through_everything(self):
        """Everything that takes or gives something secret or personal; gives these values by what they are."""
        self.ask("POST", "/v1/people", {"email": EMAIL, "password": WORDS, "name": NAME})
        call(self.shop.port, "POST", "/v1/sessions", {"email": EMAIL, "password": WORDS + "?"})  # mistyped
        first = self.sign_in(EMAIL, WORDS)
        self.person = first["person_id"]
        second = self.ask("POST", "/v1/sessions/refresh", {"refresh_token": first["refresh_token"]})
        mine = second["access_token"]
        rentable = lambda: call(self.shop.port, "GET", "/v1/editions?rentable=true")[1]["items"]
        wait_until(lambda: len(rentable()) == 12, SECONDS, "the sample can be rented")
        rentals = [self.ask("POST", "/v1/rentals", {"edition_id": it["edition_id"], "price": it["rental_price"], "card_token": CARD}, mine)
                   for it in rentable()[:2]]
        self.ask("POST", f"/v1/rentals/{rentals[1]['rental_id']}/cancellation", None, mine)
        links = [self.ask("POST", f"/v1/rentals/{rentals[0]['rental_id']}/link", None, mine)["url"],
                 self.ask("POST", "/v1/exports", None, mine)["url"]]
        for link in links:
            self.assertEqual(call(self.shop.port, "GET", link)[0], 200)
        wait_until(lambda: call(self.shop.port, "GET", "/v1/customers/me", None, {"Authorization": f"Bearer {mine}"})[0] == 200,
                   SECONDS, "the profile is there")
        self.assertEqual(self.ask("GET", "/v1/customers/me", None, mine)["name"], NAME)
        self.look_as_others(rentals[0])
        keeper = self.sign_in("keeper@example.com", PASSWORD)["access_token"]
        begun = self.ask("POST", "/v1/people/me/second-factor", {"password": WORDS}, mine)
        shown = authenticator.code(begun["secret"])
        recovery = self.ask("POST", "/v1/people/me/second-factor/confirmation", {"code": shown}, mine)["recovery_codes"]
        self.ask("POST", "/v1/sessions", {"email": EMAIL, "password": WORDS, "code": recovery[0]})
        self.ask("POST", "/v1/people/me/second-factor/removal", {"password": WORDS, "code": recovery[1]}, mine)
        code = self.ask("POST", "/v1/password-resets", {"email": EMAIL}, keeper)["code"]
        self.ask("POST", "/v1/password-resets/redemption", {"code": code, "new_password": WORDS})
        tokens = {f"{kind} token of the {which} session": session[f"{kind}_token"] for kind in ("access", "refresh")
                  for which, session in (("first", first), ("second", second))}
        signatures = {f"signature of a link, {number}": re.search("signature=([^&]+)", link)[1] for number, link in enumerate(links)}
        return {**tokens, **{f"signed part of the {name}": token.rsplit(".", 1)[-1] for name, token in tokens.items()}, **signatures,
                "secret of an app": begun["secret"], "address of a secret": begun["uri"].split("?")[0],
                "used recovery code": recovery[0], "recovery code": recovery[9],
                "code for a new password": code, "password": WORDS, "mistyped password": WORDS + "?", "another's password": PASSWORD, "name": NAME, "address": EMAIL}

    def look_as_others(self, rental):
        """All that a stranger, another customer, the manager and the operator can see of it."""
        keeper = self.sign_in("keeper@example.com", PASSWORD)
        self.ask("PUT", f"/v1/people/{keeper['person_id']}/roles/book_manager", None, keeper["access_token"])
        keeper = self.sign_in("keeper@example.com", PASSWORD)["access_token"]
        self.answer_of_another("POST", "/v1/people", {"email": EMAIL, "password": PASSWORD, "name": "Another"})
        board = lambda: self.answer_of_another("GET", f"/v1/rental-board?customer_id={self.person}", None, keeper)["items"]
        wait_until(lambda: len(board()) == 2, SECONDS, "both are on the board")
        for path in (f"/v1/payments/{rental['payment_id']}", "/v1/ledger", "/v1/erasures", "/v1/shelf", "/v1/editions"):
            self.answer_of_another("GET", path, None, keeper)
        for path in ("/metrics", "/readyz", "/openapi.json", "/.well-known/jwks.json"):
            connection = connection_to(self.shop.port)
            connection.request("GET", path)
            self.others[path] = connection.getresponse().read()
            connection.close()

    def files(self):
        held = {}
        for path in (self.shop.folder / "data").rglob("*"):
            with contextlib.suppress(FileNotFoundError):  # what is on its way to its name
                if path.is_file() and "sandbox" not in path.parts:
                    held[str(path.relative_to(self.shop.folder))] = path.read_bytes()
        return held

    def test_stand_in_no_file_no_log_and_no_answer_of_anybody_else(self):
        values = {**self.live_through_everything(), "card": CARD}
        seen = {"the log": (self.shop.folder / "shop.log").read_bytes(), **self.others}
        self.assertEqual(found_in(self.files() | seen, values), [])
        self.shop.stop()
        self.assertEqual(found_in(self.files(), values), [])

        self.expect_little_said_to_the_provider(values)

    def expect_little_said_to_the_provider(self, values):
        """Sums, numbers of payments, and the card when a payment is created."""
        said = {f"{text.split(maxsplit=2)[1].decode()}, {number}": text for number, text in enumerate(self.heard)}
        self.assertEqual({(which, where.split(",")[0]) for which, where in found_in(said, {**values, "person": self.person})},
                         {("card", "/v1/payment_intents")})
        bodies = [json.loads(text.rpartition(b"\n")[2]) for text in self.heard if not text.endswith(b"\n")]
        self.assertEqual(len([body for body in bodies if "card" in body]), 2)
        self.assertEqual({name for body in bodies for name in body}, {"payment", "payment_intent", "amount", "currency", "card"})

    def test_would_be_found_in_whatever_form_they_stood(self):
        for hide in (str.encode, lambda it: it.encode().hex().encode(), lambda it: base64.b64encode(b"x" + it.encode()),
                     lambda it: base64.urlsafe_b64encode(b"xy" + it.encode() + b"z"), lambda it: urllib.parse.quote(it).encode()):
            self.assertEqual(found_in({"there": b"before " + hide(NAME) + b" after"}, {"name": NAME}), [("name", "there")])


if __name__ == "__main__":
    unittest.main(argv=sys.argv)
