"""What schemathesis cannot know of a shop: how an EPUB is sent, how a webhook is signed, and which editions, rentals
and people there are. Every other case of well-formed data gets real ones, so that an operation is met both where it
refuses and where it succeeds; what the test is about (data that does not fit, what a link supplied) is left alone.

Loaded by schemathesis_test.py, which says by the environment where the shop is and who is who (see Shop). At the end
the answers to well-formed requests are counted, by operation and status, into a file.
"""
import atexit
import functools
import hashlib
import hmac
import itertools
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter, defaultdict
from pathlib import Path

import schemathesis
from schemathesis.core.failures import Failure
from schemathesis.transport.serialization import Binary

sys.path.insert(0, str(Path(__file__).parent))
import authenticator  # noqa: E402, beside this file

BORROWED_MAX = 9  # one below the shop's limit, so that the fuzzing itself can rent too


class Shop:
    """The shop as its people use it, besides what is being tried."""

    def __init__(self, given):
        self.url, self.webhook_key = given["url"], bytes.fromhex(given["webhook_key"])
        self.customer, self.manager = given["customer"], given["manager"]  # access tokens
        self.leaver, self.leavers_password = given["leaver"], given["password"]  # who may be forgotten
        self.sessions = itertools.cycle(given["sessions"])  # of the customer, besides the one that is tried with
        self.exporter = given["exporter"]  # who takes their data along
        self.operator, self.forgetful = given["operator"], given["forgetful"]  # a token; the address of who forgets a password
        self.careless = given["careless"]  # the address of who loses a second factor
        self.app = None  # the secret in the app of whoever is tried with
        self.people, self.refresh_tokens = itertools.cycle(given["people"]), itertools.cycle(given["refresh_tokens"])
        self.lent = [e for e in self.ask("GET", "/v1/editions?rentable=true&limit=100")[1]["items"]]
        self.to_lend, self.rentals, self.numbers = itertools.cycle(self.lent), [], itertools.count()
        self.epub = None

    def ask(self, method, path, body=None, token=None, headers=None):
        fields = {"Content-Type": "application/json", "Idempotency-Key": f"beside-{next(self.numbers)}"} if method != "GET" else {}
        fields |= {"Authorization": f"Bearer {token}"} if token else {}
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.url + path, data, {**fields, **(headers or {})}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                text = answer.read()
                is_json = "json" in answer.headers.get("Content-Type", "")
                return answer.status, json.loads(text) if is_json and text else text, answer.headers
        except urllib.error.HTTPError as refused:
            return refused.code, json.loads(refused.read()), refused.headers

    def rental(self):
        """A loan that has just begun; one of the older ones when none can be had."""
        for _ in range(len(self.lent)):
            if len(self.rentals) >= BORROWED_MAX:
                oldest = self.rentals.pop(0)
                self.ask("POST", f"/v1/rentals/{oldest['rental_id']}/return", token=self.customer)
            edition = next(self.to_lend)
            body = {"edition_id": edition["edition_id"], "price": edition["rental_price"], "card_token": "tok_accepted"}
            status, started, _ = self.ask("POST", "/v1/rentals", body, self.customer)
            if status == 201:
                self.rentals.append(started)
                return started
        return self.rentals[-1]

    def extension_price(self, rental_id):
        """What one more extension of this loan costs, as its edition's terms have it."""
        rental = self.ask("GET", f"/v1/rentals/{rental_id}", token=self.customer)[1]
        terms = self.ask("GET", f"/v1/editions/{rental.get('edition_id')}")[1].get("rental_terms", {})
        return terms.get("extension_price", terms.get("price", {"amount": 1, "currency": "KRW"}))

    def line(self, token):
        """An edition in whose line this person stands: one of those that others have on loan."""
        self.rental()
        for edition in self.lent:
            status, told, _ = self.ask("POST", "/v1/places", {"edition_id": edition["edition_id"]}, token)
            if status == 201 or told["type"].endswith("/already-in-line"):
                return edition["edition_id"]
        return next(self.to_lend)["edition_id"]

    def edition_of_its_own(self):
        """One that nobody else needs: it may be changed and withdrawn."""
        number = next(self.numbers)
        body = {"title": f"Number {number}", "contributors": [], "language": "en", "format": "ebook",
                "identifier": {"scheme": "publisher", "value": f"beside:{number}"}}
        return self.ask("POST", "/v1/editions", body, self.manager)[1]["edition_id"]

    @functools.cached_property
    def export(self):
        """Path and query of a link to the data of someone who takes it along: they have one at a time."""
        url = urllib.parse.urlsplit(self.ask("POST", "/v1/exports", token=self.exporter)[1]["url"])
        return {"export_id": url.path.rsplit("/", 1)[1]}, dict(urllib.parse.parse_qsl(url.query))

    def reset_code(self):
        return self.ask("POST", "/v1/password-resets", {"email": self.forgetful}, self.operator)[1]["code"]

    def begin_factor(self, who):
        """Whether a second factor has begun, and their app has its secret: not while one is in force."""
        begun = self.ask("POST", "/v1/people/me/second-factor", {"password": self.leavers_password}, who)[1]
        self.app = begun.get("secret", self.app)
        return "secret" in begun

    def take_factor_off(self, who):
        """The code of the next half minute has not been used yet."""
        shown = {"password": self.leavers_password, "code": authenticator.code(self.app, 1)} if self.app else None
        return shown and self.ask("POST", "/v1/people/me/second-factor/removal", shown, who)

    def code_to_confirm(self, who):
        self.take_factor_off(who)
        return authenticator.code(self.app) if self.begin_factor(who) else "123456"

    def code_to_remove(self, who):
        if self.begin_factor(who):
            self.ask("POST", "/v1/people/me/second-factor/confirmation", {"code": authenticator.code(self.app)}, who)
        return authenticator.code(self.app, 1) if self.app else "123456"

    def who_lost_theirs(self):
        """The id of somebody who has a second factor in force."""
        session = self.ask("POST", "/v1/sessions", {"email": self.careless, "password": self.leavers_password})[1]
        if "access_token" in session:
            self.code_to_remove(session["access_token"])
            self.careless_id = session["person_id"]
        return self.careless_id

    @functools.cached_property
    def erasure(self):
        """Asked for once, before passwords are tried: after some attempts the shop takes no more of them for a while."""
        return self.ask("POST", "/v1/erasures", {"password": self.leavers_password}, self.leaver)[1]["erasure_id"]

    def link(self):
        """Path and query of a link that opens a book."""
        rental = self.rental()
        _, link, _ = self.ask("POST", f"/v1/rentals/{rental['rental_id']}/link", token=self.customer)
        url = urllib.parse.urlsplit(link["url"])
        return {"rental_id": rental["rental_id"], "name": url.path.rsplit("/", 1)[1]}, dict(urllib.parse.parse_qsl(url.query))

    def book(self):
        if self.epub is None:
            path, query = self.link()
            self.epub = self.ask("GET", f"/v1/files/{path['rental_id']}/{path['name']}?{urllib.parse.urlencode(query)}")[1]
        return self.epub

    def version(self, path, token):
        """The ETag of what an edit of this path changes: the resource at it, or above it."""
        while path.count("/") > 2:
            status, _, headers = self.ask("GET", path, token=token)
            if status == 200 and headers.get("ETag"):
                return headers["ETag"]
            path = path.rsplit("/", 1)[0]
        return None


shop = Shop(json.loads(os.environ["MADANG_SHOP"]))
token = os.environ.get("MADANG_TOKEN")
if token != shop.leaver:
    shop.erasure
turns, with_a_book = Counter(), set()
answers = defaultdict(Counter)


def operation_of(case):
    return case.operation.definition.raw


def is_well_formed(case):
    return case.meta is not None and case.meta.generation.mode.is_positive and case.method == case.operation.method.upper()


@schemathesis.serializer("application/epub+zip")
def epub(ctx, value):
    if ctx.case.id in with_a_book:  # put in here, as the body that was made up is of no type that JSON Schema knows
        return shop.book()
    if isinstance(value, Binary):
        value = value.data
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


def known_path(case, operation):
    """Path parameters that exist, by name."""
    edits = "book_manager" in operation["x-roles"] and case.method != "GET"
    waits = operation["operationId"] in ("get_place", "leave_line")
    loses = operation["operationId"] == "remove_persons_second_factor" and token == shop.operator
    makers = {"edition_id": lambda: shop.line(token) if waits else
              shop.edition_of_its_own() if edits else next(shop.to_lend)["edition_id"],
              "rental_id": lambda: (shop.rentals or [shop.rental()])[-1]["rental_id"] if case.method == "GET"
              else shop.rental()["rental_id"],
              "payment_id": lambda: shop.rental()["payment_id"],
              "erasure_id": lambda: shop.erasure,
              "person_id": lambda: shop.who_lost_theirs() if loses else next(shop.people),
              "session_id": lambda: next(shop.sessions)}
    return {name: makers[name]() for name in case.path_parameters if name in makers}


def known_body(case, operation, body):
    if operation["operationId"] == "rent_book":
        edition = next(shop.to_lend)
        body |= {"edition_id": edition["edition_id"], "price": edition["rental_price"], "card_token": "tok_accepted"}
    if operation["operationId"] == "extend_rental":  # on the terms of the sample, or refused as they are
        body |= {"price": shop.extension_price(case.path_parameters["rental_id"]), "card_token": "tok_accepted"}
    if operation["operationId"] == "join_line":  # one that they can stand in, and have just left
        body["edition_id"] = shop.line(token)
        shop.ask("DELETE", f"/v1/places/{body['edition_id']}", token=token)
    if "refresh_token" in body:
        body["refresh_token"] = next(shop.refresh_tokens)
        body.pop("client", None)
    if "identifier" in body:
        body["identifier"] = {"scheme": "publisher", "value": f"tried:{next(shop.numbers)}"}
    if operation["operationId"] == "change_password":  # by the customer, for the same one: nobody else is to be kept out
        right = shop.leavers_password if token == shop.customer else "one that it is not"
        body |= {"password": right, "new_password": shop.leavers_password}
    elif operation["operationId"] == "sign_in":
        body |= {"email": shop.forgetful, "password": shop.leavers_password}
        body.pop("refresh_token", None)  # which would end a session that others refresh
    elif operation["operationId"] == "begin_second_factor":
        shop.take_factor_off(token)
        body = {"password": shop.leavers_password}
    elif operation["operationId"] == "confirm_second_factor":
        body = {"code": shop.code_to_confirm(token)}
    elif operation["operationId"] == "remove_second_factor":
        body = {"password": shop.leavers_password, "code": shop.code_to_remove(token)}
    elif operation["operationId"] == "begin_password_reset":
        body["email"] = shop.forgetful
    elif operation["operationId"] == "reset_password":
        body = {"code": shop.reset_code(), "new_password": shop.leavers_password}
    elif operation["operationId"] == "ask_erasure" and token == shop.leaver:  # others know no password: they are needed
        body["password"] = shop.leavers_password
    elif "password" in body:
        body["password"] = body["password"] if len(body["password"]) > 15 else body["password"] + " over the wall of a courtyard"
    for price in (body, body.get("price"), body.get("extension_price")):
        if isinstance(price, dict) and "currency" in price:
            price["currency"] = "KRW"
    return body


@schemathesis.hook
def before_call(ctx, case, **kwargs):
    if not is_well_formed(case):
        return
    operation = operation_of(case)
    in_sequence = case.meta.phase.name.value == "stateful"
    linked = in_sequence and case._override.path_parameters
    turns[case.operation.label] += 1
    # No link of the contract leads to a signed address, and those that are guessed take a person's name for a file's.
    is_signed = "signature" in (case.query or {})
    if turns[case.operation.label] % 2 == 0 and not (is_signed and in_sequence):
        return
    if is_signed:
        is_export = operation["operationId"] == "read_export"
        case.path_parameters, case.query = shop.export if is_export else shop.link()
        return
    if not linked and case.path_parameters:
        case.path_parameters = {**case.path_parameters, **known_path(case, operation)}
    if isinstance(case.body, dict):
        case.body = known_body(case, operation, dict(case.body))
    elif case.media_type == "application/epub+zip":
        with_a_book.add(case.id)
    if "If-Match" in (case.headers or {}):
        seen = shop.version(case.formatted_path, token)
        if seen:
            case.headers["If-Match"] = seen
    if "Idempotency-Key" in (case.headers or {}):
        case.headers["Idempotency-Key"] = f"tried-{next(shop.numbers)}"
    if "Webhook-Signature" in (case.headers or {}):
        now = str(int(time.time()))
        text = case.as_transport_kwargs()
        sent = json.dumps(text["json"]).encode() if "json" in text else text["data"]
        signed = hmac.new(shop.webhook_key, now.encode() + b"." + sent, hashlib.sha256).hexdigest()
        case.headers["Webhook-Signature"] = f"t={now},v1={signed}"


class UndocumentedRefusal(Failure):
    """A refusal that the contract does not name for this operation."""


@schemathesis.check
def refusal_is_documented(ctx, response, case):
    """Each refusal is a problem document whose slug the contract names for this operation and status."""
    if response.status_code < 400 or case.method != case.operation.method.upper():
        return None
    root = case.operation.schema.raw_schema
    documented = operation_of(case)["responses"].get(str(response.status_code), {})
    if "$ref" in documented:
        documented = root["components"]["responses"][documented["$ref"].rsplit("/", 1)[1]]
    slug = json.loads(response.content)["type"].removeprefix("/problems/") if response.content else "(none)"
    if slug not in documented.get("x-problems", []) and not slug_of_the_edge(slug):
        raise UndocumentedRefusal(operation=case.operation.label, message=f"{response.status_code} {slug}", title="Undocumented refusal")
    return None


def slug_of_the_edge(slug):
    return slug in ("not-found", "method-not-allowed")  # of no operation: the path or method was changed by a probe


@schemathesis.hook
def after_call(ctx, case, response):
    if is_well_formed(case):
        answers[operation_of(case)["operationId"]][response.status_code] += 1

@atexit.register
def write_answers():
    with open(os.environ["MADANG_ANSWERS"], "w", encoding="utf-8") as file:
        json.dump(answers, file)
