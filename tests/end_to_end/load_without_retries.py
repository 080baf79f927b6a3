"""Clients that never ask twice: whatever is not answered as it should be counts as failed, while the program under
them is replaced. Half of them read editions and half register them; or they rent books and give them back.
"""
import http.client
import json
import threading
import time
import uuid

from running_shop import call, connection_to


def book_manager(where, email, password):
    """The operator, as a book manager: the header field that says so."""
    sign_in = lambda: call(where, "POST", "/v1/sessions", {"email": email, "password": password})[1]
    session = sign_in()
    fields = {"Authorization": f"Bearer {session['access_token']}", "Idempotency-Key": str(uuid.uuid4())}
    status, answer = call(where, "PUT", f"/v1/people/{session['person_id']}/roles/book_manager", None, fields)
    assert status < 300, answer
    return {"Authorization": f"Bearer {sign_in()['access_token']}"}


def reader(where, number):
    """Somebody who rents, with a network address of their own: the header fields that say so."""
    source, person = f"127.0.2.{number + 1}", {"email": f"reader{number}@example.com", "password": "a place in the courtyard"}
    fields = {"Idempotency-Key": str(uuid.uuid4())}
    assert call(where, "POST", "/v1/people", {**person, "name": "Someone"}, fields, source=source)[0] == 202
    status, session = call(where, "POST", "/v1/sessions", person, source=source)
    assert status == 201, session
    return {"Authorization": f"Bearer {session['access_token']}"}


class Load:
    """with Load(where, manager) as load: …    Then load.failed, load.registered and load.longest say how it was."""

    def __init__(self, where, manager, clients=32):
        self.where, self.manager = where, manager
        self.answered, self.failed, self.registered, self.longest = 0, [], 0, 0.0
        self._ends, self._lock = threading.Event(), threading.Lock()
        self._clients = [threading.Thread(target=self._go_on, args=(number,)) for number in range(clients)]

    def __enter__(self):
        for client in self._clients:
            client.start()
        try:
            self.wait_for(len(self._clients) * 5)
        except AssertionError:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._ends.set()
        for client in self._clients:
            client.join()

    def wait_for(self, more, seconds=60):
        """Until so many more are answered."""
        end, goal = time.monotonic() + seconds, self.answered + more
        while self.answered < goal:
            assert time.monotonic() < end and len(self.failed) < len(self._clients), f"{self.answered} of {goal} answered; failed: {self.failed[:3]}"
            time.sleep(0.01)

    def _go_on(self, number):
        connection = None
        while not self._ends.wait(0.005):
            connection = connection or connection_to(self.where)
            began = time.monotonic()
            fault, stays = self._one(connection, number)
            with self._lock:
                self.answered += not fault
                self.registered += not fault and number % 2
                self.longest = max(self.longest, time.monotonic() - began)
                if fault:
                    self.failed.append(fault)
            if fault or not stays:
                connection.close()
                connection = None
            if fault:
                return
        if connection:
            connection.close()

    def _one(self, connection, number):
        if not number % 2:
            return self._asked(connection, 200, "GET", "/v1/editions?limit=3")[:2]
        edition = {"title": "The Lamp", "contributors": ["Han Sora"], "language": "en", "format": "ebook",
                   "identifier": {"scheme": "publisher", "value": f"load:{uuid.uuid4()}"}}
        return self._asked(connection, 201, "POST", "/v1/editions", edition, self.manager)[:2]

    def _asked(self, connection, expected, method, path, body=None, fields=None):
        """What was wrong, whether the connection may be used again, and the answer."""
        try:
            if method == "GET":
                connection.request(method, path)
            else:
                connection.request(method, path, body and json.dumps(body),
                                   {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4()), **fields})
            answer = connection.getresponse()
            text = answer.read()
            return (None if answer.status == expected else (answer.status, text)), not answer.will_close, text
        except (OSError, http.client.HTTPException) as fault:
            return repr(fault), False, None


class Renting(Load):
    """Each reader has an edition, which they rent and give back, every third time with a card that is slow."""

    def __init__(self, where, readers, editions):
        super().__init__(where, None, clients=len(readers))
        self.readers, self.editions = readers, editions
        self.rented, self.lent = [0] * len(readers), [None] * len(readers)

    def _one(self, connection, number):
        fields, edition, lent = self.readers[number], self.editions[number], self.lent[number]
        if lent:
            fault, stays, _ = self._asked(connection, 204, "POST", f"/v1/rentals/{lent}/return", None, fields)
            self.lent[number] = None
            return fault, stays
        card = "tok_slow" if self.rented[number] % 3 == 2 else "tok_accepted"
        fault, stays, text = self._asked(connection, 201, "POST", "/v1/rentals", {
            "edition_id": edition["edition_id"], "price": edition["rental_price"], "card_token": card}, fields)
        if not fault:
            self.lent[number] = json.loads(text)["rental_id"]
            self.rented[number] += 1
        return fault, stays
