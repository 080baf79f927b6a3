#!/usr/bin/env python3
"""Sessions from outside: what has ended is ended at the next request, though its access token would still be in its time,
and after the shop was killed too; what has not goes on.

Run from the root of the project.
"""
import sys
import tempfile
import unittest

from running_shop import Shop, add_operator, call

PASSWORD = "a place in the courtyard"
OPERATOR = "keeper@example.com"


class EndingSessions(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="madang-sessions-")
        self.addCleanup(folder.cleanup)
        self.shop, self.keys = Shop(folder.name), 0
        self.addCleanup(self.shop.end)
        add_operator(self.shop, OPERATOR, PASSWORD)
        self.shop.start()
        for name in ("kim", "lee"):
            status, _ = self.ask("POST", "/v1/people", {"email": f"{name}@example.com", "password": PASSWORD, "name": name})
            self.assertEqual(status, 202)
        self.lee = self.signed_in("lee@example.com")

    def ask(self, method, path, body=None, who=None, key=None):
        self.keys += 1
        fields = {"Idempotency-Key": key or f"key-{self.keys}"}
        fields |= {"Authorization": f"Bearer {who['access_token']}"} if who else {}
        return call(self.shop.port, method, path, body, fields)

    def signed_in(self, email, password=PASSWORD):
        status, session = self.ask("POST", "/v1/sessions", {"email": email, "password": password})
        self.assertEqual(status, 201, session)
        return session

    def kim(self, password=PASSWORD):
        return self.signed_in("kim@example.com", password)

    def is_let_in(self, *whoever):
        return [self.ask("GET", "/v1/shelf", None, who)[0] == 200 for who in whoever]

    def refreshed(self, session):
        return self.ask("POST", "/v1/sessions/refresh", {"refresh_token": session["refresh_token"]})

    def test_an_access_token_is_refused_as_soon_as_its_session_has_ended_and_after_a_kill_too(self):
        first, second, third = self.kim(), self.kim(), self.kim()
        self.assertEqual(self.is_let_in(first, second, third, self.lee), [True] * 4)
        self.assertEqual(self.ask("DELETE", "/v1/sessions/current", None, first)[0], 204)
        self.assertEqual(self.is_let_in(first, second, third), [False, True, True])
        status, refused = self.ask("GET", "/v1/shelf", None, first)
        self.assertEqual((status, refused["type"]), (401, "/problems/token-invalid"))

        # A refresh token that comes back from another client was stolen: the session's access tokens go with it.
        status, _ = self.ask("POST", "/v1/sessions/refresh", {"refresh_token": second["refresh_token"], "client": "thief"})
        self.assertEqual(status, 401)
        self.assertEqual(self.is_let_in(second, third), [False, True])

        self.assertEqual(self.ask("DELETE", "/v1/sessions", None, third, key="everywhere")[0], 204)
        again = self.kim()  # within the same second, most often
        self.assertEqual(self.is_let_in(third, again, self.lee), [False, True, True])
        self.assertEqual(self.ask("DELETE", "/v1/sessions", None, again, key="everywhere")[0], 204)  # a repeat ends nothing
        self.assertEqual(self.refreshed(again)[0], 200)

        self.shop.kill()
        self.shop.start()
        self.assertEqual(self.is_let_in(first, second, third, again, self.lee), [False] * 3 + [True] * 2)

        self.assertEqual(self.ask("POST", "/v1/erasures", {"password": PASSWORD}, again)[0], 202)
        self.assertEqual(self.is_let_in(again, self.lee), [False, True])
        self.shop.stop()
        log = (self.shop.folder / "shop.log").read_text()
        self.assertIn('"fault":"session ended"', log)
        self.assertEqual(self.shop.faults_in_folder(), [])


if __name__ == "__main__":
    unittest.main(verbosity=2, argv=sys.argv)
