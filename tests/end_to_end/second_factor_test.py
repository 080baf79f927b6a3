#!/usr/bin/env python3
"""A second factor from outside, with an authenticator app that knows of the shop only what it is told: it is asked for once it is
in force, each code is taken once, after a kill too; a shop that demands one of everybody or of its staff gives no role before; who has
lost it is helped by an operator, or on the machine.

The code of the next half minute is good in this one too, as clocks differ: so nobody waits here.
Run from the root of the project.
"""
import io
import json
import subprocess
import tempfile
import unittest
import urllib.parse
import zipfile

from authenticator import code, code_at
from running_shop import BIN, Shop, add_operator, call, connection_to

PASSWORD = "a place in the courtyard"
OPERATOR = "keeper@example.com"
KIM = "kim@example.com"
SECONDS = 60


class ASecondFactor(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="madang-factor-")
        self.addCleanup(folder.cleanup)
        self.folder, self.keys = folder.name, 0

    def open(self, *settings):
        self.shop = Shop(self.folder, settings)
        self.addCleanup(self.shop.end)
        add_operator(self.shop, OPERATOR, PASSWORD)
        self.shop.start()
        self.expect(202, "POST", "/v1/people", {"email": KIM, "password": PASSWORD, "name": "Kim"})

    def ask(self, method, path, body=None, who=None):
        self.keys += 1
        fields = {"Idempotency-Key": f"key-{self.keys}", **({"Authorization": f"Bearer {who['access_token']}"} if who else {})}
        return call(self.shop.port, method, path, body, fields)

    def expect(self, wanted, *asked):
        status, answer = self.ask(*asked)
        self.assertEqual(status, wanted, (asked[:2], answer))
        return answer

    def refused(self, *asked):
        """The problem of what was refused."""
        status, answer = self.ask(*asked)
        self.assertGreaterEqual(status, 400, (asked[:2], answer))
        return answer["type"].removeprefix("/problems/")

    def sign_in(self, email=KIM, **shown):
        return "POST", "/v1/sessions", {"email": email, "password": PASSWORD, **shown}

    def set_up(self, who):
        """The secret of their app, and their recovery codes; put in force with the code of this half minute."""
        begun = self.expect(201, "POST", "/v1/people/me/second-factor", {"password": PASSWORD}, who)
        told = urllib.parse.urlsplit(begun["uri"])
        said = dict(urllib.parse.parse_qsl(told.query))
        self.assertEqual((told.scheme, told.netloc), ("otpauth", "totp"))
        self.assertEqual(said, {"secret": begun["secret"], "issuer": "Madang", "algorithm": "SHA1", "digits": "6", "period": "30"})
        on = self.expect(201, "POST", "/v1/people/me/second-factor/confirmation", {"code": code(begun["secret"])}, who)
        return begun["secret"], on["recovery_codes"]

    def refreshed(self, session):
        return self.expect(200, "POST", "/v1/sessions/refresh", {"refresh_token": session["refresh_token"]})

    def may(self, who, path):
        return self.ask("GET", path, None, who)[0] == 200

    def test_is_asked_for_and_each_code_is_taken_once_after_a_kill_too(self):
        self.open()
        kim, elsewhere = self.expect(201, *self.sign_in()), self.expect(201, *self.sign_in())
        secret, recovery = self.set_up(kim)
        self.assertTrue(self.may(kim, "/v1/shelf"))
        self.assertFalse(self.may(elsewhere, "/v1/shelf"))  # ended with it
        self.assertEqual(self.refused(*self.sign_in()), "second-factor-needed")
        self.assertEqual(self.refused(*self.sign_in(code=code(secret, -1))), "second-factor-wrong")  # before the one that confirmed it
        self.expect(201, *self.sign_in(code=recovery[0]))
        shown = code(secret, 1)
        self.expect(201, *self.sign_in(code=shown))
        self.shop.kill()
        self.shop.start()
        self.assertEqual(self.refused(*self.sign_in(code=shown)), "second-factor-wrong")
        self.assertEqual(self.refused(*self.sign_in(code=recovery[0])), "second-factor-wrong")
        seen = self.expect(200, "GET", "/v1/people/me/second-factor", None, kim)
        self.assertEqual((seen["is_on"], seen["is_demanded"], seen["recovery_codes_left"]), (True, False, 9))
        removal = {"password": PASSWORD, "code": recovery[1]}
        self.expect(204, "POST", "/v1/people/me/second-factor/removal", removal, kim)
        self.expect(201, *self.sign_in())

    def test_stands_in_what_they_take_along_without_its_secret(self):
        self.open()
        kim = self.expect(201, *self.sign_in())
        secret, recovery = self.set_up(kim)
        link = self.expect(201, "POST", "/v1/exports", None, kim)["url"]
        connection = connection_to(self.shop.port)
        connection.request("GET", link)
        archive = zipfile.ZipFile(io.BytesIO(connection.getresponse().read()))
        connection.close()
        held = {name: archive.read(name).decode() for name in archive.namelist()}
        told = next(text for text in held.values() if '"recovery_codes_left"' in text)
        self.assertEqual(json.loads(told)["account"]["second_factor"]["recovery_codes_left"], 10)
        for text in held.values():
            for kept in (secret, recovery[0]):
                self.assertNotIn(kept, text)

    def test_is_removed_for_who_has_lost_it_and_on_record(self):
        self.open()
        kim, keeper = self.expect(201, *self.sign_in()), self.expect(201, *self.sign_in(OPERATOR))
        self.set_up(kim)
        secret, _ = self.set_up(keeper)
        self.expect(204, "DELETE", f"/v1/people/{kim['person_id']}/second-factor?why=device_stolen", None, keeper)
        self.assertFalse(self.may(kim, "/v1/shelf"))
        self.expect(201, *self.sign_in())
        own = f"/v1/people/{keeper['person_id']}/second-factor?why=device_lost"
        self.assertEqual(self.refused("DELETE", own, None, keeper), "own-second-factor")
        self.shop.stop()
        data = self.shop.folder / "data"
        madang = lambda *words: subprocess.run([BIN / "madang", *words, "--data", data], capture_output=True, text=True, timeout=SECONDS)
        removed = madang("operator", "remove-factor", "--email", OPERATOR, "--why", "app_removed")
        self.assertEqual(removed.returncode, 0, removed.stderr)
        told = madang("audit").stdout
        for told_of in ("set up a second factor", "removed someone's second factor", "device_stolen",
                        "the machine, by `operator remove-factor`", "app_removed"):
            self.assertIn(told_of, told)
        self.assertNotIn(secret, told)
        self.shop.start()
        self.expect(201, *self.sign_in(OPERATOR))

    def test_demanded_of_staff_their_roles_wait_for_it(self):
        self.open("security.second_factor_for=staff")
        keeper = self.expect(201, *self.sign_in(OPERATOR))
        self.assertEqual(keeper["roles"], ["customer"])
        self.assertFalse(self.may(keeper, "/v1/ledger"))
        self.assertTrue(self.may(self.expect(201, *self.sign_in()), "/v1/shelf"))  # who is none of them
        self.set_up(keeper)
        self.assertTrue(self.may(self.refreshed(keeper), "/v1/ledger"))

    def test_demanded_of_everyone_nobody_does_anything_before(self):
        self.open("security.second_factor_for=everyone")
        kim = self.expect(201, *self.sign_in())
        self.assertEqual(kim["roles"], [])
        self.assertFalse(self.may(kim, "/v1/shelf"))
        self.assertTrue(self.expect(200, "GET", "/v1/people/me/second-factor", None, kim)["is_demanded"])
        self.set_up(kim)
        kim = self.refreshed(kim)
        self.assertTrue(self.may(kim, "/v1/shelf"))
        self.expect(204, "DELETE", "/v1/sessions/current", None, kim)


class AnAuthenticator(unittest.TestCase):
    def test_shows_the_codes_of_the_standard(self):  # RFC 6238, appendix B
        for second, shown in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
            self.assertEqual(code_at(b"12345678901234567890", second // 30), shown)


if __name__ == "__main__":
    unittest.main()
