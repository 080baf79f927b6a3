#!/usr/bin/env python3
"""A shop as it is before anybody has set anything: nobody has an account, and whoever comes from elsewhere is not left to believe that
test cards are money. With a payment provider there is no such card. Run from the root of the project.
"""
import json
import subprocess
import tempfile
import unittest
from pathlib import Path

from paying_test import AtTheTill, Customer
from running_shop import BIN, call
from secure_shop import Authority
from served_shop import ServedShop, line_within

SECONDS = 60
NOBODY_PAYS = "test cards are taken, and nobody pays"


class AFreshShop(ServedShop):
    def test_has_no_account(self):
        shop = self.start()
        self.wait_for_sample()
        shop.terminate()
        self.assertEqual(shop.wait(SECONDS), 0)
        told = subprocess.run([BIN / "madang", "events", "--json", "--data", self.data], capture_output=True, text=True, timeout=SECONDS)
        contexts = {json.loads(line)["stream"].partition("/")[0] for line in told.stdout.splitlines()}
        self.assertIn("Edition", contexts, "the sample's")
        self.assertEqual({it for it in contexts if it in ("Person", "Operators", "Session")}, set())

    def said_by(self, *options):
        """All that a shop says before it closes."""
        shop = subprocess.Popen([BIN / "madang", "serve", "--data", self.data, "--listen", "127.0.0.1:0", *options],
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0)
        self.addCleanup(shop.stdout.close)
        self.addCleanup(shop.wait)
        self.addCleanup(shop.kill)
        opened = line_within(shop.stdout, b"is open on")
        shop.terminate()
        return opened + shop.communicate(timeout=SECONDS)[0].decode()

    def test_says_that_nobody_pays_when_it_is_for_others_too(self):
        with tempfile.TemporaryDirectory(prefix="madang-authority-") as folder:
            certificate, key = Authority(Path(folder)).vouch_for("shop")
            by_tls = ("--tls-certificate", str(certificate), "--tls-key", str(key))
            said = self.said_by(*by_tls)
            self.assertIn("madang: no payment.provider is set: " + NOBODY_PAYS, said)
            self.assertIn('"' + NOBODY_PAYS, said, "in the log, too")
            self.assertNotIn(NOBODY_PAYS, self.said_by(), "a shop of this machine alone is being tried")
            self.assertNotIn(NOBODY_PAYS, self.said_by(*by_tls, "--set", "payment.provider=https://127.0.0.1:9"))


class AShopWithAProvider(AtTheTill):
    def test_has_nothing_of_the_sandbox(self):
        customer = Customer(self.shop, 1)
        self.assertFalse((self.shop.folder / "data/sandbox").exists())
        self.assertFalse((self.shop.folder / "data/secrets/webhook-key").exists())
        for path in ("/v1/payment_intents", "/v1/refunds", "/v1/books"):
            for method in ("GET", "POST"):
                self.assertEqual(call(self.shop.port, method, path)[0], 404, path)

        self.shop.provider.kill()
        self.shop.provider.wait()
        status, answer = customer.rent(self.editions[0])
        self.assertNotIn(status, (200, 201), "a test card is good for nothing while the provider is away")
        self.assertEqual(status, 503, answer)

    def tearDown(self):
        """The provider is gone: there are no books to compare."""
        self.shop.stop()
        self.assertEqual(self.shop.faults_in_folder(), [])


if __name__ == "__main__":
    unittest.main()
