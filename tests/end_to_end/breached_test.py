#!/usr/bin/env python3
"""A shop that is given a list of stolen passwords: none of them becomes anybody's, the list is replaced while the shop serves, and
without it no password is taken unseen. Run from the root of the project.
"""
import hashlib
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from running_shop import BIN, Shop, call, fetch

STOLEN, LATER, OWN = "stolen from elsewhere", "stolen a little later", "rain on the courtyard"
SECONDS = 60


class AListOfStolenPasswords(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="madang-breached-")
        self.addCleanup(folder.cleanup)
        self.folder, self.keys = Path(folder.name), 0
        self.list = self.folder / "stolen.txt"
        self.option = f"security.breached_passwords_path={self.list}"

    def write(self, *passwords):
        digests = sorted(hashlib.sha1(it.encode()).hexdigest().upper() for it in (*passwords, *(f"other {i}" for i in range(1000))))
        written = self.folder / "written.txt"
        written.write_text("".join(f"{it}:3\r\n" for it in digests), newline="")
        written.rename(self.list)

    def operator(self, password, **environment):
        return subprocess.run([BIN / "madang", "operator", "add", "--email", "keeper@example.com", "--data", self.folder / "data"],
                              input=password, capture_output=True, text=True, timeout=SECONDS, env={**os.environ, **environment})

    def open(self):
        shop = Shop(self.folder, [self.option])
        self.addCleanup(shop.end)
        shop.start()
        return shop

    def answers(self, shop, method, path, body, **fields):
        self.keys += 1
        status, fields, answer = fetch(shop.port, method, path, body, {"Idempotency-Key": f"key-{self.keys}", **fields})
        return status, answer["type"] if answer and "type" in answer else None

    def registers(self, shop, password):
        return self.answers(shop, "POST", "/v1/people", {"email": "sora@example.com", "password": password, "name": "Sora"})

    def test_keeps_them_from_operators_customers_and_whoever_changes_theirs(self):
        self.write(STOLEN)
        variable = {"MADANG_SECURITY_BREACHED_PASSWORDS_PATH": str(self.list)}
        refused = self.operator(STOLEN, **variable)
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("stolen", refused.stderr)
        self.assertEqual(self.operator("a place nobody knows", **variable).returncode, 0)

        shop = self.open()
        self.assertEqual(self.registers(shop, STOLEN), (422, "/problems/password-breached"))
        self.assertEqual(self.registers(shop, OWN)[0], 202)
        status, session = call(shop.port, "POST", "/v1/sessions", {"email": "sora@example.com", "password": OWN})
        self.assertEqual(status, 201)

        def changes_to(chosen):
            return self.answers(shop, "PUT", "/v1/people/me/password", {"password": OWN, "new_password": chosen},
                                Authorization=f"Bearer {session['access_token']}")

        self.assertEqual(changes_to(STOLEN), (422, "/problems/password-breached"))
        self.write(STOLEN, LATER)
        self.assertEqual(changes_to(LATER), (422, "/problems/password-breached"))

        self.list.unlink()
        self.assertEqual(changes_to(LATER)[0], 503)
        self.assertEqual(self.registers(shop, LATER)[0], 503)
        self.assertIn("the list of stolen ones cannot be read", (self.folder / "shop.log").read_text())
        self.assertEqual(call(shop.port, "POST", "/v1/sessions", {"email": "sora@example.com", "password": OWN})[0], 201)
        self.write(STOLEN)
        self.assertEqual(changes_to(LATER)[0], 204)

    def test_that_is_none_keeps_the_shop_from_opening(self):
        for text, why in ((None, "there is no such file"), ("", "is empty"), ("a word\n", "no SHA-1")):
            if text is not None:
                self.list.write_text(text)
            shop = subprocess.run([BIN / "madang", "serve", "--data", self.folder / "data", "--listen", "127.0.0.1:0", "--set", self.option],
                                  capture_output=True, text=True, timeout=SECONDS)
            self.assertEqual(shop.returncode, 3, shop.stderr)
            self.assertIn(why, shop.stderr)
            self.assertIn(str(self.list), shop.stderr)


if __name__ == "__main__":
    unittest.main()
