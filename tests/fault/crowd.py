"""People who rent and return all the time, each with the patience to ask again under the same key; and what must hold of
the shop afterwards, whatever struck it meanwhile: nothing that was acknowledged is missing, nobody has paid twice or for
nothing, no payment started two rentals, no licence was out twice, every hold and every payment has ended, and the shop's
books say what the provider's say. Seen from outside: the answers, the stored events, the provider's own books.
"""
import contextlib
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

PASSWORD = "a place in the courtyard"
OPERATOR = {"email": "operator@example.com", "password": PASSWORD}
CARDS = ["tok_accepted"] * 5 + ["tok_webhook_never", "tok_webhook_twice", "tok_webhook_before_answer",
                                "tok_declined", "tok_charged_no_answer", "tok_charged_after_not_found"]
# So that each hold ends while a test can wait for it, and a closed desk does not keep everybody from their trouble.
SHORT_HOLDS = ("rental.pay_within=3s", "rental.hold_lasts=5s", "rental.desk_closed_for=1s")
SETTLE_SECONDS_MAX = 90
CHANCE = os.environ.get("TEST_CHANCE", "1")  # a number: with another, people wish for other things
LOG_SHOWN = 0 if "TEST_KEEPS_LOG" in os.environ else -3000  # from where on, when something is wrong


def is_called(answer, slug):
    return answer["type"].rsplit("/", 1)[-1] == slug


class Customer(threading.Thread):
    cards = CARDS

    def __init__(self, shop, number, editions, over):
        super().__init__(daemon=True)
        self.shop, self.number, self.editions, self.over = shop, number, editions, over
        self.chance = random.Random(f"{CHANCE}/{number}")
        self.started, self.returned, self.answers, self.fault = {}, set(), Counter(), None
        self.waits = False  # for an answer
        self.credentials = {"email": f"customer{number}@example.com", "password": PASSWORD}
        self.source = f"127.0.1.{number + 1}"  # of one address the shop takes no more than one sign-in a second, after sixty
        shop.ask("POST", "/v1/people", {**self.credentials, "name": "Someone"}, {"Idempotency-Key": f"register-{number}"},
                 self.source)
        self.sign_in()

    def sign_in(self):
        status, session = self.shop.ask("POST", "/v1/sessions", self.credentials, source=self.source)
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

    def wish(self):
        """What this customer asks for next, and under which key."""
        edition = self.chance.choice(self.editions)
        body = {"edition_id": edition["edition_id"], "price": edition["rental_price"],
                "card_token": self.chance.choice(self.cards)}
        return body, str(uuid.UUID(int=self.chance.getrandbits(128)))

    def rent_and_return(self):
        body, key = self.wish()
        status, answer = self.ask("/v1/rentals", body, key)
        self.answers[status if status < 400 else f"{status} {answer['type'].rsplit('/', 1)[-1]}"] += 1
        if status == 409 and is_called(answer, "already-on-loan"):
            self.give_back(answer["rental"])  # it was started without us: kept, it would be one licence less for all
        if status != 201:
            time.sleep(0.05)  # a refusal costs the shop next to nothing: room for those who rent
            return
        self.started[answer["rental_id"]] = answer["payment_id"]
        self.give_back(answer["rental_id"])

    def give_back(self, rental):
        if self.ask(f"/v1/rentals/{rental}/return", None, f"{rental}-back")[0] == 204:
            self.returned.add(rental)


class Crowd:
    """Customers who rent and return, in threads of their own, until they are sent home."""

    def __init__(self, shop, count, editions, kind=Customer, first=0):
        """`first`: the number of the first of them; no two customers of a shop have one number."""
        self.over = threading.Event()
        self.customers = [kind(shop, first + which, editions, self.over) for which in range(count)]

    def begin(self):
        for customer in self.customers:
            customer.start()

    def go_home(self):
        self.over.set()
        for customer in self.customers:
            customer.join(120)

    def acknowledged(self):
        return sum(len(customer.started) + len(customer.returned) for customer in self.customers)

    def waiting(self):
        return sum(customer.waits for customer in self.customers)

    def answers(self):
        return dict(sum((customer.answers for customer in self.customers), Counter()))

    def wait_for_effects(self, count):
        """So many more than now."""
        before = self.acknowledged()
        wait_until(lambda: self.acknowledged() - before >= count, SETTLE_SECONDS_MAX, "the shop is at work again")

    def faults(self, shop):
        """What was acknowledged to them and is not there."""
        rented = {event["payload"]["rental"] for event in events(shop, "rental", "RentalStarted")}
        back = {event["payload"]["rental"] for event in events(shop, "rental", "BookReturned")}
        faults = []
        for customer in self.customers:
            faults += [f"customer {customer.number}: {customer.fault!r}"] if customer.fault else []
            faults += [f"an acknowledged rental is missing: {rental}" for rental in customer.started if rental not in rented]
            faults += [f"an acknowledged return is missing: {rental}" for rental in customer.returned if rental not in back]
        return faults


def operator_of(shop):
    status, session = shop.ask("POST", "/v1/sessions", OPERATOR)
    assert status == 201, (status, session)
    return {"Authorization": f"Bearer {session['access_token']}"}


def lend(shop, editions, licences):
    """From now on there are so many licences of these."""
    operator, session = operator_of(shop), shop.ask("POST", "/v1/sessions", OPERATOR)[1]
    role = f"/v1/people/{session['person_id']}/roles/book_manager"
    assert shop.ask("PUT", role, None, {**operator, "Idempotency-Key": "manager"})[0] == 204
    manager = operator_of(shop)
    for edition in editions:
        path = f"/v1/editions/{edition['edition_id']}"
        _, fields, _ = fetch(shop.port, "GET", path)
        terms = {"price": edition["rental_price"], "days": 7, "licences": licences, "extensions": 0}
        status, answer = shop.ask("PUT", path + "/rental-terms", terms,
                                  {**manager, "Idempotency-Key": edition["edition_id"], "If-Match": fields["ETag"]})
        assert status == 204, answer


@contextlib.contextmanager
def open_shop(settings=SHORT_HOLDS, prepare=lambda shop: None):
    """A shop and the editions that can be rented in it: half of them plenty, so that most requests have something to wait
    for; the others stay scarce. `prepare` is called before it starts."""
    with tempfile.TemporaryDirectory(prefix="madang-crowd-") as folder:
        shop = Shop(folder, settings)
        try:
            add_operator(shop, **OPERATOR)
            prepare(shop)
            shop.start()
            rentable = lambda: call(shop.port, "GET", "/v1/editions?rentable=true")[1]["items"]
            wait_until(lambda: len(rentable()) >= 10, 30, "sample editions can be rented")
            editions = rentable()
            lend(shop, editions[::2], 200)
            yield shop, editions
        except BaseException:
            print((shop.folder / "shop.log").read_text()[LOG_SHOWN:])
            raise
        finally:
            shop.end()


# ---- afterwards ----

def settle(shop):
    """Until the last of it has ended, as it must by itself; then the shop is stopped."""
    wait_until(lambda: is_settled(shop), SETTLE_SECONDS_MAX, "every charge is lent for or given back")
    wait_until(lambda: not left_open(shop), SETTLE_SECONDS_MAX, "every hold and every payment has ended")
    operator = operator_of(shop)
    wait_until(lambda: not ledgers_that_differ(shop, operator), SETTLE_SECONDS_MAX, "the books of both agree")
    shop.stop()


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


def faults_of_money_and_licences(shop):
    """Of a settled shop that was stopped."""
    charged, returned = provider_books(shop)
    by_payment = Counter(event["payload"]["payment"] for event in events(shop, "rental", "RentalStarted"))
    faults = [f"{count} rentals of one payment: {payment}" for payment, count in by_payment.items() if count > 1]
    faults += [f"charged {len(times)} times: {payment}" for payment, times in charged.items() if len(times) > 1]
    faults += [f"given back {count} times: {payment}" for payment, count in returned.items() if count > 1]
    faults += [f"an unpaid rental: {payment}" for payment in by_payment if payment not in charged]
    faults += [f"lent though the money went back: {payment}" for payment in by_payment if returned[payment]]
    faults += [f"lent more often than there are licences: {edition}" for edition in lent_too_often(shop)]
    faults += [f"paid, and neither lent nor given back: {payment}" for payment in charged
               if payment not in by_payment and not returned[payment]]
    return faults + shop.faults_in_folder()


def stamp(text):
    """The time of an event, as time.time() has it."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def effects(shop):
    """How much of what there was, for the figures."""
    charged, returned = provider_books(shop)
    return {"rentals": len(events(shop, "rental", "RentalStarted")), "charges": len(charged), "refunds": len(returned)}


def verdict(shop, faults, figures) -> int:
    """Printed, and as an exit code."""
    print("figures:", figures)
    if faults:
        print((shop.folder / "shop.log").read_text()[LOG_SHOWN:])
    print("\n".join(faults) if faults else "nothing lost, nothing doubled")
    return 1 if faults else 0
