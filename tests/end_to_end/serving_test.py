#!/usr/bin/env python3
"""The program as it serves: what /metrics tells, how it ends, how it starts again, and what its reading commands
see beside it. Run from the root of the project; each test has a shop on a folder of its own.
"""
import http.client
import json
import re
import signal
import subprocess
import unittest
import urllib.error
import urllib.request

from running_shop import wait_until
from served_shop import PROGRAM, SECONDS, ServedShop, line_within

CONTEXTS = {"catalog", "customer", "identity", "insight", "payment", "rental"}


class AShop(ServedShop):
    def long_wals(self):
        return [wal.name for wal in self.data.glob("*/*-wal")
                if wal.stat().st_size > 0]

    def test_tells_how_every_context_and_route_does(self):
        self.start()
        self.wait_for_sample()
        lag = [{"context": it, "consumer": who} for it in CONTEXTS for who in ("read models", "policies and processes")]
        heard = frozenset({("context", "rental"), ("source", "catalog")})
        position = lambda seen, context: seen["madang_log_position", frozenset({("context", context)})]
        at_rest = lambda seen: (all(seen["madang_lag_events", frozenset(one.items())] == 0 for one in lag)
                                and 36 <= position(seen, "catalog") == seen["madang_heard_position", heard])
        wait_until(lambda: at_rest(self.metrics()), SECONDS, "nothing lags and rental has heard the whole catalog")
        seen = self.metrics()
        for context in CONTEXTS:
            self.assertEqual(seen["madang_parked", frozenset({("context", context)})], 0)
            self.assertLess(seen["madang_timer_late_seconds", frozenset({("context", context)})], 5)
        with self.assertRaises(urllib.error.HTTPError):
            self.get("/v1/editions/none")
        before, seen, route = seen, self.metrics(), ("route", "/v1/editions")
        answers = lambda kind, when=None: (when or seen)["madang_gateway_requests_total", frozenset({route, ("answer", kind)})]
        count = seen["madang_gateway_request_seconds_count", frozenset({route})]
        self.assertGreaterEqual(answers("2xx"), 1)
        self.assertEqual(answers("4xx"), answers("4xx", before) + 1)
        self.assertEqual(answers("5xx"), answers("5xx", before))
        self.assertEqual(count, answers("503") + sum(answers(f"{kind}xx") for kind in range(1, 6)))
        mean = seen["madang_gateway_request_seconds_sum", frozenset({route})] / count
        highest = seen["madang_gateway_request_seconds_highest", frozenset({route})]
        self.assertTrue(0 < mean <= highest < SECONDS, (mean, highest))

    def test_serves_what_the_contract_names_and_says_of_what_type_it_is(self):
        self.start()
        for path, kind in (("/livez", "text/plain; charset=utf-8"), ("/readyz", "text/plain; charset=utf-8"),
                           ("/metrics", "text/plain; version=0.0.4; charset=utf-8"), ("/docs", "text/html; charset=utf-8")):
            with urllib.request.urlopen(self.origin + path, timeout=SECONDS) as answer:
                self.assertEqual(answer.headers["Content-Type"], kind, path)
        for path in ("/.git/config", "/.git/", "/", "/journal.db", "/identity/keys.db", "/v1/", "/v1/files/"):
            with self.assertRaises(urllib.error.HTTPError) as refused:
                self.get(path)
            self.assertEqual(refused.exception.code, 404, path)
            refused.exception.close()

    def test_leaves_short_files_when_it_is_told_to_end_and_starts_again(self):
        shop = self.start()
        self.wait_for_sample()
        self.assertNotEqual(self.long_wals(), [])
        shop.send_signal(signal.SIGTERM)
        self.assertEqual(shop.wait(SECONDS), 0)
        self.assertEqual(self.long_wals(), [])
        self.assertEqual(self.run_command("check").returncode, 0)
        self.start()
        self.wait_for_sample()

    def test_turns_the_keys_that_sign_once_they_are_old(self):
        secret = self.data / "secrets/token-keys"
        jwks = lambda: {key["kid"] for key in json.loads(self.get("/.well-known/jwks.json"))["keys"]}
        shop = self.start()
        before = jwks()
        self.assertEqual(len(before), 2)
        shop.kill()
        shop.wait()
        secret.write_text(re.sub(r"turned \d+", "turned 1", secret.read_text()))
        self.start()
        wait_until(lambda: len(jwks()) == 3, SECONDS, "the keys turn")
        self.assertTrue(before < jwks(), "what the key before signed is still honoured")

    def test_starts_again_after_it_was_killed_and_is_read_meanwhile(self):
        shop = self.start()
        self.wait_for_sample()
        shop.kill()
        shop.wait()
        listed = self.run_command("events", "--type", "EditionRegistered", "--context", "catalog")
        self.assertEqual(len(listed.stdout.splitlines()), 12, listed.stderr)
        self.assertEqual(self.run_command("check").returncode, 0)
        self.start()
        self.wait_for_sample()

    def test_keeps_its_folder_from_a_second_one_and_is_read_beside(self):
        shop = self.start()
        self.wait_for_sample()
        second = self.run_command("serve", "--listen", "127.0.0.1:0")
        self.assertEqual(second.returncode, 3)
        self.assertIn(f"in use by process {shop.pid}", second.stderr)
        for words in (["parked", "list"], ["check"], ["events", "--stream", "Edition/", "--json"]):
            self.assertEqual(self.run_command(*words).returncode, 0, words)

    def test_answers_what_it_took_before_it_ends(self):
        shop = self.start()
        people = 8
        answers = []
        connections = []
        for number in range(people):
            connection = http.client.HTTPConnection(self.origin.removeprefix("http://"), timeout=SECONDS)
            self.addCleanup(connection.close)
            person = {"email": f"person{number}@example.com", "password": "a long sentence about rain", "name": "Lee"}
            connection.request("POST", "/v1/people", json.dumps(person),
                               {"Content-Type": "application/json", "Idempotency-Key": f"register-{number}"})
            connections.append(connection)
        wait_until(lambda: self.metrics()["madang_http_connections", frozenset()] > people, SECONDS, "all are taken")
        shop.send_signal(signal.SIGTERM)
        for connection in connections:
            answers.append(connection.getresponse().status)
        self.assertEqual(answers, [202] * people)
        self.assertEqual(shop.wait(SECONDS), 0)
        listed = self.run_command("events", "--type", "PersonRegistered")
        self.assertEqual(len(listed.stdout.splitlines()), people)

    def test_shows_a_stream_as_it_was_in_its_middle(self):
        self.start()
        self.wait_for_sample()
        wait_until(lambda: len(self.events("EditionFileSet")) == 12, SECONDS, "twelve files")
        files = self.events("EditionFileSet")
        registered = {it["stream"]: it["at"] for it in self.events("EditionRegistered")}
        # The file comes after the edition, most times in another millisecond.
        stream, at = next((it["stream"], registered[it["stream"]]) for it in files if it["at"] > registered[it["stream"]])
        whole = json.loads(self.run_command("show", stream, "--json").stdout)
        before = json.loads(self.run_command("show", stream, "--json", "--at", at).stdout)
        self.assertIsNotNone(whole["state"]["file"])
        self.assertIsNone(before["state"]["file"])
        self.assertIsNotNone(before["state"]["details"])
        self.assertLess(before["version"], whole["version"])

    def test_is_told_of_in_json_by_every_command_that_looks(self):
        self.start()
        self.wait_for_sample()
        for words in (["events"], ["parked", "list"], ["check"]):
            told = self.run_command(*words, "--json")
            self.assertEqual(told.returncode, 0, told.stderr)
            for line in told.stdout.splitlines():
                self.assertIsInstance(json.loads(line), dict, words)
        for words in (["inspect"], ["config"]):
            told = subprocess.run([PROGRAM, *words, "--json"], text=True, capture_output=True, timeout=SECONDS)
            self.assertIsInstance(json.loads(told.stdout), list, words)

    def test_lets_events_be_followed(self):
        self.start()
        self.wait_for_sample()
        following = subprocess.Popen([PROGRAM, "events", "--follow", "--stream", "Person/", "--json", "--data", self.data],
                                     stdout=subprocess.PIPE, bufsize=0)
        self.addCleanup(following.stdout.close)
        self.addCleanup(following.wait)
        self.addCleanup(following.kill)
        asked = urllib.request.Request(
            self.origin + "/v1/people", method="POST",
            data=json.dumps({"email": "kim@example.com", "password": "a long sentence about rain",
                             "name": "Kim"}).encode(),
            headers={"Content-Type": "application/json", "Idempotency-Key": "follow-register"})
        with urllib.request.urlopen(asked, timeout=SECONDS) as answer:
            self.assertEqual(answer.status, 202)
        event = json.loads(line_within(following.stdout, b"PersonRegistered"))
        self.assertTrue(event["stream"].startswith("Person/"))
        self.assertNotIn("kim@example.com", json.dumps(event))


class TheProgram(unittest.TestCase):
    def test_gives_examples_in_the_help_of_every_command(self):
        say = lambda *words: subprocess.run([PROGRAM, *words, "--help"], text=True, capture_output=True, timeout=SECONDS)
        commands = re.findall(r"^  (\w+) {2,}", say().stdout.partition("Subcommands:")[2], re.M)
        self.assertGreaterEqual(len(commands), 10)
        for command in commands:
            self.assertIn("xamples:", say(command).stdout, command)


if __name__ == "__main__":
    unittest.main()
