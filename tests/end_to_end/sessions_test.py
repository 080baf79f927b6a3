#!/usr/bin/env python3
"""Sessions from outside: what has ended is ended at the next request, though its access token would still be in its time,
and after the shop was killed too; what has not goes on.

Run from the root of the project.
"""
import json
import subprocess
import sys
import tempfile
import unittest
from collections import Counter

from running_shop import BIN, Shop, add_operator, call, wait_until

PASSWORD = "a place in the courtyard"
OPERATOR = "keeper@example.com"


def lines_of(log):
    """Those that are whole: a kill cuts the last one."""
    for line in log.split("\n"):
        try:
            yield json.loads(line)
        except json.JSONDecodeError:
            pass


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

    def test_whoever_signs_in_again_on_a_device_leaves_no_session_behind_on_it(self):
        before, elsewhere = self.kim(), self.kim()
        status, again = self.ask("POST", "/v1/sessions", {"email": "kim@example.com", "password": PASSWORD,
                                                          "replaces": before["refresh_token"]})
        self.assertEqual(status, 201)
        self.assertEqual(self.is_let_in(before, elsewhere, again, self.lee), [False, True, True, True])
        self.assertEqual(self.refreshed(before)[0], 401)
        self.assertEqual(self.refreshed(again)[0], 200)

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
        self.assertIn('"fault":"session ended"', self.log())
        self.assertEqual(self.shop.faults_in_folder(), [])

    def test_a_changed_password_ends_every_other_session_and_an_operator_ends_all(self):
        here, there = self.kim(), self.kim()
        chosen = "rain on the roof of a courtyard"
        change = lambda present, key=None: self.ask("PUT", "/v1/people/me/password",
                                                    {"password": present, "new_password": chosen}, here, key)
        status, refused = change("a guess at the password")
        self.assertEqual((status, refused["type"]), (422, "/problems/password-wrong"))
        self.assertEqual(self.is_let_in(here, there), [True, True])
        self.assertEqual([change(PASSWORD, "once")[0], change(PASSWORD, "once")[0]], [204, 204])
        self.assertEqual(self.is_let_in(here, there, self.lee), [True, False, True])
        self.assertEqual(self.ask("POST", "/v1/sessions", {"email": "kim@example.com", "password": PASSWORD})[0], 401)
        wait_until(lambda: "sign-in refused" in self.log(), 30, "what was told so far stands in the log")
        self.shop.kill()
        self.shop.start()
        self.assertEqual(self.is_let_in(here, there, self.lee), [True, False, True])

        third = self.kim(chosen)
        listed = lambda: self.ask("GET", "/v1/sessions", None, here)[1]["items"]
        wait_until(lambda: len(listed()) == 2, 30, "both sessions are listed")
        other = next(it["session_id"] for it in listed() if not it["is_this"])
        self.assertEqual(self.ask("DELETE", f"/v1/sessions/{other}", None, self.lee)[0], 404)
        self.assertEqual(self.ask("DELETE", f"/v1/sessions/{other}", None, here)[0], 204)
        self.assertEqual(self.is_let_in(here, third), [True, False])

        keeper, kims = self.signed_in(OPERATOR), f"/v1/people/{here['person_id']}/sessions?why=account_at_risk"
        self.assertEqual(self.ask("DELETE", kims, None, self.lee)[0], 403)
        self.assertEqual(self.ask("DELETE", kims, None, keeper)[0], 204)
        self.assertEqual(self.is_let_in(here, self.lee, keeper), [False, True, True])
        self.assertEqual(self.is_let_in(self.kim(chosen)), [True])
        told = subprocess.run([BIN / "madang", "audit", "--data", self.shop.folder / "data"], capture_output=True, text=True, check=True)
        self.assertIn(f"{keeper['person_id']} ended every session of someone: {here['person_id']} account_at_risk", told.stdout)
        self.assertIn(f"{here['person_id']} changed their password: {here['person_id']}", told.stdout)
        self.shop.stop()
        self.assertEqual(self.shop.faults_in_folder(), [])
        self.sees_in_the_log(here["person_id"], keeper["person_id"], chosen, [it for it in (here, there, third, keeper)])

    def log(self):
        return (self.shop.folder / "shop.log").read_text()

    def sees_in_the_log(self, kim, keeper, chosen, sessions):
        """What concerns security, and nothing that is secret."""
        lines = list(lines_of(self.log()))
        notes = [it for it in lines if it.get("log") == "security"]
        of_kim = Counter(it["what"] for it in notes if it.get("person") == kim)
        for what in ("signed in", "password refused", "password changed", "session ended", "sessions ended"):
            self.assertGreaterEqual(of_kim[what], 1, what)
        ended = next(it for it in notes if it["what"] == "sessions ended")
        self.assertEqual((ended["by"], ended["about"], ended["address"]), (keeper, "account_at_risk", "127.0.0.1"))
        self.assertIn(ended["trace"], [it.get("trace") for it in lines if it.get("log") == "request"])
        self.assertEqual({it["about"] for it in notes if it["what"] == "token refused"}, {"session ended"})
        self.assertIn("access refused", [it["what"] for it in notes])
        self.assertEqual(len({it["whose"] for it in notes if it["what"] == "sign-in refused"}), 1)
        secrets = [PASSWORD, chosen, "example.com", *(it[token] for it in sessions for token in ("access_token", "refresh_token"))]
        self.assertFalse([secret for secret in secrets if secret in json.dumps(lines)])


if __name__ == "__main__":
    unittest.main(verbosity=2, argv=sys.argv)
