"""A shop that a real Prometheus watches, with the shop's own alert rules at thirty times their speed: what takes a minute takes
two seconds, and no rule waits longer than twenty. Nothing else of a rule is changed.
"""
import functools
import json
import os
import re
import subprocess
import tempfile
import threading
import urllib.parse
import urllib.request
from pathlib import Path

from running_shop import free_port, wait_until

RULES = Path("ops/prometheus/madang.rules.yml")
SECONDS_OF = {"m": 2, "h": 120}
WAITS_MAX = 20  # seconds
FIRES_WITHIN = 60  # seconds; the slowest rule at rest needs twenty


def hastened(rules):
    """Their durations and windows alone."""
    seconds = lambda found: int(found[1]) * SECONDS_OF[found[2]]
    rules = re.sub(r"(?m)(?<= for: )(\d+)([mh])$", lambda found: f"{min(seconds(found), WAITS_MAX)}s", rules)
    return re.sub(r"\[(\d+)([mh])\]", lambda found: f"[{seconds(found)}s]", rules)


def alerts_in(rules):
    return set(re.findall(r"(?m)^\s+- alert: (\w+)$", rules))


def turns_on(*alerts):
    """The test must see each of these fire, and each go off again."""
    def those(test):
        @functools.wraps(test)
        def run(self):
            test(self)
            self.assertEqual(self.seen, set(alerts))
            wait_until(lambda: not self.firing() & self.seen, FIRES_WITHIN, f"{self.seen} are off again")
        run.turns_on = set(alerts)
        return run
    return those


class Prometheus:
    def __init__(self, folder, shop_port, scheme):
        self.port = free_port()
        (folder / "rules.yml").write_text(hastened(RULES.read_text()))
        (folder / "prometheus.yml").write_text(json.dumps({
            "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "500ms"},
            "rule_files": ["rules.yml"],
            "scrape_configs": [{"job_name": "madang", "scheme": scheme, "tls_config": {"insecure_skip_verify": True},
                                "static_configs": [{"targets": [f"127.0.0.1:{shop_port}"]}]}]}))
        self.log = open(folder / "prometheus.log", "wb")
        self.process = subprocess.Popen(
            ["prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/series",
             f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=warn"], stdout=self.log, stderr=self.log,
            env={**os.environ, "GOMAXPROCS": "1"})

    def ask(self, query):
        asked = f"http://127.0.0.1:{self.port}/api/v1/query?{urllib.parse.urlencode({'query': query})}"
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return json.loads(answer.read())["data"]["result"]

    def firing(self):
        return {it["metric"]["alertname"] for it in self.ask('ALERTS{alertstate="firing"}')}

    def value(self, series):
        """As it was scraped last; nan when it was not."""
        found = self.ask(series)
        return float(found[0]["value"][1]) if found else float("nan")

    def end(self):
        self.process.kill()
        self.process.wait()
        self.log.close()


class Watched:
    """Beside a test of a shop: `fires` and `is_off` wait for alerts."""

    scheme = "http"

    def port_of_shop(self):
        return self.shop.port

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory(prefix="madang-watched-")
        self.addCleanup(folder.cleanup)
        self.prometheus = Prometheus(Path(folder.name), self.port_of_shop(), self.scheme)
        self.addCleanup(self.prometheus.end)
        wait_until(lambda: self.prometheus.value("madang_ready") == 1, FIRES_WITHIN, "Prometheus has seen the shop")
        self.seen = set()

    def firing(self):
        return self.prometheus.firing()

    def fires(self, *alerts):
        for alert in alerts:
            wait_until(lambda: alert in self.firing(), FIRES_WITHIN, f"{alert} fires; now {self.firing()}")
        self.seen |= set(alerts)

    def is_off(self, *alerts):
        wait_until(lambda: not self.firing() & set(alerts), FIRES_WITHIN, f"{alerts} are off again")


class Again:
    """Does something again and again in a thread, until the block is left."""

    def __init__(self, action):
        self.action, self.over = action, threading.Event()

    def __enter__(self):
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.over.wait(0.1):
            try:
                self.action()
            except OSError:
                pass  # what it asks may be away on purpose

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
