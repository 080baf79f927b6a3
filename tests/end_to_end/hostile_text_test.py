#!/usr/bin/env python3
"""Text that means something to a database, a shell, a browser, a formatter or a file system, put into every place of
every operation that takes text: path, query, header fields and each text of a body, one at a time. It is refused by a
problem document, or it comes back as it was sent; nothing else happens. Then a book all of whose texts are such goes
through the whole shop.

Run from the root of the project.
"""
import io
import json
import tempfile
import unittest
import urllib.parse
import zipfile

from authorization_test import ENDS_SESSIONS, PASSWORD, number, signed
from every_operation import EveryOperation, operations, texts_of, with_text
from running_shop import Shop, add_operator, epub, events, upload, wait_until

MARK = "quince"  # in each of them, so that it can be told from what the shop itself says
SECONDS = 60
WITH_THE_NAME = ("register_person", ("password",))  # not by itself: hashing one takes long


def hostile_texts(touched):
    return [text.replace("MARK", MARK) for text in (
        "MARK'; DROP TABLE editions; --", "MARK' OR '1'='1", 'MARK" OR ""="', "MARK'); DELETE FROM events; COMMIT; --",
        "MARK' UNION SELECT name, sql FROM sqlite_master --", "MARK%' ESCAPE '%", "MARK?1 :name @name $name",
        "MARK %s%s%s%n %x", "MARK {} {0} {:>999999999} {{", "${jndi:ldap://127.0.0.1:9/MARK}", "{{7*7}}MARK<%= 7*7 %>",
        f"MARK; touch {touched}", f"MARK$(touch {touched})`touch {touched}`", f"MARK|touch {touched}&&touch {touched}",
        "<script>MARK</script><img src=x onerror=MARK>", "MARK]]><!--#exec cmd='id'--><!ENTITY x SYSTEM 'file:///etc/passwd'>",
        "../../../../etc/MARK", "..\\..\\MARK", "file:///etc/MARK", "=cmd|' /C MARK'!A0", '{"MARK":1}', "\\u0000MARK\\",
        "MARK\u202eegasrever\u2066\ufeff", "MARK\U0010ffff\ufffe e\u0301\u0301\u0301", "MARK\ud800", "MARK\0after", "MARK\r\nSet-Cookie: a=b",
        "MARK\x1b[2J", "MARK\x85\u2028{", "MARK" + "a" * 70_000)]


def quoted(text):
    return urllib.parse.quote(text.encode("utf-8", "surrogatepass"), safe="")


class Places:
    """What to ask of an operation, so that one text after the other stands at each of its places."""

    def __init__(self, world, operation, texts):
        self.world, self.operation, self.texts = world, operation, texts

    def __iter__(self):
        """(where, text, method, target, body, header fields), each request otherwise as it should be."""
        _, _, _, body = self.world.example(self.operation)
        in_header = [text for text in self.texts if text.isprintable() and text.isascii() and len(text) < 1000]  # others are no field
        for where, name in self.operation.parameters:
            for text in in_header if where == "header" else self.texts:
                changed = {} if where == "header" else {(where, name): quoted(text)}
                yield self.request((where, name), text, changed, {name: text} if where == "header" else {})
        for name in ("User-Agent", "Accept-Language", "traceparent") if self.operation.name not in ENDS_SESSIONS else ():
            yield self.request(("header", name), MARK, headers={name: " ".join(in_header)})
        for way, _ in texts_of(self.operation.body, body) if self.operation.body else ():
            for text in self.texts if (self.operation.name, way) != WITH_THE_NAME else ():
                yield self.request(("body", *way), text, way=way)

    def request(self, where, text, changed=None, headers=None, way=None):
        in_path, query, fields, body = self.world.example(self.operation)
        for (place, name), value in (changed or {}).items():
            (in_path if place == "path" else query)[name] = value
        target = self.operation.path.format(**in_path)
        target += "?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else ""
        if way:
            body = with_text(body, way, fitting(self.operation, way, text))
            if self.operation.name == WITH_THE_NAME[0] and way == ("name",):
                body["password"] = fitting(self.operation, ("password",), text)
            fields = {**fields, **(signed(self.world, body) if self.operation.name == "take_sandbox_webhook" else {})}
        token = self.world.token_for(self.operation)
        fields = {"Idempotency-Key": f"hostile-{next(number)}", **fields, **(headers or {}),
                  **({"Authorization": f"Bearer {token}"} if token else {})}
        return where, text, self.operation.method, target, body, fields


def fitting(operation, way, text):
    """The text in what its rules demand around it, so that it gets as far as it can."""
    if way == ("identifier", "value"):
        return f"h{next(number)}:{text}"
    if way == ("email",) and operation.name == "register_person" and text.startswith(f"{MARK}%"):
        return f"'||{next(number)}/*{{0}}`%s`$x--@example.com"
    return text + " and a place in the courtyard" if way == ("password",) and len(text) < 60 else text


class HostileText(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="madang-hostile-")
        cls.addClassCleanup(folder.cleanup)
        cls.shop = Shop(folder.name)
        cls.addClassCleanup(cls.shop.end)
        add_operator(cls.shop, "keeper@example.com", PASSWORD)
        cls.shop.start()
        cls.world = EveryOperation(cls.shop)
        cls.addClassCleanup(cls.world.close)
        cls.touched = cls.shop.folder / "touched"
        cls.texts = hostile_texts(cls.touched)
        cls.asked, cls.registered = 0, 0

    def test_is_refused_or_comes_back_as_it_was_and_does_nothing_else(self):
        accepted = {}
        for operation in operations():
            for where, text, method, target, body, fields in Places(self.world, operation, self.texts):
                with self.subTest(operation.name, where=where, text=text[:60]):
                    if operation.name == "change_profile" and where != ("header", "If-Match"):
                        fields["If-Match"] = self.profile().fields["ETag"]
                    answer = self.world.ask_raw(method, target, body, fields, source=self.address())
                    self.expect_no_harm(answer)
                    self.__class__.registered += answer.status == 201 and operation.name == "register_edition"
                    if answer.status < 300 and where[0] == "body":
                        accepted.setdefault((operation.name, *where[1:]), []).append(text)
                        self.expect_back(operation, body, answer)
        for place in (("register_edition", "title"), ("register_edition", "contributors", 0), ("change_profile", "name"),
                      ("register_edition", "identifier", "value"), ("register_person", "name")):
            self.assertGreaterEqual(len(accepted.get(place, [])), 20, f"{place} takes any line of text")
        self.assertEqual(len(accepted.get(("register_person", "email"), [])), 1)
        self.take_a_book_through_the_shop()
        self.expect_a_sound_shop()

    def take_a_book_through_the_shop(self):
        """One whose title, contributor and reader have names made of all of them."""
        every = " ".join(text for text in self.texts if text.isprintable() and len(text) < 100)
        title, name = every[:1000], "<script>quince</script>'\"&{}%s" + every[:60]
        ask = lambda method, path, body=None, token=None, **fields: self.world.expect_answer(
            method, path, body, token, {name.replace("_", "-"): value for name, value in fields.items()})
        manager = self.world.people["book_manager"]["access_token"]
        edition = ask("POST", "/v1/editions", {"title": title, "contributors": [title[:300]], "language": "en", "format": "ebook",
                                               "identifier": {"scheme": "publisher", "value": f"whole:{title[:150].strip()}"}}, manager)
        self.__class__.registered += 1
        path = f"/v1/editions/{edition['edition_id']}"
        price = {"amount": 2500, "currency": "KRW"}
        ask("PUT", path + "/rental-terms", {"price": price, "days": 7, "licences": 2, "extensions": 1}, manager, If_Match='"1"')
        self.assertEqual(upload(self.shop, path, epub(), {"Authorization": f"Bearer {manager}"}), 200)
        reader = {"email": f"o'{{0}}--{next(number)}@example.com", "password": PASSWORD}
        ask("POST", "/v1/people", {**reader, "name": name})
        token = ask("POST", "/v1/sessions", reader)["access_token"]
        wait_until(lambda: self.world.ask_raw("GET", path, None, {}).json.get("availability"), SECONDS, "it can be rented")
        rental = ask("POST", "/v1/rentals", {"edition_id": edition["edition_id"], "price": price, "card_token": "tok_accepted"}, token)
        shelf = lambda: ask("GET", "/v1/shelf", None, token)["items"]
        wait_until(lambda: shelf() and shelf()[0]["title"], SECONDS, "it is on the shelf")
        self.assertEqual((shelf()[0]["title"], shelf()[0]["contributors"]), (title, [title[:300]]))
        board = lambda: ask("GET", f"/v1/rental-board?edition_id={edition['edition_id']}", None, manager)["items"]
        wait_until(board, SECONDS, "it is on the board")
        self.assertEqual(board()[0]["title"], title)
        link = ask("POST", f"/v1/rentals/{rental['rental_id']}/link", None, token)["url"]
        named = self.world.ask_raw("GET", link).fields["Content-Disposition"]
        self.assertRegex(named, r'^attachment; filename="[0-9a-f]{64}\.epub"$')
        self.expect_safe_page(ask("POST", "/v1/exports", None, token)["url"], name)

    def expect_safe_page(self, url, name):
        """Of what a person takes along: to be read by people in a browser, so all that is theirs is escaped."""
        archive = zipfile.ZipFile(io.BytesIO(self.world.ask_raw("GET", url).bytes))
        held = {it: archive.read(it).decode() for it in archive.namelist()}
        self.assertEqual(json.loads(held["customer.json"])["profile"]["name"], name)
        self.assertIn("&lt;script&gt;quince", held["index.html"])
        self.assertNotRegex(held["index.html"], "<script|<img|<!--#|<!ENTITY")

    def expect_a_sound_shop(self):
        self.assertEqual(len(events(self.shop, "catalog", "EditionRegistered")), 12 + self.registered)
        self.shop.stop()
        self.assertEqual(self.shop.faults_in_folder(), [])
        lines = (self.shop.folder / "shop.log").read_text().split("\n")
        of_ours = [line for line in lines if MARK in line]
        self.assertGreater(len(of_ours), 100)  # of paths, and of the names of parameters
        for line in of_ours:
            self.assertIn("log", json.loads(line), line)  # whole, and one of the shop's own

    def address(self):
        """Another for every few requests, so that nobody's attempts to sign in count for another."""
        self.__class__.asked += 1
        return f"127.0.{2 + self.asked // 2000}.{1 + self.asked // 20 % 100}"

    def expect_no_harm(self, answer):
        self.assertLess(answer.status, 500, answer.bytes)
        self.assertNotIn("Set-Cookie", answer.fields)
        self.assertFalse(self.touched.exists())
        self.assertNotRegex(answer.bytes.lower(), rb"sqlite|syntax error|no such (table|column)|/etc/passwd:")
        if answer.status >= 400:
            self.assertEqual(answer.fields["Content-Type"], "application/problem+json")
            self.assertRegex(answer.json["type"], "^/problems/[a-z-]+$")

    def profile(self, token=None, position=None):
        fields = {"Authorization": f"Bearer {token or self.world.people['customer']['access_token']}"}
        return self.world.ask_raw("GET", "/v1/customers/me", None, {**fields, **({"Madang-Position": position} if position else {})})

    def expect_back(self, operation, sent, answer):
        """What was sent is read again, and is the same."""
        position = answer.fields.get("Madang-Position")
        if operation.name == "register_edition":
            read = self.world.ask_raw("GET", f"/v1/editions/{answer.json['edition_id']}", None, {"Madang-Position": position}).json
            self.assertEqual({name: read[name] for name in sent}, sent)
        elif operation.name == "change_profile":
            self.assertEqual(self.profile(position=position).json["name"], sent["name"])
        elif operation.name == "register_person":
            credentials = {name: sent[name] for name in ("email", "password")}
            session = self.world.ask_raw("POST", "/v1/sessions", credentials, {}, source=self.address())
            self.assertEqual(session.status, 201, session.bytes)
            wait_until(lambda: self.profile(session.json["access_token"]).status == 200, SECONDS, "the profile is there")
            read = self.profile(session.json["access_token"]).json
            self.assertEqual((read["name"], read["email"].lower()), (sent["name"], sent["email"].lower()))


if __name__ == "__main__":
    unittest.main()
