"""What nobody well-meaning sends, and what it is to be told: a table of inputs for the shop as a whole. Each row is a
name, the bytes, and the status and problem of the answer.

`Bait` stands for the effect that must not happen: a whole request, signed in, which would rent a book. Rows that
smuggle carry it where another reader might take it for a request of its own.
"""
import json


def with_body(head, body):
    body = body if isinstance(body, bytes) else body.encode()
    return head.encode() + f"Content-Length: {len(body)}\r\n\r\n".encode() + body


class Bait:
    def __init__(self, token, edition):
        self.token, self.edition, self.number = token, edition, 0

    def fields(self, extra=""):
        self.number += 1
        return (f"Host: shop\r\nAuthorization: Bearer {self.token}\r\nContent-Type: application/json\r\n"
                f"Idempotency-Key: hostile-{self.number}\r\n{extra}")

    def body(self, **changed):
        return json.dumps({"edition_id": self.edition["edition_id"], "price": self.edition["rental_price"],
                           "card_token": "tok_accepted", **changed})

    def request(self, body=None, line="POST /v1/rentals HTTP/1.1", extra=""):
        return with_body(f"{line}\r\n{self.fields(extra)}", self.body() if body is None else body)

    def framed(self, framing, after):
        """A request whose framing is the row's, and whatever comes after its head."""
        return f"POST /v1/rentals HTTP/1.1\r\n{self.fields(framing)}\r\n".encode() + after


def smuggled(bait):
    chunked, inner = "Transfer-Encoding: chunked\r\n", bait.request()
    as_chunk = f"{len(inner):x}\r\n".encode() + inner + b"\r\n0\r\n\r\n"
    length = f"Content-Length: {len(inner)}\r\n"
    malformed = [
        ("length and chunks", bait.framed("Content-Length: 5\r\n" + chunked, b"0\r\n\r\n" + inner)),
        ("chunks and length", bait.framed(chunked + length, b"0\r\n\r\n" + inner)),
        ("two lengths", bait.framed("Content-Length: 0\r\n" + length, inner)),
        ("two lengths in one field", bait.framed(f"Content-Length: 0, {len(inner)}\r\n", inner)),
        ("a length with a plus", bait.framed(f"Content-Length: +{len(inner)}\r\n", inner)),
        ("a length in hexadecimal", bait.framed(f"Content-Length: 0x{len(inner):x}\r\n", inner)),
        ("a length beyond 64 bits", bait.framed(f"Content-Length: {2**64 + len(inner)}\r\n", inner)),
        ("a negative length", bait.framed("Content-Length: -1\r\n", inner)),
        ("a length behind a folded line", bait.framed("X: a\r\n Content-Length: 0\r\n" + length, inner)),
        ("a field that begins with a blank", bait.framed(" Content-Length: 0\r\n" + length, inner)),
        ("a blank before the colon", bait.framed("Content-Length : 0\r\n" + length, inner)),
        ("chunks behind a vertical tab", bait.framed("Transfer-Encoding:\x0bchunked\r\n" + length, inner)),
        ("chunks twice", bait.framed(chunked * 2, b"0\r\n\r\n" + inner)),
        ("chunks within gzip", bait.framed("Transfer-Encoding: gzip, chunked\r\n", as_chunk)),
        ("chunks in capitals and quotes", bait.framed('Transfer-Encoding: "CHUNKED"\r\n', as_chunk)),
        ("chunks that are the identity", bait.framed("Transfer-Encoding: identity\r\n" + length, inner)),
        ("a chunk of negative size", bait.framed(chunked, b"-1\r\n" + inner)),
        ("a chunk size with 0x", bait.framed(chunked, b"0x0\r\n\r\n" + inner)),
        ("a chunk size beyond 64 bits", bait.framed(chunked, b"10000000000000000\r\n\r\n" + inner)),
        ("a chunk size before a blank", bait.framed(chunked, b"0 \r\n\r\n" + inner)),
        ("a chunk that ends with a bare line feed", bait.framed(chunked, b"1\r\na\n0\r\n\r\n" + inner)),
        ("a chunk longer than it says", bait.framed(chunked, b"1\r\nab\r\n0\r\n\r\n" + inner)),
        ("a bare return in a chunk's extension", bait.framed(chunked, b"0;a\rb\r\n\r\n" + inner)),
        ("a folded trailer", bait.framed(chunked, b"0\r\nX: a\r\n b\r\n\r\n" + inner)),
        ("line feeds alone", bait.request().replace(b"\r\n", b"\n")),
        ("one line feed alone", bait.framed("X: a\nContent-Length: 0\r\n" + length, inner)),
        ("a return alone within a field", bait.framed("X: a\rContent-Length: 0\r\n" + length, inner)),
        ("a zero byte within a field", bait.framed("X: a\0b\r\n" + length, inner)),
        ("no host", with_body("POST /v1/rentals HTTP/1.1\r\n" + bait.fields().replace("Host: shop\r\n", ""), bait.body())),
        ("two hosts", bait.request(extra="Host: another\r\n")),
        ("an absolute target that names nobody", bait.request(line="POST http:///v1/rentals HTTP/1.1")),
        ("an absolute target with a name and a password", bait.request(line="POST http://me:it@shop/v1/rentals HTTP/1.1")),
        ("an absolute target of another scheme", bait.request(line="POST ftp://shop/v1/rentals HTTP/1.1")),
        ("an absolute target that climbs", bait.request(line="POST http://shop/v1/people/../rentals HTTP/1.1")),
        ("an absolute target beside two hosts", bait.request(line="POST http://shop/v1/rentals HTTP/1.1", extra="Host: a\r\n")),
        ("a target for the shop as a whole", bait.request(line="OPTIONS * HTTP/1.1")),
        ("a target without a slash", bait.request(line="POST v1/rentals HTTP/1.1")),
        ("a target with two readings", bait.request(line="POST /v1//rentals HTTP/1.1")),
        ("a target that climbs", bait.request(line="POST /v1/people/../rentals HTTP/1.1")),
        ("a target that climbs in percents", bait.request(line="POST /v1/people/%2e%2e/rentals HTTP/1.1")),
        ("a slash in percents", bait.request(line="POST /v1%2frentals HTTP/1.1")),
        ("a zero byte in percents", bait.request(line="POST /v1/rentals%00 HTTP/1.1")),
        ("a target that is no UTF-8", bait.request(line="POST /v1/rentals%ff HTTP/1.1")),
        ("a fragment in the target", bait.request(line="POST /v1/rentals#a HTTP/1.1")),
        ("two blanks before the target", bait.request(line="POST  /v1/rentals HTTP/1.1")),
        ("no version", bait.request(line="POST /v1/rentals")),
        ("the beginning of TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bait.request()),
    ]
    other = [
        ("a proxy's method", bait.request(line="CONNECT shop:80 HTTP/1.1"), 501, "method-unknown"),
        ("an unknown method", bait.request(line="BREW /v1/rentals HTTP/1.1"), 501, "method-unknown"),
        ("a method in small letters", bait.request(line="post /v1/rentals HTTP/1.1"), 501, "method-unknown"),
        ("the preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bait.request(), 505, "version-not-supported"),
        ("HTTP/0.9", bait.request(line="POST /v1/rentals HTTP/0.9"), 505, "version-not-supported"),
        ("a target of 9 KiB", bait.request(line=f"POST /v1/{'a' * 9216} HTTP/1.1"), 414, "target-too-long"),
        ("a field of 20 KiB", bait.request(extra=f"X: {'a' * 20480}\r\n"), 431, "header-too-large"),
        ("a thousand fields", bait.request(extra="X: y\r\n" * 1000), 431, "header-too-large"),
        ("an unknown expectation", bait.request(extra="Expect: a miracle\r\n"), 417, "expectation-failed"),
        ("a body of 2 MiB", bait.request("a" * 2**21), 413, "body-too-large"),
        ("a body said to be 1 TiB", bait.framed(f"Content-Length: {2**40}\r\n", b""), 413, "body-too-large"),
    ]
    return [(name, sent, 400, "malformed-request") for name, sent in malformed] + other


def misshapen(bait):
    """Bodies and fields that are whole requests to HTTP, and no sense to the shop. The connection may be kept."""
    amount = bait.edition["rental_price"]["amount"]
    bodies = [
        ("no body", ""), ("blanks", " \n"), ("no JSON", "rent me a book"), ("half of it", bait.body()[:30]),
        ("two values", bait.body() * 2), ("an array", f"[{bait.body()}]"), ("a text", '"a"'), ("null", "null"),
        ("arrays 100,000 deep", "[" * 100_000), ("arrays 100,000 deep, and closed", "[" * 100_000 + "]" * 100_000),
        ("objects 100,000 deep", '{"a":' * 100_000), ("a deep value in a member", bait.body()[:-1] + ',"a":' + "[" * 5000),
        ("100,000 members", "{" + ",".join(f'"{n}":0' for n in range(100_000)) + "}"),
        ("a member twice", bait.body()[:-1] + ',"card_token":"tok_declined"}'),
        ("a member nobody knows", bait.body(discount=100)), ("a comment", "/* a */" + bait.body()),
        ("a comma too many", bait.body()[:-1] + ",}"), ("single quotes", bait.body().replace('"', "'")),
        ("not a number", bait.body().replace(str(amount), "NaN")), ("infinity", bait.body().replace(str(amount), "1e999999")),
        ("a number of 100,000 digits", bait.body().replace(str(amount), "1" * 100_000)),
        ("a number beyond 64 bits", bait.body().replace(str(amount), str(2**64))),
        ("a fraction of a unit", bait.body().replace(str(amount), f"{amount}.5")),
        ("a number with a zero before", bait.body().replace(str(amount), f"0{amount}")),
        ("a number as a text", bait.body(price={"amount": str(amount), "currency": "KRW"})),
        ("a text as a number", bait.body(card_token=7)), ("an object for a text", bait.body(card_token={})),
        ("null for a text", bait.body(card_token=None)), ("an empty text", bait.body(card_token="")),
        ("a text of 100,000 letters", bait.body(card_token="t" * 100_000)), ("a zero in a text", bait.body(card_token="a\0b")),
        ("no identifier", bait.body(edition_id="a")), ("an identifier and more", bait.body(edition_id=bait.edition["edition_id"] + "0")),
        ("no currency", bait.body(price={"amount": amount, "currency": "won"})), ("a price without an amount", bait.body(price={})),
        ("a text that is no UTF-8", bait.body().encode().replace(b"tok_", b"\xff\xfe")),
        ("a text in overlong UTF-8", bait.body().encode().replace(b"tok_", b"\xc0\xaf")),
        ("half of a pair", bait.body().replace("tok_", r"\ud800")),
        ("a raw control character", bait.body().replace("tok_", "a\tb")),
        ("UTF-16", bait.body().encode("utf-16")), ("a byte order mark", b"\xef\xbb\xbf" + bait.body().encode()),
    ]
    no_key = bait.fields().replace("Idempotency-Key", "X-Key")

    def typed(media):
        return with_body("POST /v1/rentals HTTP/1.1\r\n" + bait.fields().replace("application/json", media), bait.body())

    def get(path, extra=""):
        return f"GET {path} HTTP/1.1\r\n{bait.fields(extra)}\r\n".encode()

    def notice(signature):
        head = "POST /v1/webhooks/sandbox HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\n"
        intent = {"id": "pi_1", "object": "payment_intent", "payment": bait.edition["edition_id"], "status": "succeeded",
                  "amount": 100, "currency": "KRW", "created": 1, "confirmations": 1, "amount_refunded": 0}
        return with_body(head + signature, json.dumps({"id": "evt_1", "type": "payment_intent.succeeded", "created": 1,
                                                       "intent": intent}))

    malformed = [(name, bait.request(body)) for name, body in bodies] + [
        ("a key of 1,000 letters", bait.request().replace(b"Idempotency-Key: hostile", b"Idempotency-Key: " + b"k" * 1000)),
        ("a page of -1", get("/v1/editions?limit=-1")), ("a page of 10^18", get(f"/v1/editions?limit={10**18}")),
        ("a page of many", get("/v1/editions?limit=many")), ("a parameter twice", get("/v1/editions?limit=1&limit=2")),
        ("a cursor of 4,000 letters", get("/v1/editions?cursor=" + "A" * 4000)),
        ("a cursor that is no UTF-8", get("/v1/editions?cursor=%ff%fe")),
        ("an identifier in the path that is none", get("/v1/rentals/1%27%20or%201=1")),
    ]
    return [(name, sent, 400, "malformed-request") for name, sent in malformed] + [
        ("no key", with_body("POST /v1/rentals HTTP/1.1\r\n" + no_key, bait.body()), 400, "idempotency-key-missing"),
        ("a form", typed("application/x-www-form-urlencoded"), 415, "unsupported-media-type"),
        ("a text for JSON", typed("text/plain"), 415, "unsupported-media-type"),
        ("a media type that is none", typed("json"), 415, "unsupported-media-type"),
        ("a packed body", bait.request(extra="Content-Encoding: gzip\r\n"), 415, "unsupported-media-type"),
        ("a method of another resource", bait.request(line="PATCH /v1/rentals HTTP/1.1"), 405, "method-not-allowed"),
        ("a path of nobody's", bait.request(line="POST /v1/rental HTTP/1.1"), 404, "not-found"),
        ("a path that goes on", bait.request(line="POST /v1/rentals/a/b/c HTTP/1.1"), 404, "not-found"),
        ("only what nobody can give", bait.request(extra="Accept: image/png\r\n"), 406, "not-acceptable"),
        ("a token that is none", bait.request().replace(b"Bearer ", b"Bearer a."), 401, "token-invalid"),
        ("a token of 8,000 letters", bait.request().replace(bait.token.encode(), b"a" * 8000), 401, "token-invalid"),
        ("a cursor of nobody's", get("/v1/editions?cursor=AAAA"), 404, "cursor-unknown"),
        ("a notice without a signature", notice(""), 400, "malformed-request"),
        ("a notice with a signature that is none", notice(f"Webhook-Signature: t=1,v1={'0' * 64}\r\n"), 401, "webhook-signature-invalid"),
        ("a notice with a thousand signatures", notice(f"Webhook-Signature: t=1{',v1=00' * 1000}\r\n"), 400, "malformed-request"),
    ]
