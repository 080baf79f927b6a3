"""A shop as a process, beside a payment provider that is a process of its own: started, killed and asked over
sockets, on free ports, in a folder of the test's own. For tests of the whole; run from the root of the project.
"""
import http.client
import io
import json
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import threading
import time
import zipfile
from collections import Counter
from pathlib import Path

BIN = Path.cwd() / "build/release/bin"
RECOVERS_WITHIN_SECONDS = 10  # after a SIGKILL, with the little history that a test has; two were seen on a busy machine


def free_port() -> int:
    """Below those that the system gives to whoever calls: while the one that listens there is down, none of the
    test's own connections takes it."""
    for _ in range(1000):
        port = random.randrange(15_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass
    raise AssertionError("no port is free")


def exchange(connection, method, path, body=None, headers=None):
    """Status, header fields and JSON; raises OSError or HTTPException when there is no answer."""
    fields = {"Content-Type": "application/json", **(headers or {})} if body is not None else headers or {}
    text = body if body is None or isinstance(body, str) else json.dumps(body)
    connection.request(method, path, text, fields)
    answer = connection.getresponse()
    text = answer.read()
    is_json = "json" in (answer.getheader("Content-Type") or "")
    return answer.status, answer.headers, json.loads(text) if text and is_json else None


def connection_to(where, seconds=60, source="127.0.0.1"):
    """A new one: to a port of this machine, or what a function makes."""
    if callable(where):
        return where()
    return http.client.HTTPConnection("127.0.0.1", where, timeout=seconds, source_address=(source, 0))


def fetch(where, method, path, body=None, headers=None, seconds=30, source="127.0.0.1"):
    """The same on a connection of its own."""
    connection = connection_to(where, seconds, source)
    try:
        return exchange(connection, method, path, body, headers)
    finally:
        connection.close()


def call(*asked, **also):
    """Status and JSON alone."""
    status, _, answer = fetch(*asked, **also)
    return status, answer


def wait_until(condition, seconds, what):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if condition():
                return
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds} s: {what}")


class Shop:
    def __init__(self, folder, settings=(), pace=("--silent-ms", "500", "--slow-ms", "300")):
        """`settings`: options as NAME=VALUE; `pace`: how slow the provider's cards are."""
        self.settings = ["http.requests_per_minute=0", *settings]
        self.folder, self.port, self.provider_port = Path(folder), free_port(), free_port()
        (self.folder / "secret").touch(0o600)
        (self.folder / "secret").write_text("a secret of the test alone\n")
        self.log = open(self.folder / "shop.log", "ab")
        self.provider = subprocess.Popen(
            [BIN / "madang-sandbox-pay", "serve", "--data", self.folder / "provider", "--listen",
             f"127.0.0.1:{self.provider_port}", "--webhook", f"http://127.0.0.1:{self.port}/v1/webhooks/sandbox",
             "--secret-file", self.folder / "secret", *pace],
            stdout=self.log, stderr=self.log)
        self.process, self.alive = None, threading.Event()
        self.environment = {}  # of the shop, besides the test's own
        self.paid_at = self.provider_port  # where the shop finds the provider
        self.recoveries = []  # seconds from each start after a SIGKILL to the first answer that the shop is ready
        self.come_again = Counter()  # how often `ask` was told to, by the problem's name
        self.kept = threading.local()  # a connection a thread: one a request would use up the system's ports

    def start(self, until=None):
        """Until it is ready, or what is given instead."""
        until = until or (lambda: call(self.port, "GET", "/readyz")[0] == 200)
        was_killed, begun = self.process and self.process.returncode == -signal.SIGKILL, time.monotonic()
        self.process = subprocess.Popen(
            [BIN / "madang", "serve", "--data", self.folder / "data", "--listen", f"127.0.0.1:{self.port}", "--sample",
             "--set", f"payment.provider=http://127.0.0.1:{self.paid_at}",
             "--set", f"payment.webhook_key_path={self.folder}/secret",
             *(word for setting in self.settings for word in ("--set", setting))],
            stdout=self.log, stderr=self.log, env={**os.environ, **self.environment})
        wait_until(lambda: self.process.poll() is not None or until(), 30, "the shop is ready again")
        assert self.process.poll() is None, f"the shop has ended: {(self.folder / 'shop.log').read_text()[-2000:]}"
        self.recoveries += [time.monotonic() - begun] if was_killed else []
        self.alive.set()

    def kill(self):
        self.alive.clear()
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        """As an operator does: what was accepted is answered first."""
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(60) == 0, "the shop did not drain"

    def recovered(self):
        return "ready again after SIGKILL: median %.2f s, longest %.2f s" % (
            statistics.median(self.recoveries), max(self.recoveries))

    def slow_recoveries(self):
        """What is wrong with them, or nothing."""
        return [self.recovered()] if max(self.recoveries) > RECOVERS_WITHIN_SECONDS else []

    def faults_in_folder(self):
        """What `madang check` has to say, or nothing: of cards there is no trace in any file."""
        cards = Path("apps/madang-sandbox-pay/cards.cpp").read_text()
        (self.folder / "cards").write_text("\n".join(sorted(set(re.findall(r'"(tok_\w+)"', cards)))))
        checked = subprocess.run([BIN / "madang", "check", "--data", self.folder / "data", "--absent", self.folder / "cards"],
                                 capture_output=True, text=True)
        return [f"madang check: {checked.stdout[-2000:]}"] if checked.returncode else []

    def end(self):
        for process in (self.process, self.provider):
            if process and process.poll() is None:
                process.kill()
                process.wait()
        self.log.close()

    def ask(self, method, path, body=None, headers=None, source=None):
        """Again, with the same key, until there is an answer that stands; on the connection that its thread keeps, or from
        that address on one of its own."""
        if not hasattr(self.kept, "connection"):
            self.kept.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        for attempt in range(1000):
            self.alive.wait(60)
            try:
                if source:
                    status, answer = call(self.port, method, path, body, headers, source=source)
                else:
                    status, _, answer = exchange(self.kept.connection, method, path, body, headers)
                running = status == 409 and answer["type"].endswith("request-in-progress")
                if status not in (500, 503, 429) and not running:
                    return status, answer
                self.come_again[answer["type"].rsplit("/", 1)[-1]] += 1
                if status == 503 and attempt > 6:
                    return status, answer  # a payment that stays unknown; it is settled without the customer
            except (OSError, http.client.HTTPException, ValueError):
                self.kept.connection.close()  # and opened anew by the next request
            time.sleep(0.05 + random.random() / 10)
        raise AssertionError(f"no answer to {method} {path}")


def movements(shop):
    """All that the provider's own books say, the oldest first."""
    after = 0
    while True:
        _, page = call(shop.provider_port, "GET", f"/v1/books?after={after}&limit=100")
        for movement in page["data"]:
            yield movement
            after = movement["number"]
        if not page["has_more"]:
            return


def provider_books(shop):
    """Per payment: when it was charged, and how often it was given back."""
    charged, returned = {}, Counter()  # neither grows by being asked
    for movement in movements(shop):
        if movement["kind"] == "charge":
            charged.setdefault(movement["payment"], []).append(movement["at"])
        else:
            returned[movement["payment"]] += 1
    return charged, returned


def ledgers_that_differ(shop, operator):
    """Payments of which the shop's ledger, as an operator (header fields) reads it, says another sum than the
    provider's books, or money that is still owed back."""
    theirs, ours, owed, cursor = Counter(), Counter(), Counter(), ""
    for movement in movements(shop):
        theirs[movement["payment"]] += movement["amount"] * (1 if movement["kind"] == "charge" else -1)
    while cursor is not None:
        status, page = call(shop.port, "GET", f"/v1/ledger?limit=100{cursor}", None, operator)
        assert status == 200, (status, page)
        for line in page["items"]:
            amount = line["amount"]["amount"] * (1 if line["side"] == "debit" else -1)
            ours[line["payment_id"]] += amount if line["account"] == "provider_clearing" else 0
            owed[line["payment_id"]] += amount if line["account"] == "refunds_due" else 0
        cursor = f"&cursor={page['next']}" if page.get("next") else None
    return [payment for payment in {*theirs, *ours, *owed} if theirs[payment] != ours[payment] or owed[payment]]


def epub(text="<package/>"):
    """The bytes of a book, as small as one can be."""
    container = ('<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
                 '<rootfiles><rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>')
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", container)
        archive.writestr("book.opf", text)
    return book.getvalue()


def upload(shop, path, book, fields):
    """The status of giving a book's file to the edition at that path, or None when there is no answer."""
    connection = http.client.HTTPConnection("127.0.0.1", shop.port, timeout=30)
    try:
        connection.request("PUT", path + "/file", book,
                           {**fields, "Content-Type": "application/epub+zip", "Idempotency-Key": "file"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def add_operator(shop, email, password):
    """Before it opens."""
    subprocess.run([BIN / "madang", "operator", "add", "--email", email, "--data", shop.folder / "data"],
                   input=password + "\n", text=True, check=True, stdout=shop.log)


def events(shop, context, kind=None):
    only = ["--type", kind] if kind else []
    lines = subprocess.run([BIN / "madang", "events", "--data", shop.folder / "data", "--context", context, *only,
                            "--json"], capture_output=True, text=True, check=True).stdout.split("\n")
    return [json.loads(line) for line in lines if line]
