"""What the tests of traces share: a customer who rents a book within a trace of their own, and what the trace
must then show. A span is (id, parent, service, name); where it comes from is the test's affair.
"""
import http.client
import secrets
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from running_shop import call, wait_until

SECONDS = 40
PASSWORD = "a place in the courtyard"
# Each a way from the request to the shelf: a span of that service and name, below it one of the next, and so on. In lower
# case, as Zipkin keeps names.
THE_STORY = (
    (("gateway", "post /v1/rentals"), ("rental", "rent_book"), ("rental", "holdlicence")),
    (("rental", "rent_book"), ("rental", "paymentdesk/pay"), ("payment", "paymentdesk/pay"), ("payment", "beginpayment")),
    (("payment", "paymentdesk/pay"), ("payment", "post provider")),
    (("payment", "paymentdesk/pay"), ("payment", "recordcaptured"), ("payment", "publish paymentcaptured"),
     ("rental", "settle_rental_payment")),
    (("rental", "startrental"), ("rental", "publish rentalstarted"), ("insight", "record"), ("insight", "record"),
     ("insight", "read model rentals")),
)


@dataclass(frozen=True)
class Span:
    id: str
    parent: str
    service: str
    name: str
    tags: dict = field(default_factory=dict, compare=False, hash=False)


class Customer:
    def __init__(self, shop, name="Someone of Seoul", email="customer@example.com"):
        self.shop, self.email, self.name = shop, email, name
        person = {"email": email, "password": PASSWORD, "name": name}
        assert call(shop.port, "POST", "/v1/people", person, {"Idempotency-Key": "register"})[0] == 202
        del person["name"]
        status, session = call(shop.port, "POST", "/v1/sessions", person)
        assert status == 201, session
        self.id, self.fields = session["person_id"], {"Authorization": f"Bearer {session['access_token']}"}

    def rent(self, edition, traceparent, key="rent", card="tok_accepted"):
        body = {"edition_id": edition["edition_id"], "price": edition["rental_price"], "card_token": card}
        return call(self.shop.port, "POST", "/v1/rentals", body,
                    {**self.fields, "Idempotency-Key": key, "traceparent": traceparent})

    def shelf(self):
        return call(self.shop.port, "GET", "/v1/shelf", None, self.fields)[1]["items"]


def new_trace(sampled=True):
    """A trace id, and the traceparent of whoever calls the shop in it."""
    trace = secrets.token_hex(16)
    return trace, f"00-{trace}-{secrets.token_hex(8)}-{'01' if sampled else '00'}"


def editions_for_rent(shop):
    rentable = lambda: call(shop.port, "GET", "/v1/editions?rentable=true")[1]["items"]
    wait_until(lambda: len(rentable()) >= 8, SECONDS, "sample editions can be rented")
    return rentable()


def missing_from(spans, caller):
    """What of the story these spans do not show, in words; nothing when it is whole. `caller` is the span id of whoever
    called the shop."""
    is_named = lambda span, service, name: span.service == service and name in (None, span.name.lower())
    by_id = {span.id: span for span in spans}
    missing = [f"{span.service} {span.name} hangs below nothing" for span in spans
               if span.parent != caller and span.parent not in by_id]
    for way in THE_STORY:
        below = [span for span in spans if is_named(span, *way[0])]
        for service, name in way[1:]:
            ids = {span.id for span in below}
            below = [span for span in spans if span.parent in ids and is_named(span, service, name)]
        if not below:
            missing.append(" > ".join(f"{service} {name}" for service, name in way))
    return missing


class Server:
    """Takes requests on a port of its own until it is closed; `answer(method, path, fields, body)` gives status, fields
    and body. `secured_by`: a context of TLS; none: plain HTTP."""

    def __init__(self, answer, secured_by=None):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, fields, said = answer(self.command, self.path, self.headers, body)
                self.send_response(status)
                for name, value in {**fields, "Content-Length": str(len(said))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(said)

            do_GET = do_POST = handle_any

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if secured_by:
            self.server.socket = secured_by.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
            self.server.handle_error = lambda *_: None  # a caller that does not believe it goes away
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def forward_to(port, heard):
    """Hands requests on to another port, and notes method, path and fields of each in `heard`."""
    def answer(method, path, fields, body):
        heard.append((method, path, dict(fields)))
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
        try:
            kept = {name: value for name, value in fields.items() if name.lower() not in ("host", "connection")}
            connection.request(method, path, body or None, kept)
            answered = connection.getresponse()
            return answered.status, {"Content-Type": answered.getheader("Content-Type") or ""}, answered.read()
        finally:
            connection.close()
    return answer
