#!/usr/bin/env python3
"""Paying for rentals when much happens at once or the provider has a bad day, over sockets, beside a provider that
is a process of its own. What is asserted is seen from outside: the answers, the shelf, the shop's ledger, the
provider's own books; at the end of each test the folder is sound.

Run from the root of the project.
"""
import sys
import tempfile
import threading
import time
import unittest

from running_shop import Shop, add_operator, call, fetch, ledgers_that_differ, provider_books, wait_until

PASSWORD = "a place in the courtyard"
SECONDS = 40
SHORT_HOLDS = ("rental.pay_within=1500ms", "rental.hold_lasts=2500ms")
PACE = ("--silent-ms", "300", "--slow-ms", "400", "--late-ms", "500", "--landing-ms", "4500")


def at_once(number, action):
    """What action(0), action(1) … answer, each in a thread of its own, begun together."""
    answers, together = [None] * number, threading.Barrier(number)

    def run(which):
        together.wait()
        answers[which] = action(which)

    threads = [threading.Thread(target=run, args=(which,)) for which in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def slug(answer):
    return answer["type"].rsplit("/", 1)[-1]


class Customer:
    """With a network address of their own, so that nobody's attempts to sign in count for another."""

    def __init__(self, shop, number):
        self.shop, self.source = shop, f"127.0.1.{number + 1}"
        person = {"email": f"customer{number}@example.com", "password": PASSWORD, "name": "Someone"}
        if number:
            assert self.ask("POST", "/v1/people", person, key="register")[0] == 202
        del person["name"]
        status, session = self.ask("POST", "/v1/sessions", person)
        assert status == 201, session
        self.id, self.token = session["person_id"], {"Authorization": f"Bearer {session['access_token']}"}

    token = {}

    def ask(self, method, path, body=None, key=None):
        fields = {**self.token, **({"Idempotency-Key": key} if key else {})}
        return call(self.shop.port, method, path, body, fields, source=self.source)

    def rent(self, edition, card="tok_accepted", key="rent"):
        body = {"edition_id": edition["edition_id"], "price": edition["rental_price"], "card_token": card}
        return self.ask("POST", "/v1/rentals", body, key)

    def shelf(self):
        return self.ask("GET", "/v1/shelf")[1]["items"]

    def payment(self, payment):
        return self.ask("GET", f"/v1/payments/{payment}")[1]["state"]


class AtTheTill(unittest.TestCase):
    settings = ()

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="madang-paying-")
        self.addCleanup(folder.cleanup)
        self.shop = Shop(folder.name, self.settings, PACE)
        self.addCleanup(self.shop.end)
        add_operator(self.shop, "customer0@example.com", PASSWORD)
        self.shop.start()
        wait_until(lambda: len(call(self.shop.port, "GET", "/v1/editions?rentable=true")[1]["items"]) >= 8, SECONDS,
                   "sample editions can be rented")
        self.editions = call(self.shop.port, "GET", "/v1/editions?rentable=true")[1]["items"]
        self.operator = Customer(self.shop, 0)

    def tearDown(self):
        """All is settled: the books of both agree, and the folder is sound."""
        wait_until(lambda: not ledgers_that_differ(self.shop, self.operator.token), SECONDS, "the books of both agree")
        self.shop.stop()
        self.assertEqual(self.shop.faults_in_folder(), [])

    def lend(self, edition, licences, extensions=0):
        """From now on there are so many licences of it."""
        person = f"/v1/people/{self.operator.id}/roles/book_manager"
        self.assertEqual(self.operator.ask("PUT", person, key="manager")[0], 204)
        manager, path = Customer(self.shop, 0), f"/v1/editions/{edition['edition_id']}"
        _, fields, _ = fetch(self.shop.port, "GET", path)
        terms = {"price": edition["rental_price"], "days": 7, "licences": licences, "extensions": extensions}
        status, answer = call(self.shop.port, "PUT", path + "/rental-terms", terms,
                              {**manager.token, "Idempotency-Key": f"terms-{edition['edition_id']}", "If-Match": fields["ETag"]})
        self.assertEqual(status, 204, answer)
        free = {"licences": licences, "free": licences}
        wait_until(lambda: call(self.shop.port, "GET", path)[1]["availability"] == free, SECONDS, "all of them are free")

    def wait_for_refund(self, payment, customer):
        wait_until(lambda: customer.payment(payment) == "refunded", SECONDS, "it is paid back")
        charged, returned = provider_books(self.shop)
        self.assertEqual((len(charged[payment]), returned[payment]), (1, 1))


class WhileTheHoldStands(AtTheTill):
    def test_one_request_a_hundred_times_at_once_has_one_effect_and_one_answer(self):
        customer = Customer(self.shop, 1)

        def until_it_is_answered(_):
            while True:
                status, answer = customer.rent(self.editions[0], "tok_webhook_twice")
                if status != 409 or slug(answer) != "request-in-progress":
                    return status, answer
                time.sleep(0.01)

        answers = at_once(100, until_it_is_answered)
        self.assertEqual(answers[0][0], 201, answers[0])
        self.assertEqual([answer for answer in answers if answer != answers[0]], [])
        wait_until(customer.shelf, SECONDS, "the book is on the shelf")
        self.assertEqual([item["rental_id"] for item in customer.shelf()], [answers[0][1]["rental_id"]])
        charged, returned = provider_books(self.shop)
        self.assertEqual((list(charged), len(charged[answers[0][1]["payment_id"]]), len(returned)),
                         ([answers[0][1]["payment_id"]], 1, 0))

    def test_the_webhook_may_come_before_the_answer_after_it_twice_or_never(self):
        cards = ["tok_webhook_before_answer", "tok_webhook_late", "tok_webhook_twice", "tok_webhook_never"]
        customer = Customer(self.shop, 1)
        started = [customer.rent(edition, card, card) for edition, card in zip(self.editions, cards)]
        self.assertEqual([status for status, _ in started], [201] * len(cards), started)
        time_of_late_notice = time.monotonic() + 1
        wait_until(lambda: len(customer.shelf()) == len(cards) and time.monotonic() > time_of_late_notice, SECONDS,
                   "each book is on the shelf")
        self.assertEqual({item["rental_id"] for item in customer.shelf()}, {it["rental_id"] for _, it in started})
        charged, returned = provider_books(self.shop)
        self.assertEqual({payment: len(times) for payment, times in charged.items()},
                         {it["payment_id"]: 1 for _, it in started})
        self.assertEqual(len(returned), 0)

    def test_a_charge_that_lands_after_a_look_up_found_nothing_starts_the_rental(self):
        customer = Customer(self.shop, 1)
        for _ in range(2):  # the second one looks it up, and nothing is to be found
            status, answer = customer.rent(self.editions[0], "tok_charged_after_not_found")
            self.assertEqual((status, slug(answer)), (503, "payment-unsettled"), answer)
        self.assertEqual(provider_books(self.shop)[0], {})
        wait_until(customer.shelf, SECONDS, "the rental has started without the customer")
        status, answer = customer.rent(self.editions[0], "tok_charged_after_not_found")
        self.assertEqual(status, 201, answer)
        charged, returned = provider_books(self.shop)
        self.assertEqual({payment: len(times) for payment, times in charged.items()}, {answer["payment_id"]: 1})
        self.assertEqual(len(returned), 0)


class OnceTheHoldHasLapsed(AtTheTill):
    settings = SHORT_HOLDS

    def test_one_licence_goes_to_one_of_fifty_and_who_has_paid_and_lost_gets_it_back(self):
        edition = self.editions[0]
        self.lend(edition, 1)
        customers = [Customer(self.shop, number + 1) for number in range(50)]
        loser, others = customers[0], customers[1:]
        status, pending = loser.rent(edition, "tok_charged_after_not_found")
        self.assertEqual((status, slug(pending)), (503, "payment-unsettled"), pending)
        winner = threading.Event()

        def until_someone_has_it(which):
            for attempt in range(1000):
                status, answer = others[which].rent(edition, key=f"rent-{attempt}")
                if status == 201:
                    winner.set()
                if status == 201 or winner.is_set():
                    return status, answer
                time.sleep(0.02)
            return status, answer

        answers = at_once(len(others), until_someone_has_it)
        started = [answer for status, answer in answers if status == 201]
        self.assertEqual(len(started), 1)
        self.assertEqual({slug(answer) for status, answer in answers if status != 201}, {"no-licence-free"})
        self.wait_for_refund(pending["payment"], loser)
        status, answer = loser.rent(edition, "tok_charged_after_not_found")
        self.assertEqual((status, slug(answer)), (409, "hold-lapsed"))
        self.assertEqual(set(provider_books(self.shop)[0]), {pending["payment"], started[0]["payment_id"]})
        wait_until(lambda: sum(len(customer.shelf()) for customer in customers) == 1, SECONDS, "one has the book")

    def test_what_is_charged_too_late_is_given_back_once_whoever_comes_first(self):
        customers = [Customer(self.shop, number + 1) for number in range(8)]
        answers = at_once(8, lambda which: customers[which].rent(self.editions[which], "tok_charged_after_not_found"))
        for customer, (status, answer) in zip(customers, answers):
            self.assertEqual((status, slug(answer)), (503, "payment-unsettled"), answer)
            self.wait_for_refund(answer["payment"], customer)
            self.assertEqual(customer.shelf(), [])


if __name__ == "__main__":
    unittest.main(verbosity=2, argv=sys.argv)
