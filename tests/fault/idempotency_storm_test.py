#!/usr/bin/env python3
"""A thousand Idempotency-Keys, each sent a hundred times in random order by many clients over connections that they keep,
while the shop is killed with SIGKILL again and again. Each key has one outcome: whatever stood as its answer once is its
answer ever after, to the byte, before and after each kill, and each key that was accepted has one event. Afterwards all is
as it must be (crowd.py).

usage: idempotency_storm_test.py [REPEATS]   run from the root of the project; prints its figures at the end
"""
import json
import multiprocessing
import random
import socket
import sys
import time
from collections import Counter

from crowd import CHANCE, SHORT_HOLDS, Customer, effects, faults_of_money_and_licences, lend, open_shop, settle, verdict
from running_shop import events, wait_until

REPEATS = int(sys.argv[1]) if len(sys.argv) > 1 else 100
KEYS, KILLS = 1000, 12
CUSTOMERS, PROCESSES, CLIENTS = 100, 4, 24  # clients: together, each with a connection
AT_ONCE = 4  # requests that a client has under way on its connection
STORM_SECONDS_MAX, DOWN_SECONDS_MAX = 240, 60
COMES_AGAIN = {429, 500, 503}


def wishes(customers, editions):
    """A thousand: a customer, an edition, a price and a card; each customer wishes for ten, most of them other editions. One
    in eight cannot be granted: the card is declined, the price is not the shop's, or they have the book already."""
    chance = random.Random(f"{CHANCE}/wishes")
    for number in range(KEYS):
        turn, which = divmod(number, len(customers))
        trouble = chance.choice(["declined", "price", "twice"] + [""] * 21)
        edition = editions[0 if trouble == "twice" else turn]
        price = dict(edition["rental_price"], amount=edition["rental_price"]["amount"] + (trouble == "price"))
        card = "tok_declined" if trouble == "declined" else chance.choice(["tok_accepted"] * 5 + ["tok_webhook_twice"])
        yield customers[which], edition, price, card


def requests(shop, wishes):
    """As bytes, each under a key of its own."""
    made = []
    for number, (customer, edition, price, card) in enumerate(wishes):
        body = json.dumps({"edition_id": edition["edition_id"], "price": price, "card_token": card})
        fields = {"Host": f"127.0.0.1:{shop.port}", **customer.token, "Content-Type": "application/json",
                  "Idempotency-Key": f"storm-{number}", "Content-Length": len(body)}
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        made.append(f"POST /v1/rentals HTTP/1.1\r\n{head}\r\n{body}".encode())
    return made


def order_of_sending():
    """Each key begins at some moment of the storm, so that every kill meets keys that are new, and its repeats, in random
    order among those of all others, are nearer to its beginning than to the end, so that many are under way at once."""
    chance, moments = random.Random(f"{CHANCE}/order"), []
    for number in range(KEYS):
        begins = chance.random() * 0.95
        moments += [(begins + (1 - begins) * chance.random() ** 3, number) for _ in range(REPEATS)]
    return [number for _, number in sorted(moments)]


def answer_from(stream):
    """Status and body of the next answer."""
    status = int(stream.readline().split()[1])
    length = 0
    while (line := stream.readline()) != b"\r\n":
        if not line:
            raise OSError("it ends in the middle")
        if line[:15].lower() == b"content-length:":
            length = int(line[15:])
    body = stream.read(length)
    if len(body) < length:
        raise OSError("it ends in the middle")
    return status, body


def stands(status, body):
    return status not in COMES_AGAIN and not (status == 409 and b"request-in-progress" in body)


class Client:
    """One connection, opened anew when the shop has been killed; what was not answered is sent again."""

    def __init__(self, port, requests, numbers, heard):
        self.port, self.requests, self.numbers, self.heard = port, requests, numbers, heard
        self.connection, self.under_way = None, []

    def connect(self):
        for _ in range(DOWN_SECONDS_MAX * 50):
            try:
                self.connection = socket.create_connection(("127.0.0.1", self.port), timeout=30, source_address=("127.0.0.1", 0))
                self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.stream = self.connection.makefile("rb")
                return
            except OSError:
                time.sleep(0.02)
        raise AssertionError("the shop does not take connections any more")

    def begin(self):
        """The next few, or those again that had no answer."""
        self.under_way = self.under_way or [self.numbers.pop() for _ in range(min(AT_ONCE, len(self.numbers)))]
        try:
            if not self.connection:
                self.connect()
            self.connection.sendall(b"".join(self.requests[number] for number in self.under_way))
        except OSError:
            self.hang_up()

    def end(self):
        try:
            while self.connection and self.under_way:
                status, body = answer_from(self.stream)
                self.heard(self.under_way.pop(0), status, body)
        except (OSError, IndexError, ValueError):
            self.hang_up()

    def hang_up(self):
        self.connection and self.connection.close()
        self.connection = None

    def has_more(self):
        return self.numbers or self.under_way


def send_all(port, requests, shares, count, results):
    """A process: its clients take turns, so that all of them have something under way."""
    outcomes, other = {}, Counter()

    def heard(number, status, body):
        with count.get_lock():
            count.value += 1
        if stands(status, body):
            outcomes.setdefault(number, Counter())[status, body] += 1
        else:
            other[status] += 1

    clients = [Client(port, requests, share[::-1], heard) for share in shares]
    while any(client.has_more() for client in clients):
        for client in clients:
            client.begin()
        for client in clients:
            client.end()
    results.put((outcomes, other))


def storm(shop, requests):
    """What each key was answered, how often, and how often it was told to come again; the shop is killed meanwhile."""
    order, count, results = order_of_sending(), multiprocessing.Value("q", 0), multiprocessing.Queue()
    shares = [order[which::CLIENTS] for which in range(CLIENTS)]
    senders = [multiprocessing.Process(target=send_all, daemon=True, args=(
        shop.port, requests, shares[which::PROCESSES], count, results)) for which in range(PROCESSES)]
    for sender in senders:
        sender.start()
    for kill in range(1, KILLS + 1):
        wait_until(lambda: count.value > len(order) * kill // (KILLS + 1), STORM_SECONDS_MAX, "so many are answered")
        shop.kill()
        shop.start()
    outcomes, other = [Counter() for _ in requests], Counter()
    for _ in senders:
        heard, come_again = results.get(timeout=STORM_SECONDS_MAX)
        other += come_again
        for number, answers in heard.items():
            outcomes[number] += answers
    return outcomes, other


def last_answers(shop, requests):
    """Of each key, when all is over: asked until it is settled."""
    answers = {}

    def heard(number, status, body):
        if stands(status, body):
            answers[number] = status, body

    def all_asked():
        left = [number for number in range(len(requests)) if number not in answers]
        client = Client(shop.port, requests, left, heard)
        while client.has_more():
            client.begin()
            client.end()
        return len(answers) == len(requests)

    wait_until(all_asked, DOWN_SECONDS_MAX, "each key has an outcome")
    return answers


def faults_of_keys(shop, outcomes, last):
    faults = [f"key {number} has {len(answers)} outcomes: {list(answers)[:3]}" for number, answers in enumerate(outcomes)
              if len(answers) > 1]
    faults += [f"key {number}: {answer} at last, {list(answers)[:3]} before" for number, answer in last.items()
               if (answers := outcomes[number]) and answer not in answers]
    accepted = Counter(json.loads(body)["rental_id"] for status, body in last.values() if status == 201)
    rented = Counter(event["payload"]["rental"] for event in events(shop, "rental", "RentalStarted"))
    faults += [f"{count} keys of one rental: {rental}" for rental, count in accepted.items() if count > 1]
    faults += [f"accepted, and {rented[rental]} events of it: {rental}" for rental in accepted if rented[rental] != 1]
    faults += [f"a rental that no key was told of: {rental}" for rental in rented if rental not in accepted]
    return faults


def main() -> int:
    with open_shop(SHORT_HOLDS) as (shop, editions):
        lend(shop, editions[1::2], 200)
        customers = [Customer(shop, number, editions, None) for number in range(CUSTOMERS)]
        asked = requests(shop, wishes(customers, editions))
        begun = time.monotonic()
        outcomes, come_again = storm(shop, asked)
        seconds = time.monotonic() - begun
        last = last_answers(shop, asked)
        settle(shop)
        sent = sum(map(Counter.total, outcomes)) + come_again.total()
        figures = {"keys": KEYS, "answers": sent, "seconds": round(seconds), "a second": round(sent / seconds), "kills": KILLS,
                   "told to come again": come_again.total(), **effects(shop),
                   "outcomes": dict(Counter(status for status, _ in last.values()))}
        faults = faults_of_keys(shop, outcomes, last) + faults_of_money_and_licences(shop) + shop.slow_recoveries()
        faults += [f"only {sent} answers"] if sent < KEYS * REPEATS else []
        print(shop.recovered())
        return verdict(shop, faults, figures)


if __name__ == "__main__":
    sys.exit(main())
