#!/usr/bin/env python3
"""A secret of the shop's that somebody has seen is taken away while the shop is closed: it makes itself another, and what
the old one gave out is worth nothing any more. docs/security.md, The life of a key.

Run from the root of the project.
"""
import re
import tempfile
import unittest
from pathlib import Path

from running_shop import Shop, call

PERSON = {"email": "kim@example.com", "password": "a place in the courtyard"}
REPLACEABLE = ("token-keys", "refresh-key", "position-key", "link-key", "erasure-key", "webhook-key")


class ASecretThatWasSeen(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="madang-secrets-")
        self.addCleanup(folder.cleanup)
        self.shop = Shop(folder.name)
        self.addCleanup(self.shop.end)
        self.secrets = self.shop.folder / "data/secrets"
        self.shop.start()

    def sign_in(self):
        status, session = call(self.shop.port, "POST", "/v1/sessions", PERSON)
        self.assertEqual(status, 201, session)
        return session

    def lets_in(self, session):
        return call(self.shop.port, "GET", "/v1/shelf", None, {"Authorization": f"Bearer {session['access_token']}"})[0]

    def refreshed(self, session):
        return call(self.shop.port, "POST", "/v1/sessions/refresh", {"refresh_token": session["refresh_token"]})

    def without(self, *names):
        """The shop, once these were taken away from it."""
        self.shop.stop()
        before = {name: (self.secrets / name).read_bytes() for name in names if (self.secrets / name).exists()}
        for name in before:
            (self.secrets / name).unlink()
        self.shop.start()
        for name, text in before.items():
            made = self.secrets / name
            self.assertNotEqual(made.read_bytes(), text, name)
            self.assertEqual(made.stat().st_mode & 0o777, 0o600, name)
        return set(before)

    def test_is_known_by_its_place_in_the_document(self):
        document = Path("docs/security.md").read_text()
        inventory = document[document.index("## Keys"):document.index("### The life of a key")]
        listed = {name for line in inventory.splitlines() if line.startswith("| `") for name in re.findall(r"`([a-z-]+)`", line.split("|")[1])}
        there = {path.name for path in self.secrets.iterdir()}
        self.assertEqual(listed - there, {"webhook-key"}, "another provider has its own")
        self.assertEqual(there - listed, set())

    def test_is_replaced_and_what_it_gave_out_is_refused(self):
        registered = call(self.shop.port, "POST", "/v1/people", {**PERSON, "name": "Kim"}, {"Idempotency-Key": "kim"})
        self.assertEqual(registered[0], 202)
        session = self.sign_in()
        self.assertEqual(self.lets_in(session), 200)

        self.assertEqual(self.without("token-keys"), {"token-keys"})
        self.assertEqual(self.lets_in(session), 401)
        status, session = self.refreshed(session)
        self.assertEqual((status, self.lets_in(session)), (200, 200), "clients refresh, and notice nothing else")

        self.assertEqual(self.without("refresh-key"), {"refresh-key"})
        self.assertEqual(self.lets_in(session), 200)
        self.assertEqual(self.refreshed(session)[0], 401)
        session = self.sign_in()

        self.assertEqual(self.without(*REPLACEABLE), set(REPLACEABLE) - {"webhook-key"}, "another provider has its own")
        self.assertEqual(self.lets_in(session), 401)
        self.assertEqual(self.lets_in(self.sign_in()), 200)
        self.shop.stop()
        self.assertEqual(self.shop.faults_in_folder(), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
