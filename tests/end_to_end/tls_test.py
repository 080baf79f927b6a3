#!/usr/bin/env python3
"""A shop that speaks TLS itself: as whom it shows itself, whom it turns away, and that its certificate is renewed and
its program replaced under clients that never ask twice. Run from the root of the project.
"""
import json
import re
import resource
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import unittest
import uuid
import warnings
from pathlib import Path

from load_without_retries import Load, book_manager
from running_shop import call, wait_until
from secure_shop import Authority
from served_shop import PROGRAM, SECONDS, line_within

KEEPER, PASSWORD = "keeper@example.com", "a courtyard for every room"
IDLE_CONNECTIONS, BYTES_OF_AN_IDLE_CONNECTION_MAX = 1500, 22 * 1024


class AShopByTls(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="madang-tls-")
        self.addCleanup(folder.cleanup)
        self.folder, self.data = Path(folder.name), Path(folder.name) / "data"
        self.authority = Authority(self.folder)
        self.first = self.authority.issue()

    def start(self, *more, **also):
        log = open(self.folder / "shop.log", "ab")
        self.addCleanup(log.close)
        words = [PROGRAM, "serve", "--data", self.data, "--listen", "127.0.0.1:0", "--tls-certificate", self.authority.certificate,
                 "--tls-key", self.authority.key, "--set", "http.requests_per_minute=0", *more]
        shop = subprocess.Popen(words, stdout=log, stderr=subprocess.PIPE, bufsize=0, **also)
        self.addCleanup(shop.stderr.close)
        self.addCleanup(shop.wait)
        self.addCleanup(shop.kill)
        return shop

    def open(self, *more, **also):
        shop = self.start(*more, **also)
        self.port = int(re.search(r"https://\S+:(\d+)", line_within(shop.stderr, b"is open on")).group(1))
        return shop

    def connect(self, context=None):
        return self.authority.connection_to(self.port, context)

    def get(self, path, **fields):
        connection = self.connect()
        try:
            connection.request("GET", path, headers=fields)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def refusals(self):
        return [line for line in (self.folder / "shop.log").read_text().splitlines() if "the certificate stays" in line]

    def metric(self, name):
        return float(re.search(rf"^{name} (\S+)$", self.get("/metrics")[2].decode(), re.M).group(1))

    def wait_for(self, certificate):
        wait_until(lambda: self.authority.shown_at(self.port) == certificate, SECONDS, "the other certificate")

    def manager(self):
        return book_manager(self.connect, KEEPER, PASSWORD)

    def add_operator(self):
        subprocess.run([PROGRAM, "operator", "add", "--email", KEEPER, "--data", self.data], input=PASSWORD, text=True,
                       check=True, capture_output=True)

    def test_is_known_by_its_certificate_and_asks_for_tls_from_then_on(self):
        self.open()
        status, headers, body = self.get("/livez")
        self.assertEqual((status, body), (200, b"alive\n"))
        self.assertEqual(headers["Strict-Transport-Security"], "max-age=31536000; includeSubDomains")
        self.assertEqual(self.authority.shown_at(self.port), self.first)
        self.assertAlmostEqual(self.metric("madang_tls_certificate_expires_seconds") / 86400, 90, delta=1.1)

    def test_turns_away_old_versions_and_plain_http(self):
        self.open()
        for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
            old = self.authority.trust()
            with warnings.catch_warnings():  # that nobody should
                warnings.simplefilter("ignore")
                old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, version
            old.set_ciphers("ALL:@SECLEVEL=0")
            with self.assertRaises(ssl.SSLError) as refused:
                self.connect(old).connect()
            self.assertEqual(refused.exception.reason, "TLSV1_ALERT_PROTOCOL_VERSION")
        with socket.create_connection(("127.0.0.1", self.port), SECONDS) as plain:
            plain.sendall(b"GET /livez HTTP/1.1\r\nHost: shop\r\n\r\n")
            answer = plain.makefile("rb").read()
        self.assertTrue(answer.startswith(b"HTTP/1.1 400 "), answer)
        self.assertNotIn(b"Strict-Transport", answer)

    def test_serves_others_while_handshakes_dawdle(self):
        self.open()
        dawdling = [socket.create_connection(("127.0.0.1", self.port), SECONDS) for _ in range(300)]
        for number, one in enumerate(dawdling):
            self.addCleanup(one.close)
            if number % 2:
                one.sendall(b"\x16\x03\x01\x02")
        wait_until(lambda: self.metric("madang_http_connections") >= 300, SECONDS, "each counts as a connection")
        began = time.monotonic()
        self.assertEqual(self.get("/v1/editions")[0], 200)
        self.assertLess(time.monotonic() - began, 2)

    def test_holds_many_who_say_nothing_in_little_memory(self):
        room = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        if room < IDLE_CONNECTIONS + 500:
            self.skipTest(f"this machine lets a process open {room} files, and it takes {IDLE_CONNECTIONS + 500}")
        resource.setrlimit(resource.RLIMIT_NOFILE, (room, room))
        shop, context = self.open(), self.authority.trust()
        resident = lambda: int(re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{shop.pid}/status").read_text())[1]) * 1024
        self.assertEqual(self.get("/livez")[0], 200)
        before = resident()
        for _ in range(IDLE_CONNECTIONS):
            silent = self.connect(context)
            self.addCleanup(silent.close)
            silent.connect()
        wait_until(lambda: self.metric("madang_http_connections") > IDLE_CONNECTIONS, SECONDS, "all of them are held")
        each = (resident() - before) / IDLE_CONNECTIONS
        print(f"an idle connection by TLS takes {each:.0f} bytes")
        self.assertLess(each, BYTES_OF_AN_IDLE_CONNECTION_MAX)
        self.assertEqual(self.get("/v1/editions")[0], 200)

    def test_lends_a_book_that_can_be_read_in_parts(self):
        self.open("--sample")
        fields = lambda: {**authorized, "Idempotency-Key": str(uuid.uuid4())}
        authorized = {}
        sora = {"email": "sora@example.com", "password": "rain on the courtyard"}
        self.assertEqual(call(self.connect, "POST", "/v1/people", {**sora, "name": "Sora"}, fields())[0], 202)
        session = {}
        wait_until(lambda: session.update(call(self.connect, "POST", "/v1/sessions", sora)[1]) or "access_token" in session,
                   SECONDS, "Sora signs in")
        authorized |= {"Authorization": f"Bearer {session['access_token']}"}
        editions = lambda: json.loads(self.get("/v1/editions?rentable=true")[2])["items"]
        wait_until(editions, SECONDS, "something can be rented")
        edition = editions()[0]
        status, rental = call(self.connect, "POST", "/v1/rentals", {"edition_id": edition["edition_id"],
                             "price": edition["rental_price"], "card_token": "tok_accepted"}, fields())
        self.assertEqual(status, 201, rental)
        status, link = call(self.connect, "POST", f"/v1/rentals/{rental['rental_id']}/link", None, fields())
        self.assertEqual(status, 200, link)
        self.assertTrue(link["url"].startswith("/"), "a link leads to where its reader is: here to https")
        status, _, whole = self.get(link["url"])
        self.assertEqual((status, whole[:2]), (200, b"PK"))
        middle = len(whole) // 2
        status, headers, part = self.get(link["url"], Range=f"bytes={middle}-{middle + 99}")
        self.assertEqual((status, part), (206, whole[middle:middle + 100]))
        self.assertEqual(headers["Content-Range"], f"bytes {middle}-{middle + 99}/{len(whole)}")

    def test_takes_a_renewed_certificate_under_load_and_no_request_fails(self):
        self.add_operator()
        shop = self.open()
        failed, ends, newcomers = [], threading.Event(), [0]

        def come_again_and_again():
            while not ends.is_set():
                try:
                    status = call(self.connect, "GET", "/v1/editions?limit=1")[0]
                    failed.extend([status] if status != 200 else [])
                except OSError as fault:
                    failed.append(repr(fault))
                newcomers[0] += 1

        visitors = [threading.Thread(target=come_again_and_again) for _ in range(4)]
        with Load(self.connect, self.manager(), clients=16) as load:
            for visitor in visitors:
                visitor.start()
            for number in range(4):
                certificate = self.authority.issue(days=60 + number)
                if number % 2:
                    shop.send_signal(signal.SIGHUP)
                self.wait_for(certificate)
                load.wait_for(50)
            ends.set()
            for visitor in visitors:
                visitor.join()
        print(f"renewed four times under load: {load.answered} answered, and to {newcomers[0]} newcomers; "
              f"the longest took {load.longest:.2f} s")
        self.assertEqual(load.failed + failed, [])
        self.assertLess(self.metric("madang_tls_certificate_expires_seconds") / 86400, 64)
        self.assertEqual(self.refusals(), [])

    def test_keeps_its_certificate_while_the_files_are_broken(self):
        shop = self.open()
        whole = self.authority.certificate.read_text()
        self.authority.certificate.write_text(whole[:200])
        wait_until(lambda: len(self.refusals()) == 1, SECONDS, "a warning")
        self.assertIn(str(self.authority.certificate), self.refusals()[0])
        self.assertEqual(self.authority.shown_at(self.port), self.first)
        self.authority.key.unlink()
        shop.send_signal(signal.SIGHUP)
        wait_until(lambda: len(self.refusals()) >= 2, SECONDS, "another warning")
        self.assertEqual(self.authority.shown_at(self.port), self.first)
        self.wait_for(self.authority.issue())

    def test_is_replaced_under_load_and_not_by_one_with_a_broken_certificate(self):
        self.add_operator()
        shop = self.open()
        port = self.port
        broken = self.folder / "broken.pem"
        broken.write_text("none")
        with Load(self.connect, self.manager(), clients=16) as load:
            failing = self.start("--replace", "--tls-certificate", broken)
            self.assertEqual(failing.wait(SECONDS), 2)
            failing = self.start("--replace", "--set", f"http.tls_certificate_path={broken}")
            self.assertEqual(failing.wait(SECONDS), 3)
            self.assertIsNone(shop.poll())
            self.open("--replace")
            self.assertEqual((shop.wait(SECONDS), self.port), (0, port))
            load.wait_for(100)
        self.assertEqual(load.failed, [])

    def test_takes_the_socket_that_a_service_manager_has_opened(self):
        with socket.create_server(("127.0.0.1", 0)) as door:
            self.port = door.getsockname()[1]
            early = self.connect()
            self.addCleanup(early.close)
            begun = threading.Thread(target=lambda: early.request("GET", "/livez"))
            begun.start()
            words = ["bash", "-c", f'LISTEN_FDS=1 LISTEN_PID=$$ exec "$@" 3<&{door.fileno()}', "bash", PROGRAM, "serve", "--data",
                     self.data, "--tls-certificate", self.authority.certificate, "--tls-key", self.authority.key]
            shop = subprocess.Popen(words, pass_fds=[door.fileno()], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self.addCleanup(shop.wait)
            self.addCleanup(shop.kill)
            begun.join(SECONDS)
            self.assertEqual(early.getresponse().read(), b"alive\n")

    def test_does_not_open_with_half_of_it_or_with_files_that_are_none(self):
        words = [PROGRAM, "serve", "--data", self.data, "--listen", "127.0.0.1:0"]
        half = subprocess.run([*words, "--tls-key", self.authority.key], capture_output=True, text=True, timeout=SECONDS)
        self.assertEqual(half.returncode, 2, half.stderr)
        self.authority.key.chmod(0o644)
        open_key = self.start()
        self.assertEqual(open_key.wait(SECONDS), 3)
        self.assertIn("chmod o= ", open_key.stderr.read().decode())


if __name__ == "__main__":
    unittest.main()
