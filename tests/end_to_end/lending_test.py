#!/usr/bin/env python3
"""Lending when many ask at once, over sockets, beside a payment provider that is a process of its own: nobody has more
books than ten, nobody overtakes in a line, a loan that is extended is paid for once. What is asserted is seen from
outside: the answers, places in line, the shelf, the provider's books; at the end of each test the folder is sound.

Run from the root of the project.
"""
import sys
import threading
import time
import unittest

from paying_test import SECONDS, AtTheTill, Customer, at_once, slug
from running_shop import call, provider_books, wait_until

BOOKS_MAX = 10


class ACustomer(AtTheTill):
    def test_has_ten_books_at_most_rented_and_held_though_all_are_asked_for_at_once(self):
        wait_until(lambda: len(call(self.shop.port, "GET", "/v1/editions?rentable=true")[1]["items"]) == 12, SECONDS,
                   "the whole sample can be rented")
        editions = call(self.shop.port, "GET", "/v1/editions?rentable=true")[1]["items"]
        customer = Customer(self.shop, 1)
        held, pending = customer.rent(editions[0], "tok_charged_after_not_found", "held")
        self.assertEqual((held, slug(pending)), (503, "payment-unsettled"))
        answers = at_once(11, lambda which: customer.rent(editions[which + 1], key=f"rent-{which}"))
        rented = [answer for status, answer in answers if status == 201]
        refused = [(status, slug(answer), answer.get("at_most")) for status, answer in answers if status != 201]
        self.assertEqual((len(rented), refused), (BOOKS_MAX - 1, [(409, "too-many-borrowed", BOOKS_MAX)] * 2))
        self.assertEqual(customer.ask("POST", f"/v1/rentals/{rented[0]['rental_id']}/return", key="return")[0], 204)
        again = [which for which, (status, _) in enumerate(answers) if status != 201]
        answers = at_once(2, lambda which: customer.rent(editions[again[which] + 1], key=f"again-{which}"))
        self.assertEqual(sorted(status for status, _ in answers), [201, 409], answers)


class TheLine(AtTheTill):
    def setUp(self):
        super().setUp()
        self.edition = self.editions[0]
        self.lend(self.edition, 1)
        self.customers = [Customer(self.shop, number + 1) for number in range(22)]
        self.path = f"/v1/places/{self.edition['edition_id']}"

    def join(self, customer):
        return customer.ask("POST", "/v1/places", {"edition_id": self.edition["edition_id"]}, "join")

    def give_back(self, customer, rental):
        status, _ = customer.ask("POST", f"/v1/rentals/{rental['rental_id']}/return", key=f"return-{rental['rental_id']}")
        self.assertEqual(status, 204)

    def test_is_served_in_its_order_though_all_join_rent_return_and_leave_at_once(self):
        reader, *waiting, hasty_one, hasty_other = self.customers
        status, rental = reader.rent(self.edition)
        self.assertEqual(status, 201, rental)
        joined = at_once(len(waiting), lambda which: self.join(waiting[which]))
        self.assertEqual({status for status, _ in joined}, {201}, joined)
        places = [customer.ask("GET", self.path)[1]["place"] for customer in waiting]
        self.assertEqual(sorted(places), list(range(1, len(waiting) + 1)))
        in_order = [customer for _, customer in sorted(zip(places, waiting), key=lambda it: it[0])]
        leaving = in_order[4::6]
        served, over, serving, have_stopped = [], threading.Event(), threading.Lock(), threading.Semaphore(0)

        def take_the_offer(customer):
            """As soon as a copy is offered: rented and, after the others had their chance, given back."""
            wait_until(lambda: customer.ask("GET", self.path)[1].get("state") == "offered", 120, "it is offered")
            status, rented = customer.rent(self.edition)
            self.assertEqual(status, 201, rented)
            with serving:
                served.append(customer)
            if len(served) == len(in_order) - len(leaving):  # with this one the line ends, and anybody may rent
                over.set()
                for _ in range(2):
                    have_stopped.acquire(timeout=SECONDS)
            self.give_back(customer, rented)

        def push_in(customer):
            """Who has not joined asks again and again, and is always told that all copies are out."""
            answers = set()
            for attempt in range(10_000):
                if over.is_set():
                    break
                status, answer = customer.rent(self.edition, key=f"push-{attempt}")
                answers.add((status, slug(answer)))
                time.sleep(0.005)
            have_stopped.release()
            return answers

        def act(which):
            if which < len(in_order):
                customer = in_order[which]
                if customer in leaving:
                    return customer.ask("DELETE", self.path, key="leave")[0]
                take_the_offer(customer)
            elif which == len(in_order):
                self.give_back(reader, rental)
            else:
                return push_in((hasty_one, hasty_other)[which - len(in_order) - 1])

        try:
            told = at_once(len(in_order) + 3, act)
        finally:
            over.set()
        self.assertEqual([in_order.index(it) for it in served],
                         [number for number, it in enumerate(in_order) if it not in leaving])
        self.assertEqual(told[-2:], [{(409, "no-licence-free")}] * 2)
        self.assertEqual(hasty_one.rent(self.edition, key="at-last")[0], 201)


class AnExtension(AtTheTill):
    def until(self, customer):
        return customer.shelf()[0]["until"]

    def extend(self, customer, rental, price, card, key):
        return customer.ask("POST", f"/v1/rentals/{rental['rental_id']}/extension", {"price": price, "card_token": card}, key)

    def test_is_paid_once_and_shown_on_the_shelf_though_its_customer_never_hears_of_it(self):
        customer, edition = Customer(self.shop, 1), self.editions[0]
        _, rental = customer.rent(edition)
        price = call(self.shop.port, "GET", f"/v1/editions/{edition['edition_id']}")[1]["rental_terms"]["extension_price"]
        wait_until(customer.shelf, SECONDS, "the book is on the shelf")
        first_end = self.until(customer)
        self.assertEqual(first_end, rental["until"])
        status, declined = self.extend(customer, rental, price, "tok_declined", "declined")
        self.assertEqual((status, slug(declined)), (402, "payment-declined"))
        status, pending = self.extend(customer, rental, price, "tok_charged_after_not_found", "extend")
        self.assertEqual((status, slug(pending)), (503, "payment-unsettled"), pending)
        wait_until(lambda: self.until(customer) > first_end, SECONDS, "the shelf shows the new end")
        status, extended = self.extend(customer, rental, price, "tok_charged_after_not_found", "extend")
        self.assertEqual((status, extended["until"], extended["price"]), (200, self.until(customer), price))
        status, refused = self.extend(customer, rental, price, "tok_accepted", "once-more")
        self.assertEqual((status, slug(refused)), (409, "extensions-used-up"))
        charged, returned = provider_books(self.shop)
        self.assertEqual({payment: len(times) for payment, times in charged.items()},
                         {rental["payment_id"]: 1, extended["payment_id"]: 1})
        self.assertEqual(len(returned), 0)

    def test_is_refused_while_someone_waits_and_paid_back_with_a_rental_that_is_cancelled(self):
        customer, other, edition = Customer(self.shop, 1), Customer(self.shop, 2), self.editions[0]
        _, rental = customer.rent(edition)
        price = call(self.shop.port, "GET", f"/v1/editions/{edition['edition_id']}")[1]["rental_terms"]["extension_price"]
        status, extended = self.extend(customer, rental, price, "tok_accepted", "extend")
        self.assertEqual(status, 200, extended)
        self.lend(self.editions[1], 1, extensions=1)
        _, scarce = customer.rent(self.editions[1], key="scarce")
        self.assertEqual(other.ask("POST", "/v1/places", {"edition_id": scarce["edition_id"]}, "join")[0], 201)
        status, refused = self.extend(customer, scarce, self.editions[1]["rental_price"], "tok_accepted", "waits")
        self.assertEqual((status, slug(refused)), (409, "someone-waits"))
        status, _ = customer.ask("POST", f"/v1/rentals/{rental['rental_id']}/cancellation", key="cancel")
        self.assertEqual(status, 200)
        for payment in (rental["payment_id"], extended["payment_id"]):
            self.wait_for_refund(payment, customer)


if __name__ == "__main__":
    unittest.main(verbosity=2, argv=sys.argv)
