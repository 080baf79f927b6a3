#!/usr/bin/env python3
"""The shop is killed with SIGKILL again and again while people rent and return, and the payment provider, a
process of its own, lives on. Afterwards nothing that was acknowledged is missing, nobody has paid twice or for
nothing, no payment started two rentals, and the shop's books say what the provider's say.

usage: killed_shop_test.py [KILLS]     run from the root of the project; prints its figures at the end
"""
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from datetime import datetime
from pathlib import Path

KILLS = int(sys.argv[1]) if len(sys.argv) > 1 else 8
CLIENTS = 32
CARDS = ["tok_accepted"] * 5 + ["tok_webhook_never", "tok_webhook_twice", "tok_webhook_before_answer",
                                "tok_declined", "tok_charged_no_answer"]
SETTLE_SECONDS_MAX = 90
BIN = Path.cwd() / "build/release/bin"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def call(port, method, path, body=None, headers=None, seconds=30):
    """Status and JSON; raises OSError or HTTPException when there is no answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        fields = {"Content-Type": "application/json", **(headers or {})} if body is not None else headers or {}
        connection.request(method, path, json.dumps(body) if body is not None else None, fields)
        answer = connection.getresponse()
        text = answer.read()
        is_json = "json" in (answer.getheader("Content-Type") or "")
        return answer.status, json.loads(text) if text and is_json else None
    finally:
        connection.close()


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
    def __init__(self, folder):
        self.folder, self.port, self.provider_port = Path(folder), free_port(), free_port()
        (self.folder / "secret").write_text("a secret of the test alone\n")
        self.log = open(self.folder / "shop.log", "ab")
        self.provider = subprocess.Popen(
            [BIN / "madang-sandbox-pay", "serve", "--data", self.folder / "provider", "--listen",
             f"127.0.0.1:{self.provider_port}", "--webhook", f"http://127.0.0.1:{self.port}/v1/webhooks/sandbox",
             "--secret-file", self.folder / "secret", "--silent-ms", "500", "--slow-ms", "300"],
            stdout=self.log, stderr=self.log)
        self.process, self.alive = None, threading.Event()

    def start(self):
        self.process = subprocess.Popen(
            [BIN / "madang", "serve", "--data", self.folder / "data", "--listen", f"127.0.0.1:{self.port}", "--sample",
             "--set", f"payment.provider=http://127.0.0.1:{self.provider_port}",
             "--set", f"payment.webhook_key_path={self.folder}/secret", "--set", "http.requests_per_minute=0"],
            stdout=self.log, stderr=self.log)
        wait_until(lambda: call(self.port, "GET", "/readyz")[0] == 200, 30, "the shop is ready again")
        self.alive.set()

    def kill(self):
        self.alive.clear()
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def end(self):
        for process in (self.process, self.provider):
            if process and process.poll() is None:
                process.kill()
                process.wait()

    def ask(self, method, path, body=None, headers=None):
        """Again, with the same key, until there is an answer that stands."""
        for attempt in range(1000):
            self.alive.wait(60)
            try:
                status, answer = call(self.port, method, path, body, headers)
                running = status == 409 and answer["type"].endswith("request-in-progress")
                if status not in (500, 503, 429) and not running:
                    return status, answer
                if status == 503 and attempt > 6:
                    return status, answer  # a payment that stays unknown; it is settled without the customer
            except (OSError, http.client.HTTPException, ValueError):
                pass
            time.sleep(0.05 + random.random() / 10)
        raise AssertionError(f"no answer to {method} {path}")


class Customer(threading.Thread):
    def __init__(self, shop, number, editions, over):
        super().__init__(daemon=True)
        self.shop, self.number, self.editions, self.over = shop, number, editions, over
        self.chance = random.Random(number)
        self.started, self.returned, self.answers, self.fault = {}, set(), Counter(), None
        person = {"email": f"customer{number}@example.com", "password": "a place in the courtyard", "name": "Someone"}
        shop.ask("POST", "/v1/people", person, {"Idempotency-Key": f"register-{number}"})
        del person["name"]
        self.credentials = person
        self.sign_in()

    def sign_in(self):
        status, session = self.shop.ask("POST", "/v1/sessions", self.credentials)
        assert status == 201, (status, session)
        self.token = {"Authorization": f"Bearer {session['access_token']}"}

    def run(self):
        try:
            while not self.over.is_set():
                self.rent_and_return()
        except Exception as fault:  # told by the main thread
            self.fault = fault

    def rent_and_return(self):
        edition = self.chance.choice(self.editions)
        key = str(uuid.UUID(int=self.chance.getrandbits(128)))
        body = {"edition_id": edition["edition_id"], "price": edition["rental_price"],
                "card_token": self.chance.choice(CARDS)}
        status, answer = self.shop.ask("POST", "/v1/rentals", body, {**self.token, "Idempotency-Key": key})
        self.answers[status if status < 400 else f"{status} {answer['type'].rsplit('/', 1)[-1]}"] += 1
        if status != 201:
            return
        self.started[answer["rental_id"]] = answer["payment_id"]
        path = f"/v1/rentals/{answer['rental_id']}/return"
        if self.shop.ask("POST", path, None, {**self.token, "Idempotency-Key": key + "-back"})[0] == 204:
            self.returned.add(answer["rental_id"])


def provider_books(shop):
    """Per payment: what was charged and what was given back."""
    charged, returned, after = {}, Counter(), 0  # neither grows by being asked
    while True:
        _, page = call(shop.provider_port, "GET", f"/v1/books?after={after}&limit=100")
        for movement in page["data"]:
            if movement["kind"] == "charge":
                charged.setdefault(movement["payment"], []).append(movement["at"])
            else:
                returned[movement["payment"]] += 1
            after = movement["number"]
        if not page["has_more"]:
            return charged, returned


def events(shop, context, kind):
    lines = subprocess.run([BIN / "madang", "events", "--data", shop.folder / "data", "--context", context, "--type", kind,
                            "--json"], capture_output=True, text=True, check=True).stdout.splitlines()
    return [json.loads(line) for line in lines]


def is_settled(shop):
    charged, returned = provider_books(shop)
    started = {event["payload"]["payment"] for event in events(shop, "rental", "RentalStarted")}
    return all(payment in started or returned[payment] for payment in charged)


def judge(shop, customers, kill_times):
    charged, returned = provider_books(shop)
    rentals = events(shop, "rental", "RentalStarted")
    by_payment = Counter(event["payload"]["payment"] for event in rentals)
    ids = {event["payload"]["rental"] for event in rentals}
    back = {event["payload"]["rental"] for event in events(shop, "rental", "BookReturned")}
    captured = {event["payload"]["payment"]: event["at"] for event in events(shop, "payment", "PaymentCaptured")}
    faults = []
    for customer in customers:
        faults += [f"customer {customer.number}: {customer.fault!r}"] if customer.fault else []
        faults += [f"an acknowledged rental is missing: {rental}" for rental in customer.started if rental not in ids]
        faults += [f"an acknowledged return is missing: {rental}" for rental in customer.returned if rental not in back]
    faults += [f"{count} rentals of one payment: {payment}" for payment, count in by_payment.items() if count > 1]
    faults += [f"charged {len(times)} times: {payment}" for payment, times in charged.items() if len(times) > 1]
    faults += [f"given back {count} times: {payment}" for payment, count in returned.items() if count > 1]
    faults += [f"an unpaid rental: {payment}" for payment in by_payment if payment not in charged]
    faults += [f"lent though the money went back: {payment}" for payment in by_payment if returned[payment]]
    faults += [f"paid, and neither lent nor given back: {payment}" for payment in charged
               if payment not in by_payment and not returned[payment]]
    between = sum(any(charged[payment][0] / 1000 < kill < stamp(at) for kill in kill_times)
                  for payment, at in captured.items() if payment in charged)
    figures = {"kills": len(kill_times), "rentals": len(rentals), "acknowledged effects":
               sum(len(c.started) + len(c.returned) for c in customers), "charges": len(charged),
               "refunds": len(returned), "killed between charge and our commit": between}
    return faults, figures


def stamp(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="madang-kills-") as folder:
        shop = Shop(folder)
        try:
            shop.start()
            wait_until(lambda: len(call(shop.port, "GET", "/v1/editions?rentable=true")[1]["items"]) >= 10, 30,
                       "sample editions can be rented")
            editions = call(shop.port, "GET", "/v1/editions?rentable=true")[1]["items"]
            over = threading.Event()
            customers = [Customer(shop, number, editions, over) for number in range(CLIENTS)]
            for customer in customers:
                customer.start()
            kill_times = []
            for _ in range(KILLS):
                time.sleep(0.4 + random.random())
                kill_times.append(time.time())
                shop.kill()
                shop.start()
            time.sleep(1)
            over.set()
            for customer in customers:
                customer.join(120)
            wait_until(lambda: is_settled(shop), SETTLE_SECONDS_MAX, "every charge is lent for or given back")
            shop.process.send_signal(signal.SIGTERM)
            assert shop.process.wait(60) == 0, "the shop did not drain"
            faults, figures = judge(shop, customers, kill_times)
            checked = subprocess.run([BIN / "madang", "check", "--data", shop.folder / "data"], capture_output=True, text=True)
            if checked.returncode != 0:
                faults.append("madang check: " + checked.stdout[-2000:])
            print("answers:", dict(sum((c.answers for c in customers), Counter())))
            print("figures:", figures)
            if faults or os.environ.get("MADANG_KEEP_LOG"):
                print((shop.folder / "shop.log").read_text()[-3000:])
            print("\n".join(faults) if faults else "nothing lost, nothing doubled")
            return 1 if faults else 0
        finally:
            shop.end()


if __name__ == "__main__":
    sys.exit(main())
