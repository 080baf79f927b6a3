#!/usr/bin/env python3
"""What stands in front of a shop, and what may be seen of it from there: who asks through proxies that it trusts, and
who reads its metrics.

Run from the root of the project.
"""
import http.client
import unittest

from running_shop import free_port
from served_shop import SECONDS, ServedShop

ONE, OTHER = "203.0.113.7", "2001:db8::7"
ON_THIS_MACHINE = "http.trusted_proxies=127.0.0.0/8"


class InFrontOfAShop(ServedShop):
    def open(self, *settings, more=()):
        shop = self.start(*more, *(word for setting in settings for word in ("--set", setting)))
        self.port = int(self.origin.rsplit(":", 1)[1])
        return shop

    def status(self, path, port=None, **fields):
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=SECONDS)
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in fields.items()})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, text

    def asked_from(self, fields, times=5):
        return [self.status("/v1/editions", X_Forwarded_For=fields)[0] for _ in range(times)]

    def test_each_client_of_a_trusted_proxy_has_a_share_of_its_own(self):
        self.open(ON_THIS_MACHINE, "http.requests_per_minute=1")  # and ten a minute of one address, one of them at once
        self.assertIn(429, self.asked_from(ONE))
        self.assertEqual(self.asked_from(OTHER, 1), [200])
        self.assertIn(429, self.asked_from(f"198.51.100.1, {ONE}"), "what a client wrote before it makes it nobody else")

    def test_a_client_that_is_no_proxy_is_itself_whatever_it_says(self):
        self.open("http.requests_per_minute=1")
        self.assertIn(429, [self.asked_from(f"203.0.113.{number}", 1)[0] for number in range(1, 6)])

    def test_a_proxy_can_write_as_the_standard_has_it(self):
        self.open(ON_THIS_MACHINE, "http.proxies_write=forwarded", "http.requests_per_minute=1")
        asked = lambda node: self.status("/v1/editions", Forwarded=f'for="{node}";proto=https', X_Forwarded_For=ONE)[0]
        self.assertIn(429, [asked(f"[{OTHER}]:4711") for _ in range(5)])
        self.assertEqual(asked("[2001:db9::7]"), 200)

    def test_proxies_that_are_none_keep_it_shut(self):
        told = self.run_command("serve", "--listen", "127.0.0.1:0", "--set", "http.trusted_proxies=the one in front")
        self.assertNotEqual(told.returncode, 0)
        self.assertIn("http.trusted_proxies", told.stderr)

    def test_metrics_are_shown_on_this_machine_alone(self):
        self.open(ON_THIS_MACHINE)
        self.assertEqual(self.status("/metrics")[0], 200)
        self.assertEqual(self.status("/metrics", X_Forwarded_For="127.0.0.1")[0], 404, "it came through a proxy")
        self.assertEqual(self.status("/metrics", X_Forwarded_For=ONE)[0], 404)

    def test_metrics_are_shown_to_nobody_through_a_proxy_that_was_not_named(self):
        self.open()
        for field in ("X_Forwarded_For", "Forwarded", "Via"):
            self.assertEqual(self.status("/metrics", **{field: "1.1 front"})[0], 404, field)

    def test_metrics_have_a_door_of_their_own_where_one_is_asked_for(self):
        door = free_port()
        shop = self.open(f"metrics.listen=127.0.0.1:{door}")
        status, text = self.status("/metrics", door)
        self.assertEqual((status, b"\nmadang_ready " in text), (200, True))
        for path in ("/", "/v1/editions", "/docs", "/livez"):
            self.assertEqual(self.status(path, door)[0], 404, path)
        self.assertEqual(self.status("/metrics")[0], 404)
        self.open(f"metrics.listen=127.0.0.1:{door}", more=["--replace"])
        self.assertEqual(shop.wait(SECONDS), 0)
        self.assertEqual(self.status("/metrics", door)[0], 200, "it goes along with the place")


if __name__ == "__main__":
    unittest.main(verbosity=2)
