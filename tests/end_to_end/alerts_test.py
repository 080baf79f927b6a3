#!/usr/bin/env python3
"""The alert rules and the dashboard of ops/ against a running shop: each metric that they name is one it shows, with the
labels that they ask for; each alert has its lines in docs/operations.md and its own test for promtool.

Run from the root of the project.
"""
import json
import re
import tempfile
import unittest
import urllib.request
from pathlib import Path

from running_shop import Shop, call, free_port, wait_until

RULES = Path("ops/prometheus/madang.rules.yml")
METRIC = re.compile(r"\b(madang_[a-z_]+)(?:\{([^}]*)\})?")
WITH_A_CERTIFICATE = {"madang_tls_certificate_expires_seconds"}  # shown by a shop that has one: tls_test.py
OF_PROMETHEUS = {"instance", "job"}  # labels that the scraper adds


def rules_text():
    return "\n".join(line for line in RULES.read_text().splitlines() if not line.lstrip().startswith("#"))


def alerts():
    return re.findall(r"- alert: (\w+)", rules_text())


class WatchingAShop(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="madang-alerts-")
        cls.addClassCleanup(folder.cleanup)
        shop = Shop(folder.name, (f"tracing.endpoint=http://127.0.0.1:{free_port()}/api/v2/spans",))
        cls.addClassCleanup(shop.end)
        shop.start()
        wait_until(lambda: call(shop.port, "GET", "/v1/editions")[1]["items"], 30, "a request of a person")
        with urllib.request.urlopen(f"http://127.0.0.1:{shop.port}/metrics", timeout=30) as answer:
            text = answer.read().decode()
        cls.shown = {}  # by metric: the labels of each of its lines
        for name, labels in re.findall(r"^(\w+)(?:\{(.*)\})? \S+$", text, re.M):
            cls.shown.setdefault(name, []).append(dict(re.findall(r'(\w+)="([^"]*)"', labels)))

    def assert_shown(self, where, text):
        asked = METRIC.findall(text)
        self.assertTrue(asked, where)
        for name, matchers in asked:
            if name in WITH_A_CERTIFICATE:
                continue
            with self.subTest(where=where, metric=name):
                self.assertTrue(name in self.shown, f"no {name} at /metrics")
                for label, _, value in re.findall(r'(\w+)\s*(=|!=|=~)\s*"([^"]*)"', matchers):
                    if label not in OF_PROMETHEUS:
                        self.assertTrue(any(label in line for line in self.shown[name]), f"{label} of {name}")
                for label, value in re.findall(r'(\w+)\s*="([^"]*)"', matchers):
                    if label not in OF_PROMETHEUS:
                        self.assertIn(value, {line.get(label) for line in self.shown[name]}, f"{label} of {name}")

    def test_shows_every_metric_that_an_alert_asks_for(self):
        self.assert_shown("rules", rules_text())

    def test_shows_every_metric_of_the_dashboard(self):
        board = json.loads(Path("ops/grafana/madang.json").read_text())
        self.assertGreater(len(board["panels"]), 10)
        for panel in board["panels"]:
            for target in panel["targets"]:
                self.assert_shown(panel["title"], target["expr"])

    def test_shows_every_figure_by_which_an_owner_is_measured(self):
        page = Path("docs/domain/organisation.md").read_text()
        self.assertGreater(len(METRIC.findall(page)), 12)
        self.assert_shown("organisation", page)

    def test_tells_people_what_each_alert_means_and_what_to_do(self):
        page = Path("docs/operations.md").read_text()
        told = re.findall(r"^\| (\w+) \| .{20,} \| .{20,} \|$", page, re.M)
        self.assertGreater(len(alerts()), 15)
        table = page.split("## Alerts", 1)[1]
        self.assertEqual(sorted(alerts()), sorted(re.findall(r"^\| ([A-Z]\w+) \|", table, re.M)), "alerts and their lines")
        self.assertEqual(sorted(set(alerts()) - set(told)), [], "alerts without a line in docs/operations.md")
        tried = RULES.with_name("madang.rules.test.yml").read_text()
        fires = re.compile(r"alertname: (\w+)\n\s+exp_alerts:\n|ALERTS\{alertname=\"(\w+)\",alertstate=\"firing\"\}").findall(tried)
        self.assertEqual(sorted(alerts()), sorted({one or other for one, other in fires}), "alerts, and those that a test has fire")


if __name__ == "__main__":
    unittest.main(verbosity=2)
