#!/usr/bin/env python3
"""The shop is stopped with SIGSTOP under load, for longer than every deadline that a request, a payment and a hold have,
and goes on as if no time had passed. It is ready again soon; who had asked before or meanwhile is answered, or told to come
again, and asked again under the same key each has one outcome; afterwards all is as it must be (crowd.py).

usage: stopped_shop_test.py [STOPS]    run from the root of the project; prints its figures at the end
"""
import signal
import sys
import threading
import time
from collections import Counter

from crowd import SETTLE_SECONDS_MAX, Crowd, Customer, effects, faults_of_money_and_licences, open_shop, settle, verdict
from running_shop import call, fetch, wait_until

STOPS = int(sys.argv[1]) if len(sys.argv) > 1 else 2
CLIENTS, WAITERS = 32, 24
ANSWER_WITHIN, PAY_WITHIN, HOLD_LASTS = 3, 3, 5  # seconds
STOPPED_SECONDS = max(ANSWER_WITHIN, PAY_WITHIN, HOLD_LASTS) + 2
SETTINGS = (f"http.answer_within={ANSWER_WITHIN}s", f"rental.pay_within={PAY_WITHIN}s", f"rental.hold_lasts={HOLD_LASTS}s",
            "rental.desk_closed_for=1s")
READY_WITHIN_SECONDS = 5  # after SIGCONT
# After SIGCONT too: what waits may have its whole time before it, and a busy machine takes some.
ANSWERED_WITHIN_SECONDS = ANSWER_WITHIN + READY_WITHIN_SECONDS
EFFECTS_BETWEEN = 50  # at least, before the shop is stopped again


class Waiter(Customer):
    """Asks once, and looks at what it is told before it asks again."""

    def rent_once(self, edition, key):
        """Whose payment takes a while; notes the first answer, as status, header fields and JSON, and when it came."""
        body = {"edition_id": edition["edition_id"], "price": edition["rental_price"], "card_token": "tok_slow"}
        begun = time.monotonic()
        self.asked = ("/v1/rentals", body, key)
        self.answer = fetch(self.shop.port, "POST", *self.asked[:2], {**self.token, "Idempotency-Key": key})
        self.heard_after = time.monotonic() - begun

    def ask_until_it_stands(self):
        """Not yet while nobody knows whether the payment was made: `ask` does not wait that long."""
        end = time.monotonic() + SETTLE_SECONDS_MAX
        while (answer := self.ask(*self.asked))[0] == 503 and time.monotonic() < end:
            pass  # it waits between its attempts
        return answer

    def faults_of_answers(self, again):
        status, fields, answer = self.answer
        told_to_come_again = status == 503 and int(fields.get("Retry-After", 0)) >= 1
        if status != 201 and not told_to_come_again:
            return [f"not what who waited is told: {status} {answer}"]
        if status == 201 and again != (status, answer):
            return [f"{answer} became {again}"]
        third = self.ask(*self.asked)
        return [f"{again} became {third}"] if third != again else []

    def go_on(self):
        """As one who comes again until it is settled, and then returns the book."""
        again = self.ask_until_it_stands()
        faults = self.faults_of_answers(again)
        if again[0] == 201:
            self.started[again[1]["rental_id"]] = again[1]["payment_id"]
            self.give_back(again[1]["rental_id"])
        return faults


def at_once(actions):
    threads = [threading.Thread(target=action) for action in actions]
    for thread in threads:
        thread.start()
    return threads


def stop_and_go_on(shop, waiters, editions, key):
    """Half of them have asked already when the shop is stopped, the others ask while it is. How long it took to be ready."""
    ask = lambda which: lambda: waiters[which].rent_once(editions[which % len(editions)], key)
    threads = at_once(map(ask, range(0, len(waiters), 2)))
    time.sleep(0.1)  # their payments take three times as long
    shop.process.send_signal(signal.SIGSTOP)
    try:
        threads += at_once(map(ask, range(1, len(waiters), 2)))
        time.sleep(STOPPED_SECONDS)
        assert all(thread.is_alive() for thread in threads[len(threads) // 2:]), "a stopped shop has answered"
    finally:
        shop.process.send_signal(signal.SIGCONT)
    begun = time.monotonic()
    wait_until(lambda: call(shop.port, "GET", "/readyz")[0] == 200, READY_WITHIN_SECONDS, "the shop is ready again")
    ready_after = time.monotonic() - begun
    for thread in threads:
        thread.join(30)
    return ready_after


def main() -> int:
    with open_shop(SETTINGS) as (shop, editions):
        crowd, visitors = Crowd(shop, CLIENTS, editions), Crowd(shop, WAITERS, editions, Waiter, first=CLIENTS)
        crowd.begin()
        ready_after, told, faults, longest = [], Counter(), [], 0
        for number in range(STOPS):
            crowd.wait_for_effects(EFFECTS_BETWEEN)
            ready_after.append(stop_and_go_on(shop, visitors.customers, editions[::2], f"waiter-{number}"))
            for waiter in visitors.customers:
                status, _, answer = waiter.answer
                told[status if status < 400 else f"{status} {answer['type'].rsplit('/', 1)[-1]}"] += 1
                longest = max(longest, waiter.heard_after - STOPPED_SECONDS)
                faults += waiter.go_on()
        crowd.wait_for_effects(EFFECTS_BETWEEN)
        crowd.go_home()
        settle(shop)
        faults += crowd.faults(shop) + visitors.faults(shop) + faults_of_money_and_licences(shop)
        faults += ["who waited was not answered in time"] if longest > ANSWERED_WITHIN_SECONDS else []
        print("answers:", crowd.answers())
        print("who waited was told:", dict(told), "after it went on at the latest by %.2f s" % longest)
        print("ready again after SIGCONT: longest %.2f s" % max(ready_after))
        return verdict(shop, faults, {"stops": STOPS, "seconds each": STOPPED_SECONDS, **effects(shop),
                                      "acknowledged effects": crowd.acknowledged()})


if __name__ == "__main__":
    sys.exit(main())
