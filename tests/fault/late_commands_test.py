#!/usr/bin/env python3
"""The disk of rental stands still while people ask. Who waits for longer than a request may take is told 503 and
Retry-After; what had not been decided by then never is, and what had been is answered as ever when it is asked again.

Run from the root of the project.
"""
import http.client
import json
import sys
import threading
import unittest

from bad_machine import OnABadMachine
from paying_test import slug
from running_shop import wait_until

SECONDS = 60
SYNC_MS = 9000  # of the slow disk; the second request comes, and its time is over, before it is done


class ARequestWhoseTimeIsOver(OnABadMachine):
    settings = ("http.answer_within=3s",)

    def effect(self, path, key, answers):
        connection = http.client.HTTPConnection("127.0.0.1", self.shop.port, timeout=SECONDS)
        connection.request("POST", path, headers={**self.customer.token, "Idempotency-Key": key})
        answer = connection.getresponse()
        answers[key] = answer.status, answer.headers, answer.read()
        connection.close()
        return answer.status

    def settled(self, path, key):
        """What it is answered when it is asked once more: what the disk had begun before it was well again goes on
        for a while, and until then so does the request that was told to come again."""
        wait_until(lambda: self.effect(path, key, {}) not in (409, 503), SECONDS, "it is answered")
        return self.effect(path, key, {})

    def rental_has(self, name):
        return self.metric(f'{name}{{context="rental"}}')

    def assert_told_to_come_again(self, answer):
        status, headers, text = answer
        self.assertEqual((status, slug(json.loads(text)), headers["Retry-After"]), (503, "deadline-passed", "1"))

    def test_is_not_carried_out_unless_it_was_decided(self):
        rental = self.rent(self.editions[0])["rental_id"]
        self.machine.be(slow="/data/rental/", slow_ms=SYNC_MS)
        # Read only now: whatever the writer takes up from here on, its own work too, holds up what comes after it.
        given, overdue, answers = self.rental_has("madang_commands"), self.rental_has("madang_commands_overdue"), {}
        link = threading.Thread(target=self.effect, args=(f"/v1/rentals/{rental}/link", "link", answers))
        link.start()
        wait_until(lambda: self.rental_has("madang_commands") > given, SECONDS, "the writer has taken the first")
        self.effect(f"/v1/rentals/{rental}/return", "return", answers)
        link.join()
        for key in ("link", "return"):
            self.assert_told_to_come_again(answers[key])
        wait_until(lambda: self.rental_has("madang_commands_overdue") > overdue, SECONDS, "its turn has come")
        self.machine.be()

        self.assertEqual(self.settled(f"/v1/rentals/{rental}/link", "link"), 200, "it had been decided")
        self.assertEqual(self.settled(f"/v1/rentals/{rental}/link", "another-link"), 200, "it was not returned")
        self.assertEqual(self.settled(f"/v1/rentals/{rental}/return", "return"), 204, "asked again it is a request like any other")


if __name__ == "__main__":
    unittest.main(verbosity=2, argv=sys.argv)
