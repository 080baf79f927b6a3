#!/usr/bin/env python3
"""One context is overloaded, by a slow disk or by a flood on one of its routes. It tells those who are too many to come
again, at once; what others ask of other contexts is answered as ever.

Run from the root of the project.
"""
import http.client
import json
import selectors
import socket
import statistics
import sys
import threading
import time
import unittest
import uuid

from bad_machine import OnABadMachine
from paying_test import slug
from running_shop import call

AT_ONCE, FLOODERS, FLOODED_FOR = 32, 96, 4.5
ROUNDS = 3  # each a third of the time; what counts is the median of what they find
# What others may take at most while one is flooded, at the slowest hundredth: five times as long as before, or as long as it takes a
# machine with two cores that does other things too, and by far not as long as those who are flooded wait.
STAYS_TIMES, STAYS_SECONDS = 5, 0.080
SYNC_MS = 500  # of the slow disk


class Flood:
    """with Flood(port, ask) as flood: …    ask(number) gives method, path, fields and body of a client's next request.
    Each client asks again as soon as it is answered, or, when it is told to come again, after a while; what came of it
    is in flood.answers: status, fields, problem, seconds."""

    def __init__(self, port, ask):
        self.port, self.ask, self.answers = port, ask, []
        self._ends, self._task = threading.Event(), threading.Thread(target=self._go_on)

    def __enter__(self):
        self._task.start()
        return self

    def __exit__(self, *_):
        self._ends.set()
        self._task.join()

    def of(self, *statuses):
        return [it for it in self.answers if it[0] in statuses]

    def _send(self, number, one):
        method, path, fields, body = self.ask(number)
        text = json.dumps(body) if body is not None else ""
        lines = "".join(f"{name}: {value}\r\n" for name, value in
                        {"Host": "shop", "Content-Type": "application/json", "Content-Length": len(text), **fields}.items())
        one.sendall(f"{method} {path} HTTP/1.1\r\n{lines}\r\n{text}".encode())
        return time.monotonic()

    def _connect(self, readable, number):
        one = socket.create_connection(("127.0.0.1", self.port), 30, (f"127.0.3.{number + 1}", 0))
        readable.register(one, selectors.EVENT_READ, number)
        return one

    def _go_on(self):
        readable, due, begun, connections = selectors.DefaultSelector(), {number: 0 for number in range(FLOODERS)}, {}, {}
        while not self._ends.is_set():
            for number in [number for number, when in due.items() if when <= time.monotonic()]:
                del due[number]
                one = connections[number] = connections.get(number) or self._connect(readable, number)
                begun[number] = self._send(number, one)
            for key, _ in readable.select(0.02):
                answer, number = http.client.HTTPResponse(key.fileobj), key.data
                answer.begin()
                text, now = answer.read(), time.monotonic()
                self.answers.append((answer.status, answer.headers, text, now - begun.pop(number)))
                due[number] = now + (0.2 if answer.status == 503 else 0)
                if answer.will_close:  # it was told before its request was read
                    readable.unregister(key.fileobj)
                    connections.pop(number).close()
        for one in connections.values():
            one.close()


class AnOverloadedContext(OnABadMachine):
    settings = (f"http.requests_at_once={AT_ONCE}",)

    def seconds_of(self, ask, lasting):
        """How long each of the answers took, one after the other."""
        taken, end = [], time.monotonic() + lasting
        while time.monotonic() < end:
            begun = time.monotonic()
            status, answer = ask()
            taken.append(time.monotonic() - begun)
            self.assertIn(status, (200, 201, 204), answer)
        return sorted(taken)

    def p99_of_others(self, others, lasting):
        """Of each, the median of what some rounds find: one bad moment of this machine is none of the shop's."""
        found, together = {}, threading.Barrier(len(others))

        def measure(name, ask):
            together.wait()
            rounds = [self.seconds_of(ask, lasting / ROUNDS) for _ in range(ROUNDS)]
            found[name] = statistics.median(taken[len(taken) * 99 // 100] for taken in rounds)

        tasks = [threading.Thread(target=measure, args=it) for it in others.items()]
        for task in tasks:
            task.start()
        for task in tasks:
            task.join()
        self.assertEqual(sorted(found), sorted(others), "each was answered all the time")
        return found

    def flood(self, pool, asked, others):
        quiet = self.p99_of_others(others, 1.5)
        with Flood(self.shop.port, asked) as flood:
            flooded = self.p99_of_others(others, FLOODED_FOR)
            metric = self.metric(f'madang_http_shed_total{{pool="{pool}"}}')
        shed, admitted = flood.of(503), flood.of(200, 201, 401)
        told = ", ".join(f"{name} {quiet[name] * 1000:.1f} -> {flooded[name] * 1000:.1f} ms" for name in others)
        median = statistics.median(it[3] for it in admitted)
        print(f"{pool}: {len(admitted)} answered in {median:.2f} s, {len(shed)} told to come again in "
              f"{statistics.median(it[3] for it in shed) * 1000:.1f} ms; p99 of others: {told}")
        self.assertEqual(len(flood.answers), len(shed) + len(admitted), {it[0] for it in flood.answers})
        self.assertGreater(len(shed), FLOODERS - AT_ONCE - 1)
        self.assertGreaterEqual(metric, FLOODERS - AT_ONCE - 1)
        for _, fields, text, _ in shed:
            self.assertEqual(fields["Retry-After"], "1")
            self.assertIn(slug(json.loads(text)), ("overloaded", "unavailable"))  # the latter from whoever computes passwords
        self.assertLess(statistics.median(it[3] for it in shed), median / 4, "who is too many hears so at once")
        for name, p99 in flooded.items():
            stays = max(STAYS_SECONDS, STAYS_TIMES * quiet[name])
            self.assertLess(p99, stays, f"{name} waits for nobody of {pool}: before it took {quiet[name] * 1000:.1f} ms")
        self.assertEqual(self.metric('madang_http_shed_total{pool="catalog queries"}'), 0)

    def manager_registers(self):
        self.assertEqual(self.operator.ask("PUT", f"/v1/people/{self.operator.id}/roles/book_manager", key="manager")[0], 204)
        session = self.operator.ask("POST", "/v1/sessions", {"email": "customer0@example.com", "password": "a place in the courtyard"})[1]
        token = {"Authorization": f"Bearer {session['access_token']}"}

        def register():
            edition = {"title": "The Lamp", "contributors": ["Han Sora"], "language": "en", "format": "ebook",
                       "identifier": {"scheme": "publisher", "value": f"flood:{uuid.uuid4()}"}}
            return call(self.shop.port, "POST", "/v1/editions", edition, {**token, "Idempotency-Key": str(uuid.uuid4())})
        return register

    def catalog(self):
        return {"catalog's queries": lambda: call(self.shop.port, "GET", "/v1/editions?limit=3"),
                "catalog's commands": self.manager_registers()}

    def test_by_a_slow_disk_sheds_what_is_too_much_and_holds_no_other_up(self):
        rental = self.rent(self.editions[0])["rental_id"]
        ticket = [self.operator.ask("POST", "/v1/sessions", {"email": "customer1@example.com",
                                                              "password": "a place in the courtyard"})[1]["refresh_token"]]

        def refresh():
            status, session = call(self.shop.port, "POST", "/v1/sessions/refresh", {"refresh_token": ticket[0]})
            ticket[0] = session.get("refresh_token")
            return status, session

        def open_book(_):
            return ("POST", f"/v1/rentals/{rental}/link", {**self.customer.token, "Idempotency-Key": str(uuid.uuid4())}, None)

        others = {**self.catalog(), "identity's sessions": refresh}
        self.machine.be(slow="/data/rental/", slow_ms=SYNC_MS)
        try:
            self.flood("rental commands", open_book, others)
        finally:
            self.machine.be()

    def test_by_a_flood_of_signing_in_sheds_what_is_too_much_and_holds_no_other_up(self):
        def sign_in(number):
            return ("POST", "/v1/sessions", {}, {"email": f"nobody{number}@example.com", "password": "a place nobody knows"})

        self.flood("identity steps", sign_in, {**self.catalog(), "rental's queries": lambda: self.customer.ask("GET", "/v1/shelf")})


if __name__ == "__main__":
    unittest.main(verbosity=2, argv=sys.argv)
