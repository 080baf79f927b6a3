#!/usr/bin/env python3
"""The shop as its worst clients meet it: malformed, huge, slow, deeply nested and smuggled requests, clients that do not
read, 10,000 connections that say nothing. Each is told what is wrong, nothing is recorded, others are served meanwhile,
and memory stays bounded. The rows are in hostile_requests.py.

Run from the root of the project.
"""
import json
import re
import resource
import socket
import sys
import tempfile
import time
import unittest
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path.cwd() / "tests/end_to_end"))
from hostile_requests import Bait, misshapen, smuggled
from paying_test import PASSWORD, Customer
from running_shop import Shop, add_operator, call, wait_until

SECONDS = 30
IDLE_CONNECTIONS = 10_000
BYTES_OF_AN_IDLE_CONNECTION_MAX = 8 * 1024
GROWTH_MAX = 64 * 1024 * 1024
BODY, HALF_BODIES = 1024 * 1024, 600
BODIES_MAX = 256 * BODY  # what all bodies together may hold (chassis/http/server.hpp)


class ThePatient(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="madang-hostile-")
        cls.addClassCleanup(cls.folder.cleanup)
        cls.shop = Shop(cls.folder.name)
        cls.addClassCleanup(cls.shop.end)
        add_operator(cls.shop, "customer0@example.com", PASSWORD)
        cls.shop.start()
        wait_until(lambda: len(call(cls.shop.port, "GET", "/v1/editions?rentable=true")[1]["items"]) >= 8, SECONDS,
                   "sample editions can be rented")
        cls.editions = call(cls.shop.port, "GET", "/v1/editions?rentable=true")[1]["items"]
        cls.customer = Customer(cls.shop, 1)
        cls.bait = Bait(cls.customer.token["Authorization"].split()[1], cls.editions[0])
        wait_until(lambda: cls.customer.ask("GET", "/v1/customers/me")[0] == 200, SECONDS, "the customer is known")

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.shop.port), timeout=SECONDS)

    def metrics(self):
        with self.connect() as client:
            client.sendall(b"GET /metrics HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n")
            return received(client).decode()

    def recorded(self):
        """How many events each context has."""
        return re.findall(r"^madang_log_position\S* \S+$", self.metrics(), re.M)

    def resident(self, which="VmRSS"):
        status = Path(f"/proc/{self.shop.process.pid}/status").read_text()
        return int(re.search(rf"{which}:\s+(\d+) kB", status)[1]) * 1024

    def assert_served(self):
        begun = time.monotonic()
        self.assertEqual(self.customer.ask("GET", "/v1/shelf")[0], 200)
        self.assertLess(time.monotonic() - begun, 2)


def received(client):
    """Until the shop closes."""
    taken = b""
    while piece := client.recv(65536):
        taken += piece
    return taken


def answers_in(text):
    """Status and JSON of each answer in what was received."""
    answers = []
    while text:
        head, _, rest = text.partition(b"\r\n\r\n")
        length = int(re.search(rb"content-length: (\d+)", head, re.I)[1])
        body = rest[:length]
        answers.append((int(head.split()[1]), json.loads(body) if b"json" in head else None))
        text = rest[length:]
    return answers


class ARequestOfNoUse(ThePatient):
    def assert_told_and_nothing_more(self, rows):
        before = self.recorded()
        for name, sent, status, problem in rows:
            with self.subTest(name):
                with self.connect() as client:
                    try:
                        client.sendall(sent)
                        client.shutdown(socket.SHUT_WR)
                    except (BrokenPipeError, ConnectionResetError):
                        pass  # it has said no already
                    answers = answers_in(received(client))
                self.assertEqual(len(answers), 1, answers)
                told, document = answers[0]
                self.assertEqual((told, document["type"]), (status, f"/problems/{problem}"), document)
        self.assertEqual(self.recorded(), before)
        self.assertIsNone(self.shop.process.poll())
        self.assert_served()

    def test_of_a_smuggler_is_one_request_and_refused(self):
        self.assert_told_and_nothing_more(smuggled(self.bait))

    def test_that_makes_no_sense_is_told_what_is_wrong_with_it(self):
        self.assert_told_and_nothing_more(misshapen(self.bait))

    def test_would_have_rented_a_book_but_for_what_is_wrong_with_it(self):
        lines = ("POST /v1/rentals HTTP/1.1", "POST http://shop/v1/rentals HTTP/1.1")
        for line, edition in zip(lines, self.editions):
            with self.subTest(line), self.connect() as client:
                book = self.bait.body(edition_id=edition["edition_id"], price=edition["rental_price"])
                client.sendall(self.bait.request(book, line, "Connection: close\r\n"))
                self.assertEqual([status for status, _ in answers_in(received(client))], [201])


class Clients(ThePatient):
    def test_that_dawdle_or_do_not_read_take_nothing_from_others(self):
        before, clients = self.resident(), []
        for number in range(200):
            client = self.connect()
            client.sendall(b"POST /v1/rentals HTTP/1.1\r\nHost:")
            clients.append(client)
        deaf = []
        for number in range(50):
            client = self.connect()
            client.setblocking(False)
            try:
                while client.send(b"GET /openapi.json HTTP/1.1\r\nHost: shop\r\n\r\n" * 200):
                    pass
            except BlockingIOError:
                deaf.append(client)
        self.assertEqual(len(deaf), 50)
        for _ in range(20):
            self.assert_served()
        self.assertLess(self.resident() - before, GROWTH_MAX)
        for client in clients:
            self.assertEqual([status for status, _ in answers_in(received(client))], [408])
        wait_until(lambda: "madang_http_connections 1\n" in self.metrics(), 60, "who does not read is cut off")
        for client in clients + deaf:
            client.close()


class BodiesWithoutAnEnd(ThePatient):
    def test_are_held_up_to_a_bound_and_given_up_in_time(self):
        before, clients = self.resident(), []
        for number in range(HALF_BODIES):
            client = self.connect()
            clients.append(client)
            try:
                client.sendall(self.bait.framed(f"Content-Length: {BODY}\r\n", b" " * (BODY - 1)))
            except (BrokenPipeError, ConnectionResetError):
                pass  # it has said already that there is no room
        self.assert_served()
        told = Counter()
        for client in clients:
            try:
                told.update(status for status, _ in answers_in(received(client)))
            except ConnectionResetError:
                told["cut off"] += 1  # before it could read why
            client.close()
        growth = self.resident("VmHWM") - before
        print(f"{HALF_BODIES} bodies of which the last byte never comes: {dict(told)}, {growth / 2**20:.0f} MiB at most")
        self.assertLessEqual(set(told), {408, 503, "cut off"})
        self.assertGreater(told[408], 100)
        # Bodies are what is bounded: who is told 408 was held. What the process takes for them is up to twice as much,
        # since a body's memory grows by doubling: 273 to 473 MiB were seen.
        self.assertLess(told[408] * BODY, BODIES_MAX + GROWTH_MAX, "more is held than all bodies together may take")
        self.assertLess(growth, 2 * BODIES_MAX + GROWTH_MAX)
        self.assertEqual(self.customer.rent(self.editions[-1])[0], 201)


class SilentClients(ThePatient):
    def test_ten_thousand_of_them_cost_little_memory(self):
        room = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        if room < IDLE_CONNECTIONS + 500:
            self.skipTest(f"this machine lets a process open {room} files, and it takes {IDLE_CONNECTIONS + 500}")
        resource.setrlimit(resource.RLIMIT_NOFILE, (room, room))
        self.assert_served()
        before, clients = self.resident(), []
        try:
            for _ in range(IDLE_CONNECTIONS):
                clients.append(self.connect())
            held = f"madang_http_connections {IDLE_CONNECTIONS + 1}\n"
            wait_until(lambda: held in self.metrics(), SECONDS, "all of them are held")
            each = (self.resident() - before) / IDLE_CONNECTIONS
            print(f"an idle connection takes {each:.0f} bytes")
            self.assertLess(each, BYTES_OF_AN_IDLE_CONNECTION_MAX)
            self.assert_served()
            clients[-1].sendall(b"GET /livez HTTP/1.1\r\nHost: shop\r\n\r\n")
            self.assertIn(b"200", clients[-1].recv(65536))
        finally:
            for client in clients:
                client.close()
        wait_until(lambda: "madang_http_connections 1\n" in self.metrics(), SECONDS, "all of them are gone")


if __name__ == "__main__":
    unittest.main(verbosity=2, argv=sys.argv)
