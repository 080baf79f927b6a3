#!/usr/bin/env python3
"""A rental as one trace in a real Zipkin, by its own form and by OTLP in a real Jaeger, read back by their own APIs.

Zipkin comes from Maven Central, pinned by its digest, and stays in the cache; so does Jaeger, once made (go_programs.py).

Run from the root of the project; needs java and mvn.
"""
import contextlib
import hashlib
import json
import os
import socket
import subprocess
import tempfile
import unittest
import urllib.request
from pathlib import Path

from go_programs import jaeger
from running_shop import Shop, free_port, wait_until
from traced_shop import SECONDS, Customer, Span, editions_for_rent, missing_from, new_trace

ZIPKIN = "io.zipkin:zipkin-server:3.6.1:jar:exec"
ZIPKIN_SHA256 = "d8326e0ed4f43855dba81228f688554706e52578a7c782d9a90b73f8680654a1"
JAEGER_PORTS = (
    "admin.http.host-port", "collector.grpc-server.host-port", "collector.http-server.host-port",
    "collector.otlp.grpc.host-port", "collector.otlp.http.host-port", "collector.zipkin.host-port",
    "http-server.host-port", "processor.jaeger-binary.server-host-port", "processor.jaeger-compact.server-host-port",
    "processor.zipkin-compact.server-host-port", "query.grpc-server.host-port", "query.http-server.host-port",
    "reporter.grpc.host-port")


def zipkin_jar():
    """Its path; fetched once."""
    folder = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "madang" / "zipkin"
    jar = folder / "zipkin-server-3.6.1-exec.jar"
    if not jar.exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mvn", "-B", "-q", "dependency:copy", f"-Dartifact={ZIPKIN}", f"-DoutputDirectory={folder}"], check=True)
    digest = hashlib.sha256(jar.read_bytes()).hexdigest()
    assert digest == ZIPKIN_SHA256, f"{jar} is another one: {digest}"
    return jar


def free_ports(count):
    """All of them different, which they are while all are taken."""
    with contextlib.ExitStack() as taken:
        probes = [taken.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def asked(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=SECONDS) as answer:
        return json.loads(answer.read())


class ARental(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="madang-collectors-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.log = open(self.folder / "collector.log", "wb")
        self.addCleanup(self.log.close)

    def run_collector(self, words, port, path):
        program = subprocess.Popen(words, stdout=self.log, stderr=self.log, cwd=self.folder)
        self.addCleanup(program.wait)
        self.addCleanup(program.kill)
        wait_until(lambda: asked(port, path) is not None, 120, "the collector answers")

    def rent_traced(self, *settings):
        """The id of a trace in which a book was rented, and the span id of whoever rented it."""
        shop = Shop(self.folder, settings)
        self.addCleanup(shop.end)
        shop.start()
        customer = Customer(shop)
        trace, traceparent = new_trace()
        status, rented = customer.rent(editions_for_rent(shop)[0], traceparent)
        self.assertEqual(status, 201, rented)
        return trace, traceparent.split("-")[2]

    def whole_within(self, spans, caller):
        found = []

        def is_whole():
            found[:] = spans()
            return not missing_from(found, caller)
        try:
            wait_until(is_whole, SECONDS, "the trace is whole")
        except AssertionError:
            self.fail(f"{missing_from(found, caller)} in {found}")

    def test_is_one_trace_in_zipkin(self):
        port = free_port()
        self.run_collector(["java", "-Xms32m", "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar", zipkin_jar(),
                            f"--armeria.ports[0].port={port}", "--armeria.ports[0].ip=127.0.0.1",
                            "--armeria.ports[0].protocols[0]=http"], port, "/api/v2/services")
        trace, caller = self.rent_traced(f"tracing.endpoint=http://127.0.0.1:{port}/api/v2/spans", "tracing.one_in=1")
        self.whole_within(lambda: [Span(it["id"], it.get("parentId", ""), it["localEndpoint"]["serviceName"], it["name"])
                                   for it in asked(port, f"/api/v2/trace/{trace}")], caller)
        self.assertLessEqual({"gateway", "rental", "payment", "insight"}, set(asked(port, "/api/v2/services")))

    def test_is_one_trace_in_jaeger_by_otlp(self):
        program = jaeger()
        ports = dict(zip(JAEGER_PORTS, free_ports(len(JAEGER_PORTS))))
        query, otlp = ports["query.http-server.host-port"], ports["collector.otlp.http.host-port"]
        self.run_collector([program, "--collector.otlp.enabled=true",
                            *(f"--{name}=127.0.0.1:{port}" for name, port in ports.items())], query, "/api/services")
        trace, caller = self.rent_traced(f"tracing.endpoint=http://127.0.0.1:{otlp}/v1/traces", "tracing.format=otlp")

        def spans():
            found = asked(query, f"/api/traces/{trace}")["data"][0]
            services = {name: it["serviceName"] for name, it in found["processes"].items()}
            for it in found["spans"]:
                above = [reference["spanID"] for reference in it["references"]]
                yield Span(it["spanID"], above[0] if above else "", services[it["processID"]], it["operationName"])

        self.whole_within(lambda: list(spans()), caller)


if __name__ == "__main__":
    unittest.main(verbosity=2)
