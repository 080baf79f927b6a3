#!/usr/bin/env python3
"""One trace from request to shelf, as a collector on a socket gets it, and one trace id in the shop's log and events.

Run from the root of the project.
"""
import json
import re
import subprocess
import tempfile
import unittest
import urllib.request

from running_shop import BIN, Shop, call, fetch, free_port, wait_until
from traced_shop import SECONDS, Customer, Server, Span, editions_for_rent, forward_to, missing_from, new_trace


def from_zipkin(body):
    for it in json.loads(body):
        yield it["traceId"], Span(it["id"], it.get("parentId", ""), it["localEndpoint"]["serviceName"], it["name"], it.get("tags", {}))


def from_otlp(body):
    for resource in json.loads(body)["resourceSpans"]:
        service = next(it["value"]["stringValue"] for it in resource["resource"]["attributes"] if it["key"] == "service.name")
        for scope in resource["scopeSpans"]:
            for it in scope["spans"]:
                assert int(it["endTimeUnixNano"]) > int(it["startTimeUnixNano"]), it
                yield it["traceId"], Span(it["spanId"], it.get("parentSpanId", ""), service, it["name"])


class Collector(Server):
    def __init__(self, read):
        self.bodies, self.spans, self.read = [], {}, read
        super().__init__(self.take)

    def take(self, method, path, fields, body):
        assert fields["Content-Type"] == "application/json", fields
        self.bodies.append(body)
        for trace, span in self.read(body):
            self.spans.setdefault(trace, []).append(span)
        return 202, {}, b""


class TracingAShop(unittest.TestCase):
    def start(self, *settings):
        folder = tempfile.TemporaryDirectory(prefix="madang-tracing-")
        self.addCleanup(folder.cleanup)
        self.shop = Shop(folder.name, settings)
        self.addCleanup(self.shop.end)
        self.asked_of_provider = []
        between = Server(forward_to(self.shop.provider_port, self.asked_of_provider))
        self.addCleanup(between.close)
        self.shop.paid_at = between.port
        self.shop.start()
        self.editions = editions_for_rent(self.shop)
        self.customer = Customer(self.shop)

    def collector(self, read):
        collector = Collector(read)
        self.addCleanup(collector.close)
        return collector

    def rent(self, edition, traceparent, **how):
        status, rented = self.customer.rent(edition, traceparent, **how)
        self.assertEqual(status, 201, rented)
        return rented

    def lines(self, trace):
        text = (self.shop.folder / "shop.log").read_text()
        return [json.loads(line) for line in text.splitlines() if trace in line and line.startswith("{")]

    def events(self, trace):
        listed = subprocess.run([BIN / "madang", "events", "--data", self.shop.folder / "data", "--trace", trace, "--json"],
                                capture_output=True, text=True, check=True).stdout
        return [json.loads(line) for line in listed.splitlines()]

    def metric(self, name):
        text = fetch_text(self.shop.port, "/metrics")
        return sum(float(value) for value in re.findall(rf"^{name}(?:{{.*}})? (\S+)$", text, re.M))

    def whole_within(self, collector, trace, caller):
        try:
            wait_until(lambda: not missing_from(collector.spans.get(trace, []), caller), SECONDS, "the trace is whole")
        except AssertionError:
            self.fail(f"{missing_from(collector.spans.get(trace, []), caller)} in {collector.spans.get(trace)}")

    def test_shows_a_rental_from_request_to_shelf_to_zipkin(self):
        collector = self.collector(from_zipkin)
        self.start(f"tracing.endpoint=http://127.0.0.1:{collector.port}/api/v2/spans", "tracing.one_in=1")
        trace, traceparent = new_trace()
        rented = self.rent(self.editions[0], traceparent)
        self.whole_within(collector, trace, traceparent.split("-")[2])

        with self.subTest("the provider hears the same trace, below the span that calls it"):
            calls = {span.id for span in collector.spans[trace] if span.name.endswith(" provider")}
            heard = [fields["traceparent"].split("-") for method, _, fields in self.asked_of_provider if method == "POST"]
            self.assertEqual({(it[1], it[3]) for it in heard}, {(trace, "01")})
            self.assertLessEqual({it[2] for it in heard}, calls)
        with self.subTest("nothing of a person"):
            told = b"".join(collector.bodies).decode()
            for secret in (self.customer.id, self.customer.name, self.customer.email, "tok_accepted", rented["rental_id"],
                           rented["payment_id"], self.editions[0]["edition_id"], self.editions[0]["title"]):
                self.assertNotIn(secret, told)
        with self.subTest("traces that begin at the shop are recorded too"):
            self.assertGreater(len(collector.spans), 1)
        with self.subTest("nobody asked for this one"):
            unwanted, traceparent = new_trace(sampled=False)
            self.rent(self.editions[1], traceparent, key="unwanted")
            again, traceparent = new_trace()
            self.rent(self.editions[2], traceparent, key="wanted")
            self.whole_within(collector, again, traceparent.split("-")[2])
            self.assertNotIn(unwanted, collector.spans)
            flags = {fields["traceparent"][-2:] for _, _, fields in self.asked_of_provider if unwanted in fields["traceparent"]}
            self.assertEqual(flags, {"00"})
        with self.subTest("what is left goes before the shop does"):
            last, traceparent = new_trace()
            self.rent(self.editions[3], traceparent, key="last")
            self.shop.stop()
            self.assertIn(("gateway", "POST /v1/rentals"), {(it.service, it.name) for it in collector.spans.get(last, [])})

    def test_shows_the_same_as_otlp(self):
        collector = self.collector(from_otlp)
        self.start(f"tracing.endpoint=http://127.0.0.1:{collector.port}/v1/traces", "tracing.format=otlp")
        trace, traceparent = new_trace()
        self.rent(self.editions[0], traceparent)
        self.whole_within(collector, trace, traceparent.split("-")[2])

    def test_goes_on_without_its_collector_and_says_so_once(self):
        self.start(f"tracing.endpoint=http://127.0.0.1:{free_port()}/api/v2/spans", "tracing.one_in=1")
        for number, edition in enumerate(self.editions[:3]):
            self.rent(edition, new_trace()[1], key=f"rent-{number}")
        wait_until(lambda: self.metric("madang_span_collector_away") == 1, SECONDS, "the collector is known to be away")
        wait_until(lambda: self.metric("madang_spans_dropped_total") > 0, SECONDS, "spans are dropped and counted")
        self.assertEqual(self.metric("madang_spans_exported_total"), 0)
        self.assertEqual(fetch(self.shop.port, "GET", "/readyz")[0], 200)
        told = (self.shop.folder / "shop.log").read_text().count("the collector of spans does not take them")
        self.assertEqual(told, 1)

    def test_tells_what_happened_to_a_request_by_its_trace_id_alone(self):
        """With nobody to collect spans, and a trace that nobody wants recorded: log and events know it all the same."""
        self.start()
        trace, traceparent = new_trace(sampled=False)
        rented = self.rent(self.editions[0], traceparent)
        wait_until(self.customer.shelf, SECONDS, "the book is on the shelf")
        wait_until(lambda: self.lines(trace), SECONDS, "the log says so while the shop goes on")
        request = [line for line in self.lines(trace) if line["log"] == "request"]
        self.assertEqual([(it["method"], it["path"], it["status"]) for it in request], [("POST", "/v1/rentals", 201)])

        found = self.events(trace)
        kinds = {(it["context"], it["type"]) for it in found}
        for told in (("rental", "LicenceHeld"), ("payment", "PaymentBegun"), ("payment", "PaymentCaptured"),
                     ("rental", "RentalStarted")):
            self.assertIn(told, kinds)
        self.assertTrue(any(it["context"] == "insight" and rented["rental_id"] in json.dumps(it["payload"]) for it in found), kinds)
        self.assertEqual({it["correlation"] for it in found}, {trace})
        self.assertEqual(self.events("0" * 32), [])

        with self.subTest("an extension that is paid for, likewise"):
            terms = call(self.shop.port, "GET", f"/v1/editions/{self.editions[0]['edition_id']}")[1]["rental_terms"]
            self.assertGreater(terms["extension_price"]["amount"], 0)
            longer, traceparent = new_trace(sampled=False)
            status, extended = call(self.shop.port, "POST", f"/v1/rentals/{rented['rental_id']}/extension",
                                    {"price": terms["extension_price"], "card_token": "tok_accepted"},
                                    {**self.customer.fields, "Idempotency-Key": "longer", "traceparent": traceparent})
            self.assertEqual(status, 200, extended)
            kinds = {(it["context"], it["type"]) for it in self.events(longer)}
            for told in (("payment", "PaymentBegun"), ("payment", "PaymentCaptured"), ("rental", "RentalExtended")):
                self.assertIn(told, kinds)


def fetch_text(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=SECONDS) as answer:
        return answer.read().decode()


if __name__ == "__main__":
    unittest.main(verbosity=2)
