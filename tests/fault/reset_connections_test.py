#!/usr/bin/env python3
"""Between the shop and the payment provider stands a real Toxiproxy that spoils connections while people rent:
it resets them, says nothing, is late, cuts a request or an answer in the middle, hands it over in small pieces. Nobody pays
twice or for nothing, and when the network is well again so is the shop; afterwards all is as it must be (crowd.py).

usage: reset_connections_test.py [ROUNDS]   run from the root of the project; prints its figures at the end
"""
import http.client
import json
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from unittest import SkipTest

from crowd import CHANCE, SHORT_HOLDS, Crowd, Customer, effects, faults_of_money_and_licences, open_shop, settle, stamp, verdict
from go_programs import toxiproxy
from running_shop import call, events, free_port, wait_until

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 1
CLIENTS = 16
SPOILT = 0.3  # of the connections
TURN_SECONDS = 2
AGAIN_SECONDS = 0.3  # which connections are spoilt is drawn anew: those that were not would be used for ever
FELT_SECONDS_MAX = 30
PAYMENTS_OF_A_TURN = 5  # begun at least, or it shows nothing
UNSETTLED_LEAST = 10 * ROUNDS
EFFECTS_BETWEEN = 30  # at least, when the network is well again
LATE_MS = 700
AS_LONG_AS_A_CHARGE = {"X-Padding": "x" * 300}
# The kind, what it spoils (upstream: what the shop asks; downstream: what it is answered), and how.
TOXICS = [
    ("reset_peer", "downstream", {"timeout": 0}),  # the provider was asked, and has charged perhaps
    ("reset_peer", "upstream", {"timeout": 20}),
    ("timeout", "downstream", {"timeout": 1500}),  # charged, and not a word of it until the connection is closed
    ("timeout", "upstream", {"timeout": 1500}),
    ("latency", "downstream", {"latency": LATE_MS, "jitter": 200}),
    ("limit_data", "downstream", {"bytes": 60}),  # ends in the middle of the header
    ("limit_data", "upstream", {"bytes": 150}),
    ("slicer", "downstream", {"average_size": 8, "size_variation": 4, "delay": 20_000}),
]


class ThriftyCustomer(Customer):
    """With cards that the provider itself has no trouble with: what stays unsettled for a while, the network is to blame for."""
    cards = ["tok_accepted"] * 3 + ["tok_webhook_never"]


class Toxiproxy:
    """In front of whoever listens at that port."""

    def __init__(self, program, upstream):
        self.api, self.port = free_port(), free_port()
        self.process = subprocess.Popen([program, "-host", "127.0.0.1", "-port", str(self.api), "-seed", CHANCE],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(lambda: self.ask("GET", "/version"), 10, "Toxiproxy answers")
        self.ask("POST", "/proxies", {"name": "provider", "listen": f"127.0.0.1:{self.port}",
                                      "upstream": f"127.0.0.1:{upstream}", "enabled": True})

    def ask(self, method, path, body=None):
        asked = urllib.request.Request(f"http://127.0.0.1:{self.api}{path}", json.dumps(body).encode(), method=method)
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return answer.status

    def spoil(self, kind, stream, how):
        self.ask("POST", "/proxies/provider/toxics",
                 {"name": "toxic", "type": kind, "stream": stream, "toxicity": SPOILT, "attributes": how})

    def be_well(self):
        self.ask("DELETE", "/proxies/provider/toxics/toxic")

    def hurts(self):
        """Whether a call on a connection of its own fails, or takes longer than anything here does by itself."""
        begun = time.monotonic()
        try:
            _, page = call(self.port, "GET", "/v1/books?limit=1", None, AS_LONG_AS_A_CHARGE, seconds=LATE_MS / 1000)
        except (OSError, http.client.HTTPException, ValueError):
            return True
        return page is None or time.monotonic() - begun > LATE_MS / 2000

    def end(self):
        self.process.kill()
        self.process.wait()


def spoil_in_turns(crowd, proxy):
    """From when to when there was which trouble."""
    turns = []
    for kind, stream, how in TOXICS * ROUNDS:
        crowd.wait_for_effects(EFFECTS_BETWEEN)
        begun, answers, felt = time.time(), Counter(crowd.answers()), False
        while time.time() < begun + TURN_SECONDS or not felt:
            proxy.spoil(kind, stream, how)
            felt |= proxy.hurts()
            time.sleep(AGAIN_SECONDS)
            proxy.be_well()
            assert time.time() < begun + FELT_SECONDS_MAX, f"{kind} {stream} is not felt"
        turns.append((f"{kind} {stream}", begun, time.time()))
        print(f"{kind} {stream}:", dict(Counter(crowd.answers()) - answers), flush=True)
    crowd.wait_for_effects(EFFECTS_BETWEEN)
    return turns


def payments_in(shop, turns):
    from_when = [stamp(event["at"]) for event in events(shop, "payment", "PaymentBegun")]
    return {name: sum(begun < at < ended for at in from_when) for name, begun, ended in turns}


def main() -> int:
    try:
        program = toxiproxy()
    except SkipTest as why:
        print("skipped:", why)
        return 0
    proxies = []

    def put_between(shop):
        proxies.append(Toxiproxy(program, shop.provider_port))
        shop.paid_at = proxies[0].port

    try:
        with open_shop(SHORT_HOLDS, put_between) as (shop, editions):
            crowd = Crowd(shop, CLIENTS, editions, ThriftyCustomer)
            crowd.begin()
            turns = spoil_in_turns(crowd, proxies[0])
            crowd.go_home()
            settle(shop)
            begun = payments_in(shop, turns)
            faults = crowd.faults(shop) + faults_of_money_and_licences(shop)
            faults += [f"only {count} payments begun in {name}" for name, count in begun.items() if count < PAYMENTS_OF_A_TURN]
            unsettled = shop.come_again["payment-unsettled"]
            faults += [f"only {unsettled} payments have felt the network"] if unsettled < UNSETTLED_LEAST else []
            print("payments begun:", begun)
            return verdict(shop, faults, {**effects(shop), "acknowledged effects": crowd.acknowledged(),
                                          "told to come again": dict(shop.come_again)})
    finally:
        for proxy in proxies:
            proxy.end()


if __name__ == "__main__":
    sys.exit(main())
