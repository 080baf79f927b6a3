#!/usr/bin/env python3
"""The shop is killed with SIGKILL again and again while people rent and return, and the payment provider, a
process of its own, lives on. Each time it is ready again soon, and afterwards all is as it must be (crowd.py).

usage: killed_shop_test.py [KILLS]     run from the root of the project; prints its figures at the end
"""
import random
import sys
import time

from crowd import SETTLE_SECONDS_MAX, Crowd, effects, faults_of_money_and_licences, open_shop, settle, stamp, verdict
from running_shop import events, provider_books, wait_until

KILLS = int(sys.argv[1]) if len(sys.argv) > 1 else 8
CLIENTS = 64
IN_FLIGHT = 32  # at least, whenever the shop is killed
EFFECTS_OF_A_LIFE = 55  # at least, however slow the machine is, before the next kill
# What so many kills must have met, or the test shows less than it says.
LEAST = {"acknowledged effects": 5_000, "killed between charge and our commit": 20} if KILLS >= 100 else {}


def killed_between(shop, kill_times):
    """Payments that were charged before a kill and whose charge we recorded after it."""
    charged, _ = provider_books(shop)
    captured = {event["payload"]["payment"]: event["at"] for event in events(shop, "payment", "PaymentCaptured")}
    return sum(any(charged[payment][0] / 1000 < kill < stamp(at) for kill in kill_times)
               for payment, at in captured.items() if payment in charged)


def main() -> int:
    with open_shop() as (shop, editions):
        crowd = Crowd(shop, CLIENTS, editions)
        crowd.begin()
        kill_times, in_flight = [], []
        for _ in range(KILLS):
            time.sleep(0.4 + random.random())
            crowd.wait_for_effects(EFFECTS_OF_A_LIFE)
            wait_until(lambda: crowd.waiting() >= IN_FLIGHT, SETTLE_SECONDS_MAX, "so many ask at once")
            kill_times.append(time.time())
            in_flight.append(crowd.waiting())
            shop.kill()
            shop.start()
        time.sleep(1)
        crowd.go_home()
        settle(shop)
        figures = {"kills": KILLS, **effects(shop), "acknowledged effects": crowd.acknowledged(),
                   "killed between charge and our commit": killed_between(shop, kill_times)}
        faults = crowd.faults(shop) + faults_of_money_and_licences(shop) + shop.slow_recoveries()
        faults += [f"only {figures[name]} {name}" for name, least in LEAST.items() if figures[name] < least]
        print("answers:", crowd.answers())
        print("in flight when killed: least", min(in_flight))
        print(shop.recovered())
        return verdict(shop, faults, figures)


if __name__ == "__main__":
    sys.exit(main())
