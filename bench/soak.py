"""People who rent, look at their shelf and return, for as long as one likes, and what stays in the shop's memory.

Not a load test: each of them takes a breath between requests, so that an hour passes as an hour in a shop does.
"""
import http.client
import itertools
import json
import statistics
import threading
import time
import urllib.parse

PEOPLE = 8
BREATH_SECONDS = 0.02
SAMPLE_EVERY_SECONDS = 2
PASSWORD = "a place in the courtyard"


class Person(threading.Thread):
    def __init__(self, origin, number, over):
        super().__init__(daemon=True)
        where = urllib.parse.urlsplit(origin)
        self.connection = http.client.HTTPConnection(where.hostname, where.port, timeout=60)
        self.over, self.asked, self.token, self.keys = over, 0, {}, itertools.count()
        person = {"email": f"reader{number}@example.com", "password": PASSWORD, "name": "Someone"}
        self.ask("POST", "/v1/people", person)
        del person["name"]
        self.token = {"Authorization": "Bearer " + self.ask("POST", "/v1/sessions", person)[1]["access_token"]}
        self.signed_in_at, self.credentials = time.monotonic(), person

    def ask(self, method, path, body=None):
        fields = {**self.token, "Idempotency-Key": f"soak-{next(self.keys)}"}
        text = None if body is None else json.dumps(body)
        self.connection.request(method, path, text, {**fields, "Content-Type": "application/json"} if text else fields)
        answer = self.connection.getresponse()
        said = answer.read()
        self.asked += 1
        if answer.status >= 500:
            raise SystemExit(f"bench: {method} {path}: {answer.status} {said[:200]}")
        return answer.status, json.loads(said) if said else None

    def run(self):
        editions = self.ask("GET", "/v1/editions?rentable=true")[1]["items"]
        for edition in itertools.cycle(editions):
            if self.over.is_set():
                return
            if time.monotonic() - self.signed_in_at > 300:  # a token lasts some minutes
                self.token = {"Authorization": "Bearer " + self.ask("POST", "/v1/sessions", self.credentials)[1]["access_token"]}
                self.signed_in_at = time.monotonic()
            status, rented = self.ask("POST", "/v1/rentals", {
                "edition_id": edition["edition_id"], "price": edition["rental_price"], "card_token": "tok_accepted"})
            time.sleep(BREATH_SECONDS)
            self.ask("GET", "/v1/shelf")
            if status == 201:
                self.ask("POST", f"/v1/rentals/{rented['rental_id']}/return")
            time.sleep(BREATH_SECONDS)


class Soaked:
    """What was seen: (seconds, megabytes of the shop's own) in turn, and requests a second.

    Of its own is what it has allocated (RssAnon): not its files as the kernel keeps them. The first two fifths of the
    time are its warming up: caches fill. Memory is flat when it does not grow after that; how fast it grows is the median
    of the slopes between all pairs of samples, which a password's hash at one moment, or one step, does not move.
    """

    WARM_AFTER = 0.4

    def __init__(self, samples, rate):
        self.samples, self.rate = samples, rate
        self.warm = [it for it in samples if it[0] >= samples[-1][0] * self.WARM_AFTER]
        self.seconds = self.warm[-1][0] - self.warm[0][0]
        self.megabytes = statistics.median(size for _, size in self.warm)

    @property
    def growth(self):
        """Megabytes from the end of warming up to the end."""
        slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in itertools.combinations(self.warm[:: len(self.warm) // 200 + 1], 2)]
        return statistics.median(slopes) * self.seconds

    @property
    def bytes_a_request(self):
        return self.growth * 1024 * 1024 / (self.rate * self.seconds)


def soak(shop, minutes):
    over = threading.Event()
    people = [Person(shop.origin, number, over) for number in range(PEOPLE)]
    for person in people:
        person.start()
    begun, samples = time.monotonic(), []
    while time.monotonic() - begun < minutes * 60:
        time.sleep(SAMPLE_EVERY_SECONDS)
        samples.append((time.monotonic() - begun, shop.own_megabytes()))
        if not all(person.is_alive() for person in people):
            raise SystemExit("bench: someone was turned away; see above")
    over.set()
    for person in people:
        person.join(60)
    return Soaked(samples, sum(person.asked for person in people) / (time.monotonic() - begun))
