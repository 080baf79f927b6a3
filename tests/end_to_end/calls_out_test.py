#!/usr/bin/env python3
"""A shop that calls its payment provider and its collector of traces by TLS: to whoever proves to be who is called, with
its key, and to nobody else. The provider is a process of its own, the authority one of the test's own.

Run from the root of the project.
"""
import http.client
import ssl
import subprocess
import tempfile
import unittest
from pathlib import Path

from paying_test import PACE, PASSWORD, Customer, slug
from running_shop import BIN, Shop, add_operator, call, fetch, ledgers_that_differ, movements, wait_until
from secure_shop import Authority
from traced_shop import Server

KEY, SECONDS = "a key that this shop alone has", 40


class ACall(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="madang-calls-out-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "authority").mkdir()
        self.authority = Authority(self.folder / "authority")
        self.key = self.secret("shop.key", KEY)

    def secret(self, name, text):
        path = self.folder / name
        path.touch(0o600)
        path.write_text(text + "\n")
        return path

    def serve(self, shown, *settings):
        """A shop and a provider that shows itself so; the provider asks for the key."""
        certificate, key = shown
        shop = Shop(self.folder, settings, (*PACE, "--tls-certificate", certificate, "--tls-key", key, "--key-file",
                                            self.secret("provider.key", KEY)))
        self.addCleanup(shop.end)
        self.provider_at, shop.provider_port = shop.provider_port, self.as_the_shop
        shop.settings += [f"payment.provider=https://127.0.0.1:{self.provider_at}", f"payment.provider_key_path={self.key}",
                          f"security.authorities_path={self.authority.folder / 'root.pem'}"]
        return shop

    def as_the_shop(self, key=KEY):
        """A connection of whoever has the key, and does not mind whom it gives it to."""
        anyone = ssl.create_default_context()
        anyone.check_hostname, anyone.verify_mode = False, ssl.CERT_NONE

        class Keyed(http.client.HTTPSConnection):
            def request(self, method, path, body=None, headers=None):
                super().request(method, path, body, {**(headers or {}), "Authorization": f"Bearer {key}"})

        return Keyed("127.0.0.1", self.provider_at, timeout=SECONDS, context=anyone)

    def open(self, shop):
        if not (self.folder / "data").exists():
            add_operator(shop, "customer0@example.com", PASSWORD)
        shop.start()
        rentable = lambda: call(shop.port, "GET", "/v1/editions?rentable=true")[1]["items"]
        wait_until(lambda: len(rentable()) >= 8, SECONDS, "sample editions can be rented")
        return rentable()

    def warnings(self):
        return [line for line in (self.folder / "shop.log").read_text().splitlines() if '"warn"' in line]

    def refusals(self, shop):
        name = "madang_payment_provider_refusals "
        connection = http.client.HTTPConnection("127.0.0.1", shop.port, timeout=SECONDS)
        connection.request("GET", "/metrics")
        lines = connection.getresponse().read().decode().splitlines()
        connection.close()
        return float(next(line for line in lines if line.startswith(name)).removeprefix(name))

    def assert_rents(self, shop, customer, edition):
        """Sooner or later: the desk may be closed yet, for whoever could not pay before."""
        wait_until(lambda: customer.rent(edition)[0] == 201, SECONDS, "it is rented")
        operator = Customer(shop, 0)
        wait_until(lambda: not ledgers_that_differ(shop, operator.token), SECONDS, "the books of both agree")
        self.assertEqual(len(list(movements(shop))), 1)

    def test_to_the_provider_goes_by_tls_and_with_the_key(self):
        shop = self.serve(self.authority.vouch_for("provider"))
        edition, *_ = self.open(shop)
        self.assert_rents(shop, Customer(shop, 1), edition)
        self.assertEqual(self.refusals(shop), 0)
        status, fields, _ = fetch(lambda: self.as_the_shop("another key"), "GET", "/v1/books?after=0&limit=1")
        self.assertEqual((status, fields["WWW-Authenticate"]), (401, "Bearer"))
        shop.stop()
        settings = [word for setting in shop.settings for word in ("--set", setting)]
        reconciled = subprocess.run([BIN / "madang", "reconcile", "--data", self.folder / "data", *settings],
                                    capture_output=True, text=True, timeout=SECONDS)
        self.assertEqual(reconciled.returncode, 0, reconciled)

    def test_with_a_key_that_is_not_taken_pays_nothing_and_is_told_of(self):
        shop = self.serve(self.authority.vouch_for("provider"))
        self.key.write_text("a key of nobody\n")
        first, second, *_ = self.open(shop)
        status, answer = Customer(shop, 1).rent(first)
        self.assertEqual((status, slug(answer)), (503, "desk-closed"), "nobody is asked to pay")
        self.assertGreater(self.refusals(shop), 0)
        self.assertTrue(any("does not take the shop's key" in line and "401" in line for line in self.warnings()))
        self.assertEqual(list(movements(shop)), [])
        shop.stop()
        self.key.write_text(KEY + "\n")
        self.open(shop)
        self.assert_rents(shop, Customer(shop, 2), second)  # for the first there is a line by now
        for key in (KEY, "a key of nobody"):
            self.assertNotIn(key, (self.folder / "shop.log").read_text())

    def assert_is_shown_nothing(self, shown, why):
        shop = self.serve(shown)
        edition, *_ = self.open(shop)
        status, answer = Customer(shop, 1).rent(edition)
        self.assertEqual((status, slug(answer)), (503, "desk-closed"), "nobody is asked to pay")
        told = [line for line in self.warnings() if "is not believed" in line]
        self.assertEqual(len(told), 1, self.warnings())
        self.assertIn(why, told[0])
        self.assertEqual(self.refusals(shop), 0, "it was never asked")

    def test_to_somebody_of_another_name_says_nothing(self):
        self.assert_is_shown_nothing(self.authority.vouch_for("other", names="DNS:pay.example.com,IP:127.0.0.2"), "IP address mismatch")

    def test_to_somebody_for_whom_nobody_known_stands_says_nothing(self):
        (self.folder / "stranger").mkdir()
        self.assert_is_shown_nothing(Authority(self.folder / "stranger").vouch_for("provider"), "unable to get local issuer")

    def test_to_somebody_whose_certificate_has_run_out_says_nothing(self):
        self.assert_is_shown_nothing(self.authority.vouch_for("provider", ended=True), "certificate has expired")

    def refused_start(self, *settings):
        words = [word for setting in settings for word in ("--set", setting)]
        shop = subprocess.run([BIN / "madang", "serve", "--data", self.folder / "data", "--listen", "127.0.0.1:0", *words],
                              capture_output=True, text=True, timeout=SECONDS)
        self.assertNotEqual(shop.returncode, 0)
        return shop.stderr

    def test_with_a_key_that_others_could_read_is_not_begun(self):
        self.assertIn("call it by https", self.refused_start("payment.provider=http://pay.example.com",
                                                             f"payment.provider_key_path={self.key}"))
        self.key.chmod(0o644)
        self.assertIn("can be read by others", self.refused_start("payment.provider=https://pay.example.com",
                                                                  f"payment.provider_key_path={self.key}"))
        self.assertIn("can be read by others", self.refused_start(f"payment.webhook_key_path={self.key}"))
        self.assertIn("none.pem", self.refused_start("payment.provider=https://pay.example.com",
                                                     f"security.authorities_path={self.folder}/none.pem"))

    def collector(self, shown):
        """One that counts what it is sent."""
        context, heard = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), []
        context.load_cert_chain(*shown)

        def answer(*asked):
            heard.append(asked)
            return 202, {}, b""

        collector = Server(answer, context)
        self.addCleanup(collector.close)
        return heard, f"tracing.endpoint=https://127.0.0.1:{collector.port}/api/v2/spans"

    def test_to_the_collector_goes_by_tls_to_it_alone(self):
        provider = self.authority.vouch_for("provider")
        heard, endpoint = self.collector(provider)
        shop = self.serve(provider, endpoint, "tracing.one_in=1")
        self.open(shop)
        wait_until(lambda: heard, SECONDS, "the collector is sent spans")
        self.assertNotIn(KEY, str(heard))
        shop.stop()
        (self.folder / "stranger").mkdir()
        unheard, elsewhere = self.collector(Authority(self.folder / "stranger").vouch_for("collector"))
        shop.settings[shop.settings.index(endpoint)] = elsewhere
        self.open(shop)
        wait_until(lambda: any("is not believed" in line for line in self.warnings()), SECONDS, "it is told")
        shop.stop()
        self.assertEqual(unheard, [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
