#!/usr/bin/env python3
"""The shop is killed with SIGKILL again and again while people rent and return, and the payment provider, a
process of its own, lives on. Afterwards nothing that was acknowledged is missing, nobody has paid twice or for
nothing, no payment started two rentals, no licence was out twice, every hold and every payment has ended, and the shop's books say what the
provider's say.

usage: killed_shop_test.py [KILLS]     run from the root of the project; prints its figures at the end
"""
import json
import os
import random
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path.cwd() / "tests/end_to_end"))
from running_shop import Shop, add_operator, call, events, fetch, ledgers_that_differ, provider_books, wait_until

KILLS = int(sys.argv[1]) if len(sys.argv) > 1 else 8
CLIENTS = 64
IN_FLIGHT = 32  # at least, whenever the shop is killed
CARDS = ["tok_accepted"] * 5 + ["tok_webhook_never", "tok_webhook_twice", "tok_webhook_before_answer",
                                "tok_declined", "tok_charged_no_answer", "tok_charged_after_not_found"]
# So that each hold ends while the test can wait for it, and a closed desk does not keep everybody from being killed.
SHORT_HOLDS = ("rental.pay_within=3s", "rental.hold_lasts=5s", "rental.desk_closed_for=1s")
OPERATOR = {"email": "operator@example.com", "password": "a place in the courtyard"}
SETTLE_SECONDS_MAX = 90
EFFECTS_OF_A_LIFE = 55  # at least, however slow the machine is, before the next kill
# What so many kills must have met, or the test shows less than it says.
LEAST = {"acknowledged effects": 5_000, "killed between charge and our commit": 20} if KILLS >= 100 else {}


class Customer(threading.Thread):
    def __init__(self, shop, number, editions, over):
        super().__init__(daemon=True)
        self.shop, self.number, self.editions, self.over = shop, number, editions, over
        self.chance = random.Random(number)
        self.started, self.returned, self.answers, self.fault = {}, set(), Counter(), None
        self.waits = False  # for an answer
        person = {"email": f"customer{number}@example.com", "password": "a place in the courtyard", "name": "Someone"}
        shop.ask("POST", "/v1/people", person, {"Idempotency-Key": f"register-{number}"})
        del person["name"]
        self.credentials = person
        self.sign_in()

    def sign_in(self):
        status, session = self.shop.ask("POST", "/v1/sessions", self.credentials)
        assert status == 201, (status, session)
        self.token = {"Authorization": f"Bearer {session['access_token']}"}

    def ask(self, path, body, key):
        """As this customer; their token lives for minutes, the test may take longer."""
        self.waits = True
        answer = self.shop.ask("POST", path, body, {**self.token, "Idempotency-Key": key})
        if answer[0] == 401:
            self.sign_in()
            answer = self.shop.ask("POST", path, body, {**self.token, "Idempotency-Key": key})
        self.waits = False
        return answer

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
        status, answer = self.ask("/v1/rentals", body, key)
        self.answers[status if status < 400 else f"{status} {answer['type'].rsplit('/', 1)[-1]}"] += 1
        if status == 409 and answer["type"].endswith("already-on-loan"):
            self.give_back(answer["rental"])  # it was started without us: kept, it would be one licence less for all
        if status != 201:
            time.sleep(0.05)  # a refusal costs the shop next to nothing: room for those who rent
            return
        self.started[answer["rental_id"]] = answer["payment_id"]
        self.give_back(answer["rental_id"])

    def give_back(self, rental):
        if self.ask(f"/v1/rentals/{rental}/return", None, f"{rental}-back")[0] == 204:
            self.returned.add(rental)


def is_settled(shop):
    charged, returned = provider_books(shop)
    started = {event["payload"]["payment"] for event in events(shop, "rental", "RentalStarted")}
    return all(payment in started or returned[payment] for payment in charged)


def never_ended(shop, context, begun, ended, name):
    """Ids of that name in events of the first kind which no event of the others names."""
    over = {event["payload"][name] for kind in ended for event in events(shop, context, kind)}
    return {event["payload"][name] for event in events(shop, context, begun)} - over


def left_open(shop):
    holds = never_ended(shop, "rental", "LicenceHeld", ("LicenceLent", "HoldReleased", "HoldLapsed"), "hold")
    payments = never_ended(shop, "payment", "PaymentBegun",
                           ("PaymentCaptured", "PaymentDeclined", "PaymentCancelled"), "payment")
    return holds | payments


def lent_too_often(shop):
    """Editions of which more was out, held and offered than there are licences, when the last was held, lent or offered."""
    licences, taken, faults = {}, {}, set()
    for event in events(shop, "rental"):
        stream, _, edition = event["stream"].partition("/")
        if stream != "LicencePool":
            continue
        kind, it, mine = event["type"], event["payload"], taken.setdefault(edition, set())
        if kind == "TermsSet":
            licences[edition] = it["licences"]
        elif kind in ("LicenceHeld", "LicenceOffered"):
            mine.discard(("offer", it["customer"]))  # who holds takes up what they were offered
            mine.add(("hold", it["hold"]) if kind == "LicenceHeld" else ("offer", it["customer"]))
            faults |= {f"{edition}: {len(mine)} of {licences[edition]}"} if len(mine) > licences[edition] else set()
        elif kind == "LicenceLent":
            mine.discard(("hold", it["hold"]))
            mine.add(("rental", it["rental"]))
            faults |= {f"{edition}: {len(mine)} of {licences[edition]}"} if len(mine) > licences[edition] else set()
        elif kind in ("HoldReleased", "HoldLapsed"):
            mine.discard(("hold", it["hold"]))
        elif kind == "LicenceFreed":
            mine.discard(("rental", it["rental"]))
        elif kind in ("OfferLapsed", "OfferTakenBack", "LineLeft", "WaitingEnded"):
            mine.discard(("offer", it["customer"]))
    return faults


def operator_of(shop):
    status, session = shop.ask("POST", "/v1/sessions", OPERATOR)
    assert status == 201, (status, session)
    return {"Authorization": f"Bearer {session['access_token']}"}


def lend_plenty(shop, editions):
    """Of half of the editions, so that most requests have something to wait for; the others stay scarce."""
    operator, session = operator_of(shop), shop.ask("POST", "/v1/sessions", OPERATOR)[1]
    role = f"/v1/people/{session['person_id']}/roles/book_manager"
    assert shop.ask("PUT", role, None, {**operator, "Idempotency-Key": "manager"})[0] == 204
    manager = operator_of(shop)
    for edition in editions[::2]:
        path = f"/v1/editions/{edition['edition_id']}"
        _, fields, _ = fetch(shop.port, "GET", path)
        terms = {"price": edition["rental_price"], "days": 7, "licences": 200, "extensions": 0}
        status, answer = shop.ask("PUT", path + "/rental-terms", terms,
                                  {**manager, "Idempotency-Key": edition["edition_id"], "If-Match": fields["ETag"]})
        assert status == 204, answer


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
    faults += [f"lent more often than there are licences: {edition}" for edition in lent_too_often(shop)]
    faults += [f"paid, and neither lent nor given back: {payment}" for payment in charged
               if payment not in by_payment and not returned[payment]]
    between = sum(any(charged[payment][0] / 1000 < kill < stamp(at) for kill in kill_times)
                  for payment, at in captured.items() if payment in charged)
    figures = {"kills": len(kill_times), "rentals": len(rentals), "acknowledged effects": acknowledged(customers), "charges": len(charged),
               "refunds": len(returned), "killed between charge and our commit": between}
    return faults, figures


def acknowledged(customers):
    return sum(len(customer.started) + len(customer.returned) for customer in customers)


def waiting(customers):
    return sum(customer.waits for customer in customers)


def stamp(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="madang-kills-") as folder:
        shop = Shop(folder, SHORT_HOLDS)
        try:
            add_operator(shop, **OPERATOR)
            shop.start()
            wait_until(lambda: len(call(shop.port, "GET", "/v1/editions?rentable=true")[1]["items"]) >= 10, 30,
                       "sample editions can be rented")
            editions = call(shop.port, "GET", "/v1/editions?rentable=true")[1]["items"]
            lend_plenty(shop, editions)
            over = threading.Event()
            customers = [Customer(shop, number, editions, over) for number in range(CLIENTS)]
            for customer in customers:
                customer.start()
            kill_times, in_flight = [], []
            for _ in range(KILLS):
                before = acknowledged(customers)
                time.sleep(0.4 + random.random())
                wait_until(lambda: acknowledged(customers) - before >= EFFECTS_OF_A_LIFE, SETTLE_SECONDS_MAX,
                           "the shop is at work again")
                wait_until(lambda: waiting(customers) >= IN_FLIGHT, SETTLE_SECONDS_MAX, "so many ask at once")
                kill_times.append(time.time())
                in_flight.append(waiting(customers))
                shop.kill()
                shop.start()
            time.sleep(1)
            over.set()
            for customer in customers:
                customer.join(120)
            wait_until(lambda: is_settled(shop), SETTLE_SECONDS_MAX, "every charge is lent for or given back")
            wait_until(lambda: not left_open(shop), SETTLE_SECONDS_MAX, "every hold and every payment has ended")
            operator = operator_of(shop)
            wait_until(lambda: not ledgers_that_differ(shop, operator), SETTLE_SECONDS_MAX, "the books of both agree")
            shop.stop()
            faults, figures = judge(shop, customers, kill_times)
            faults += shop.faults_in_folder()
            faults += [f"only {figures[name]} {name}" for name, least in LEAST.items() if figures[name] < least]
            print("answers:", dict(sum((c.answers for c in customers), Counter())))
            print("figures:", figures, "in flight when killed: least", min(in_flight))
            if faults or os.environ.get("MADANG_KEEP_LOG"):
                print((shop.folder / "shop.log").read_text()[-3000:])
            print("\n".join(faults) if faults else "nothing lost, nothing doubled")
            return 1 if faults else 0
        finally:
            shop.end()


if __name__ == "__main__":
    sys.exit(main())
