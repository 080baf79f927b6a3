#!/usr/bin/env python3
"""Who may do what: every operation of the contract, asked by everyone, over a socket. The contract says which roles
an operation is for; whoever has none of them is answered 401 or 403, and a customer who asks for what is someone
else's is answered 404. An operation without an example here fails by its name.

Run from the root of the project.
"""
import hashlib
import hmac
import itertools
import json
import secrets
import sys
import tempfile
import time
import uuid
from pathlib import Path

from forged_tokens import forged_tokens
from running_shop import Shop, add_operator, call, wait_until

PASSWORD = "a place in the courtyard"
OWNED = ("{rental_id}", "{payment_id}")  # in a path: what belongs to one customer
number = itertools.count(1)


class World:
    """A shop in which everyone is signed in, a customer has rented three books, and the only licence of another is out."""

    def __init__(self, shop):
        self.shop = shop
        wait_until(self.is_stocked, 30, "sample editions can be rented")
        keeper = self.signed_in("keeper")
        for name in ("owner", "another", "manager", "guest"):
            self.expect(202, "POST", "/v1/people", {"email": f"{name}@example.com", "password": PASSWORD, "name": name})
        manager = self.signed_in("manager")["person_id"]
        self.guest = self.signed_in("guest")
        for method, person, role in (("PUT", manager, "book_manager"), ("DELETE", manager, "customer"),
                                     ("DELETE", keeper["person_id"], "customer")):
            self.expect(204, method, f"/v1/people/{person}/roles/{role}", token=keeper["access_token"])
        self.sign_in_all()
        owner = self.people["customer"]["access_token"]
        self.rentals = [self.rented(edition, owner) for edition in self.editions[:3]]
        self.rented(self.scarce, self.guest["access_token"])
        self.erasure = self.forgotten()
        self.throwaway = self.session_of("customer")  # which ends, and then everyone signs in again
        self.export = self.expect(201, "POST", "/v1/exports", token=self.guest["access_token"])["url"].rsplit("/", 1)[1]
        self.link = self.expect(200, "POST", f"/v1/rentals/{self.rentals[0]['rental_id']}/link", token=owner)["url"]

    def sign_in_all(self):
        self.people = {who: self.signed_in(name) for who, name in (
            ("another customer", "another"), ("book_manager", "manager"), ("operator", "keeper"), ("customer", "owner"))}

    def session_of(self, who):
        """The id of the session in which they ask."""
        listed = self.expect(200, "GET", "/v1/sessions", token=self.people[who]["access_token"])["items"]
        return next(it["session_id"] for it in listed if it["is_this"])

    def is_stocked(self):
        """Whether there are three editions to rent, one of which only one can have, and one to be withdrawn."""
        self.editions = call(self.shop.port, "GET", "/v1/editions?rentable=true")[1]["items"]
        self.scarce = next((it for it in self.editions[3:-1] if it["availability"]["licences"] == 1), None)
        return self.scarce is not None

    def forgotten(self):
        """The id of the erasure of someone who has gone."""
        self.expect(202, "POST", "/v1/people", {"email": "leaver@example.com", "password": PASSWORD, "name": "leaver"})
        token = self.signed_in("leaver")["access_token"]
        return self.expect(202, "POST", "/v1/erasures", {"password": PASSWORD}, token)["erasure_id"]

    def rented(self, edition, token):
        return self.expect(201, "POST", "/v1/rentals", {
            "edition_id": edition["edition_id"], "price": edition["rental_price"], "card_token": "tok_accepted"}, token)

    def send(self, method, path, body=None, token=None, headers=None):
        fields = {"Idempotency-Key": f"key-{next(number)}", **(headers or {})}
        if token:
            fields["Authorization"] = f"Bearer {token}"
        return call(self.shop.port, method, path, body, fields)

    def expect(self, wanted, *asked, **also):
        status, answer = self.send(*asked, **also)
        assert status == wanted, (asked[:2], status, answer)
        return answer

    def signed_in(self, name):
        return self.expect(201, "POST", "/v1/sessions", {"email": f"{name}@example.com", "password": PASSWORD})

    def refresh(self):
        return {"refresh_token": self.guest["refresh_token"]}

    def edition(self):
        return self.editions[-1]["edition_id"]


def signed(world, body):
    """The header fields with which the provider would send this body."""
    secret, at = (world.shop.folder / "secret").read_text().strip(), int(time.time())
    digest = hmac.new(secret.encode(), f"{at}.{json.dumps(body)}".encode(), hashlib.sha256).hexdigest()
    return {"Webhook-Signature": f"t={at},v1={digest}"}


def webhook(world):
    intent = {"id": "pi_1", "object": "payment_intent", "payment": str(uuid.uuid4()), "status": "canceled",
              "amount": 100, "currency": "KRW", "created": 1, "confirmations": 0, "amount_refunded": 0}
    body = {"id": f"evt_{next(number)}", "type": "payment_intent.canceled", "created": 1, "intent": intent}
    return {}, body, signed(world, body)


def rental(which):
    return lambda world: ({"rental_id": world.rentals[which]["rental_id"]}, None, {})


def payment(world):
    return {"payment_id": world.rentals[0]["payment_id"]}, None, {}


def place(world):
    return {"edition_id": world.scarce["edition_id"]}, None, {}


def role(name):
    return lambda world: ({"person_id": world.guest["person_id"], "role": name}, None, {})


def edit(body):
    return lambda world: ({"edition_id": world.edition()}, body, {"If-Match": '"1"'})


def plain(body=None, headers=None):
    return lambda world: ({}, body() if callable(body) else body, headers or {})


ENDS_SESSIONS = ("sign_out", "sign_out_everywhere", "end_session", "end_sessions")  # after each of them everyone signs in again
PRICE = {"amount": 2500, "currency": "KRW"}

# Of each operation: what stands in its path, its body, its headers.
EXAMPLES = {
    "register_person": plain(lambda: {"email": f"person{next(number)}@example.com", "password": PASSWORD, "name": "One"}),
    "grant_role": role("customer"),
    "revoke_role": role("book_manager"),
    "sign_in": plain({"email": "guest@example.com", "password": PASSWORD}),
    "sign_out_everywhere": plain(),
    "sign_out": plain(),
    "list_sessions": plain(),
    "end_session": lambda world: ({"session_id": world.throwaway}, None, {}),
    "end_sessions": lambda world: ({"person_id": world.people["another customer"]["person_id"], "?": "?why=misuse"}, None, {}),
    "change_password": plain({"password": "one that it is not", "new_password": "rain on the courtyard"}),
    "begin_password_reset": plain({"email": "guest@example.com"}),
    "reset_password": plain(lambda: {"code": secrets.token_urlsafe(32), "new_password": "rain on the courtyard"}),
    "get_second_factor": plain(),  # nobody in this world comes to have one: second_factor_test.py does
    "begin_second_factor": plain({"password": "one that it is not"}),
    "confirm_second_factor": plain({"code": "123456"}),
    "remove_second_factor": plain({"password": "one that it is not", "code": "123456"}),
    "remove_persons_second_factor": lambda world: ({"person_id": world.guest["person_id"], "?": "?why=device_lost"}, None, {}),
    "refresh_session": lambda world: ({}, world.refresh(), {}),
    "get_keys": plain(),
    "ask_export": plain(),
    "read_export": lambda world: ({"export_id": world.export}, None, {}),
    "ask_erasure": plain({"password": "one that it is not"}),  # else they would be gone before the next is asked
    "get_erasure": lambda world: ({"erasure_id": world.erasure}, None, {}),
    "list_erasures": plain(),
    "get_profile": plain(),
    "change_profile": plain({"name": "Someone", "language": "en"}, {"If-Match": '"1"'}),
    "list_editions": plain(),
    "register_edition": plain(lambda: {
        "title": "The Lamp", "contributors": ["Han Sora"], "language": "en", "format": "ebook",
        "identifier": {"scheme": "publisher", "value": f"example:{next(number)}"}}),
    "get_edition": lambda world: ({"edition_id": world.edition()}, None, {}),
    "revise_price": edit(PRICE),
    "set_rental_terms": edit({"price": PRICE, "days": 7, "licences": 2, "extensions": 1}),
    "upload_file": lambda world: ({"edition_id": world.edition()}, "no EPUB", {"Content-Type": "application/epub+zip"}),
    "withdraw_edition": lambda world: ({"edition_id": world.edition()}, None, {}),
    "get_payment": payment,
    "refund_payment": payment,
    "list_ledger": plain(),
    "take_sandbox_webhook": webhook,
    "rent_book": lambda world: ({}, {"edition_id": world.edition(), "price": PRICE, "card_token": "tok_declined"}, {}),
    "get_rental": rental(0),
    "extend_rental": lambda world: ({"rental_id": world.rentals[0]["rental_id"]},
                                    {"price": PRICE, "card_token": "tok_declined"}, {}),
    "return_book": rental(1),
    "cancel_rental": rental(2),
    "open_book": rental(0),
    "join_line": lambda world: ({}, {"edition_id": world.scarce["edition_id"]}, {}),
    "get_place": place,
    "leave_line": place,
    "read_file": lambda world: (dict(zip(("rental_id", "name"), world.link.split("/")[3:])), None, {}),
    "list_shelf": plain(),
    "list_rental_board": plain(),
}


def asked(world, operation, token):
    in_path, body, headers = EXAMPLES[operation["operation"]](world)
    status, answer = world.send(operation["method"], operation["path"].format(**in_path) + in_path.get("?", ""), body, token, headers)
    if operation["operation"] == "refresh_session" and status == 200:
        world.guest["refresh_token"] = answer["refresh_token"]
    return status


def is_let_in(status):
    """The shop has looked at what was asked: a rule may say no, but not who asks nor how."""
    return status < 500 and status not in (400, 401, 403, 404, 415, 429)


def is_right(operation, who, roles, status):
    may = {"anyone", *roles, *(["signed_in"] if who != "nobody" else [])} & set(operation["roles"])
    is_owned = any(name in operation["path"] for name in OWNED) and "anyone" not in operation["roles"]
    if not may:
        return status == (401 if who == "nobody" else 403)
    if who != "customer" and "{session_id}" in operation["path"]:
        return status == 404
    if who == "another customer" and is_owned:
        return status == 404
    return is_let_in(status)


def faults_in(world, operations, forged):
    faults, answers = [], 0
    for operation in operations:
        callers = [("nobody", [], None)] + [(who, it["roles"], it["access_token"]) for who, it in world.people.items()]
        for who, roles, token in callers:
            status, answers = asked(world, operation, token), answers + 1
            if not is_right(operation, who, roles, status):
                faults.append(f"{operation['operation']} asked by {who} ({', '.join(roles) or 'no role'}): {status}")
        for what, token in forged.items():
            status, answers = asked(world, operation, token), answers + 1
            is_open = "anyone" in operation["roles"]
            if not (is_let_in(status) if is_open else status == 401):
                faults.append(f"{operation['operation']} with a forged token, {what}: {status}")
        if operation["operation"] in ENDS_SESSIONS:
            world.sign_in_all()
    return faults, answers


def main() -> int:
    operations = json.loads(Path("contracts/generated/operations.json").read_text())
    names = {operation["operation"] for operation in operations}
    faults = [f"an operation without an example: {name}" for name in sorted(names - EXAMPLES.keys())]
    faults += [f"an example of no operation: {name}" for name in sorted(EXAMPLES.keys() - names)]
    if faults:
        print("\n".join(faults))
        return 1
    with tempfile.TemporaryDirectory(prefix="madang-roles-") as folder:
        shop = Shop(folder)
        try:
            add_operator(shop, "keeper@example.com", PASSWORD)
            shop.start()
            world = World(shop)
            genuine = world.people["customer"]["access_token"]
            keys = call(shop.port, "GET", "/.well-known/jwks.json")[1]["keys"]
            honest, forged = forged_tokens(genuine, keys[0], shop.folder / "data/secrets", shop.folder)
            world.expect(200, "GET", "/v1/ledger", token=honest)
            faults, answers = faults_in(world, operations, forged)
            shop.stop()
            faults += shop.faults_in_folder()
            print("\n".join(faults) if faults else f"{len(operations)} operations, {answers} answers, each as the contract says")
            return 1 if faults else 0
        finally:
            shop.end()


if __name__ == "__main__":
    sys.exit(main())
