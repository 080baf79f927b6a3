#!/usr/bin/env python3
"""Each fault turns on the alert that tells of it, in a real Prometheus that watches a running shop by the rules of ops/, and with
the fault the alert ends. promtool has tried the rules at their true speed on series that were made up (promtool_test.py); here the
series are the shop's, and the rules thirty times as fast (watched_shop.py).

Run from the root of the project; needs the Debian package prometheus.
"""
import errno
import hashlib
import hmac
import itertools
import json
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest
import uuid
from pathlib import Path

from bad_machine import OnABadMachine
from closed_desk_test import TheDesk
from falling_shop_test import ThatBringsTheShopDown
from paying_test import PASSWORD, SECONDS, Customer
from running_shop import BIN, call, wait_until
from secure_shop import Authority
from served_shop import line_within
from traced_shop import Server
from watched_shop import RULES, Again, Watched, alerts_in, turns_on

# Rules that no fault made from outside turns on within a test's time; promtool alone has tried them.
NOT_TRIED = {
    "RulesDefect": "a rule that throws is a bug, and none is known (`ACommand.WithADefectFailsAloneAndDisturbsNoNeighbourOfItsBatch` has one)",
    "ConsumerLags": "own events are acted on in the turn that writes them or soon after; a thousand of them never wait that long",
    "KeysCopyBehind": "its metric is followed by `tests/end_to_end/erasing_test.py`, where the disk of the copy is away",
}
FORTY_DAYS = 40 * 86_400  # longer than any loan, session or erasure
TWO_HOURS = 7200  # longer than any payment or refund should be open
PER_ADDRESS = 12_000  # connections


class OfAWatchedShop(Watched, OnABadMachine):
    def held(self, file, at_once=True):
        """By another program, so that the shop can read it and cannot write; until ROLLBACK."""
        database = sqlite3.connect(self.shop.folder / "data" / file, isolation_level=None, timeout=SECONDS)
        self.addCleanup(database.close)
        if at_once:
            database.execute("BEGIN IMMEDIATE")
        return database


class AMachineThatIsBad(OfAWatchedShop):
    @turns_on("ShopDown", "ShopNotReady", "ClockDeparted", "WritesRefused", "AnswersPutOff")
    def test_is_seen_as_what_it_is(self):
        self.shop.kill()
        self.fires("ShopDown")
        self.shop.start()
        self.is_off("ShopDown")
        self.machine.be(wall_offset=3600)
        self.fires("ShopNotReady", "ClockDeparted")
        self.machine.be()
        self.is_off("ShopNotReady", "ClockDeparted")
        self.machine.be(wall_offset=-3600)
        self.fires("ShopNotReady", "ClockDeparted")
        self.machine.be(writes_fail=errno.ENOSPC)
        with Again(lambda: self.customer.rent(self.editions[0])):
            self.fires("WritesRefused", "AnswersPutOff")
        self.machine.be()

    @turns_on("AnswersFail", "AnswersSlow", "TokensForged", "RefreshTokenStolen")
    def test_and_bad_people_are_told_apart(self):
        rental = self.rent(self.editions[0])["rental_id"]
        link = self.customer.ask("POST", f"/v1/rentals/{rental}/link", key="link")[1]["url"]
        files, away = self.shop.folder / "data/rental/files", self.shop.folder / "away"
        files.rename(away)
        self.machine.be(slow="/data/identity/", slow_ms=1500)
        keys, role = itertools.count(), f"/v1/people/{self.operator.id}/roles/book_manager"
        person = {"email": "customer1@example.com", "password": PASSWORD, "client": "web"}
        token = call(self.shop.port, "POST", "/v1/sessions", person, source="127.0.1.2")[1]["refresh_token"]
        stolen = call(self.shop.port, "POST", "/v1/sessions/refresh", {"refresh_token": token, "client": "thief"})
        self.assertEqual(stolen[0], 401, stolen)
        with (Again(lambda: self.operator.ask("PUT", role, key=f"role-{next(keys)}")),
              Again(lambda: call(self.shop.port, "GET", link)),
              Again(lambda: call(self.shop.port, "GET", "/v1/shelf", headers={"Authorization": "Bearer a.b.c"}))):
            self.fires("RefreshTokenStolen", "TokensForged", "AnswersFail", "AnswersSlow")
        self.machine.be()
        away.rename(files)


class PaymentAway(Watched, TheDesk):
    def setUp(self):
        self.taken = 503
        collector = Server(lambda *_: (self.taken, {}, b""))
        self.addCleanup(collector.close)
        self.settings = ("rental.desk_slow_after=500ms", "rental.desk_closed_for=6s", "tracing.one_in=1",
                         f"tracing.endpoint=http://127.0.0.1:{collector.port}/api/v2/spans")
        super().setUp()

    @turns_on("PaymentDeskClosed", "TracesLost")
    def test_and_a_collector_that_takes_nothing_are_seen(self):
        self.shop.provider.send_signal(signal.SIGSTOP)
        try:
            self.close()
            self.fires("PaymentDeskClosed", "TracesLost")
        finally:
            self.shop.provider.send_signal(signal.SIGCONT)
        self.taken = 202
        self.assert_served_again()


class TooMany(OfAWatchedShop):
    def connect(self, address):
        self.clients.append(socket.create_connection(("127.0.0.1", self.shop.port), source_address=(address, 0)))
        self.addCleanup(self.clients[-1].close)
        return self.clients[-1]

    def send_notices(self):
        """Signed by the provider, each of a payment that nobody knows, and each for the journal of payment to remember."""
        secret = (self.shop.folder / "secret").read_text().strip()
        for _ in range(50):
            intent = {"id": "pi_1", "object": "payment_intent", "payment": str(uuid.uuid4()), "status": "canceled",
                      "amount": 100, "currency": "KRW", "created": 1, "confirmations": 0, "amount_refunded": 0}
            body = json.dumps({"id": f"evt_{uuid.uuid4()}", "type": "payment_intent.canceled", "created": 1, "intent": intent})
            at = int(time.time())
            digest = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
            self.connect("127.0.2.1").sendall(
                f"POST /v1/webhooks/sandbox HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\n"
                f"Webhook-Signature: t={at},v1={digest}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())

    @turns_on("RequestsShed", "ConnectionsTurnedAway")
    def test_requests_and_connections_are_seen(self):
        room, self.clients = resource.getrlimit(resource.RLIMIT_NOFILE)[1], []
        if room < PER_ADDRESS + 5000:
            self.skipTest(f"this machine lets a process open {room} files, and it takes {PER_ADDRESS + 5000}")
        resource.setrlimit(resource.RLIMIT_NOFILE, (room, room))
        self.machine.be(slow="/data/payment/", slow_ms=3000)
        with Again(self.send_notices):
            self.fires("RequestsShed")
        self.machine.be()
        for _ in range(PER_ADDRESS + 50):
            self.connect("127.0.2.2")
        self.fires("ConnectionsTurnedAway")


class NeighboursThatLag(OfAWatchedShop):
    @turns_on("SubscriberLags", "ProjectionLags")
    def test_are_seen_and_so_is_what_they_show(self):
        self.shop.stop()
        titles = self.shop.folder / "titles.csv"
        titles.write_text("id,title,authors,language\n" + "".join(f"{it},Title {it},A Writer,en\n" for it in range(3000)))
        subprocess.run([BIN / "madang", "import", "csv", titles, "--data", self.shop.folder / "data"], check=True,
                       stdout=self.shop.log, stderr=self.shop.log)
        journal, views = self.held("insight/journal.db"), self.held("insight/views.db", at_once=False)
        self.shop.start()
        self.fires("SubscriberLags")
        views.execute("BEGIN IMMEDIATE")
        journal.execute("ROLLBACK")
        self.fires("ProjectionLags")
        views.execute("ROLLBACK")


class AShopByTls(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="madang-watched-")
        self.addCleanup(folder.cleanup)
        self.authority = Authority(Path(folder.name))
        self.authority.issue(days=13)
        words = [BIN / "madang", "serve", "--data", f"{folder.name}/data", "--listen", "127.0.0.1:0", "--tls-certificate",
                 self.authority.certificate, "--tls-key", self.authority.key]
        shop = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, bufsize=0)
        for at_end in (shop.stderr.close, shop.wait, shop.kill):
            self.addCleanup(at_end)
        self.port = int(line_within(shop.stderr, b"is open on").rsplit(":", 1)[1])


class ACertificate(Watched, AShopByTls):
    scheme = "https"

    def port_of_shop(self):
        return self.port

    @turns_on("CertificateExpires")
    def test_that_ends_soon_is_seen(self):
        self.fires("CertificateExpires")
        self.authority.issue()


class APart(OfAWatchedShop):
    def switch(self, to):
        subprocess.run([BIN / "madang", "part", to, "insight/timers", "--reason", "a test", "--data", self.shop.folder / "data"],
                       check=True, stdout=self.shop.log)

    @turns_on("PartSwitchedOff")
    def test_that_is_forgotten_to_be_off_is_seen(self):
        self.switch("off")
        self.fires("PartSwitchedOff")
        self.switch("on")


class MoneyThatIsNotRight(OfAWatchedShop):
    def command(self, *words, code=0):
        done = subprocess.run([BIN / "madang", *words, "--data", self.shop.folder / "data"], stdout=self.shop.log)
        self.assertEqual(done.returncode, code, words)

    @turns_on("RestoredUnreconciled")
    def test_since_a_backup_behind_a_sent_refund_was_restored_is_seen(self):
        rental = self.rent(self.editions[0])
        monday, keys = self.shop.folder / "monday", self.shop.folder / "keys"
        self.command("backup", monday)
        self.command("backup", "keys", keys)
        self.assertEqual(self.customer.ask("POST", f"/v1/rentals/{rental['rental_id']}/cancellation", key="cancel")[0] // 100, 2)
        self.wait_for_refund(rental["payment_id"], self.customer)
        self.shop.stop()
        (self.shop.folder / "data").rename(self.shop.folder / "lost")
        self.command("restore", monday, "--keys", keys)
        self.shop.start()
        self.fires("RestoredUnreconciled")
        self.command("reconcile", code=1)
        self.command("reconcile", "--settle", "--reason", "monday's backup")

    @turns_on("LedgerUnbalanced")
    def test_since_somebody_changed_the_books_by_hand_is_seen(self):
        self.rent(self.editions[0])
        with sqlite3.connect(self.shop.folder / "data/payment/views.db", timeout=SECONDS) as views:
            row = "json_replace(row, '$.minor_units[0][1]', json_extract(row, '$.minor_units[0][1]') + 100)"
            self.assertEqual(views.execute(f"UPDATE rows_balances_1 SET row = {row}").rowcount, 1)
        views.close()
        self.fires("LedgerUnbalanced")
        self.command("rebuild", "balances")


class WhatTimeShouldDo(OfAWatchedShop):
    def tearDown(self):
        self.operator = Customer(self.shop, 0)  # whose session has ended in the forty days
        super().tearDown()

    @turns_on("HoldsOverdue", "TimersLate", "ErasureOverdue")
    def test_and_is_not_done_is_seen(self):
        self.rent(self.editions[0])
        leaving = Customer(self.shop, 2)
        self.shop.provider.send_signal(signal.SIGSTOP)
        try:
            leaving.rent(self.editions[1])  # whether it was paid is not known, so the erasure must wait
            status, answer = leaving.ask("POST", "/v1/erasures", {"password": PASSWORD}, key="erase")
            self.assertEqual(status, 202, answer)
            self.shop.stop()
        finally:
            self.shop.provider.send_signal(signal.SIGCONT)
        journals = [self.held(f"{context}/journal.db") for context in ("rental", "identity")]
        self.machine.be(wall_offset=FORTY_DAYS)
        self.shop.start()
        self.fires("HoldsOverdue", "TimersLate", "ErasureOverdue")
        for journal in journals:
            journal.execute("ROLLBACK")

    @turns_on("PaymentsUnsettled")
    def test_and_the_provider_does_not_do_is_seen(self):
        rental = self.rent(self.editions[0])
        self.shop.provider.send_signal(signal.SIGSTOP)
        try:
            cancelled = self.customer.ask("POST", f"/v1/rentals/{rental['rental_id']}/cancellation", key="cancel")
            self.assertEqual(cancelled[0] // 100, 2, cancelled)
            wait_until(lambda: self.metric("madang_refunds_due ") > 0, SECONDS, "it is owed back")
            self.shop.stop()
            self.machine.be(wall_offset=TWO_HOURS)
            self.shop.start()
            self.fires("PaymentsUnsettled")
        finally:
            self.shop.provider.send_signal(signal.SIGCONT)


class AMessage(Watched, ThatBringsTheShopDown):
    @turns_on("ShopRestarts", "DeliveryParked")
    def test_that_brings_the_shop_down_is_seen(self):
        """Three falls within a second are one to whoever looks each second: here each is seen by itself."""
        batches = lambda: self.prometheus.value('madang_batches{context="rental"}')
        for fall in (1, 2):
            before = batches() + 6  # more than a start takes
            for edition in self.editions[4 * fall - 4:4 * fall]:
                self.rent(edition)
            wait_until(lambda: batches() > before, SECONDS, "it is seen at work")
            self.shop.process.kill()
            wait_until(lambda: self.supervisor.falls == fall and self.is_serving(), SECONDS, "it is serving again")
            wait_until(lambda: batches() <= before, SECONDS, "it is seen begun anew")
        self.fires("ShopRestarts")
        path = self.register_an_edition()
        self.machine.be(abort="/data/rental/files")
        self.upload(path)
        self.fires("DeliveryParked")
        self.machine.be()
        subprocess.run([BIN / "madang", "parked", "retry", "rental", "1", "--data", self.shop.folder / "data"], check=True,
                       stdout=self.shop.log)
        wait_until(lambda: self.is_rentable(path), SECONDS, "the edition can be rented after all")


class TheRules(unittest.TestCase):
    def test_are_each_turned_on_by_a_fault_here_or_there_is_a_reason(self):
        tried = set()
        for case in unittest.TestLoader().loadTestsFromModule(sys.modules[__name__]):
            for test in case:
                tried |= getattr(getattr(test, test._testMethodName), "turns_on", set())
        self.assertEqual(tried | set(NOT_TRIED), alerts_in(RULES.read_text()))
        self.assertEqual(tried & set(NOT_TRIED), set())


if __name__ == "__main__":
    unittest.main(verbosity=2, argv=sys.argv)
