"""A shop with its sample, served on a free port in a folder of the test's own, with commands beside it. Run from the
root of the project.
"""
import json
import re
import select
import subprocess
import tempfile
import unittest
import urllib.request
from pathlib import Path

from running_shop import wait_until

PROGRAM = Path.cwd() / "build/release/bin/madang"
SECONDS = 60


def line_within(stream, what, seconds=SECONDS):
    """The first line of an unbuffered pipe that contains `what`."""
    seen = b""
    while what not in seen:
        if not select.select([stream], [], [], seconds)[0]:
            raise AssertionError(f"not within {seconds} s: {what!r}; but {seen!r}")
        seen = stream.readline()
        if not seen:
            raise AssertionError(f"it ended without {what!r}")
    return seen.decode()


class ServedShop(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="madang-serving-")
        self.addCleanup(folder.cleanup)
        self.data = Path(folder.name) / "data"

    def start(self, *more):
        shop = subprocess.Popen([PROGRAM, "serve", "--data", self.data, "--listen", "127.0.0.1:0", "--sample", *more],
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, bufsize=0)
        self.addCleanup(shop.stderr.close)
        self.addCleanup(shop.wait)
        self.addCleanup(shop.kill)
        self.origin = re.search(r"http://\S+", line_within(shop.stderr, b"is open on")).group()
        return shop

    def get(self, path):
        with urllib.request.urlopen(self.origin + path, timeout=SECONDS) as answer:
            return answer.read().decode()

    def wait_for_sample(self):
        wait_until(lambda: len(json.loads(self.get("/v1/editions"))["items"]) == 12, SECONDS, "twelve editions")

    def metrics(self):
        """(name, labels) of every line: its value."""
        found = {}
        for name, labels, value in re.findall(r"^(\w+)(?:\{(.*)\})? (\S+)$", self.get("/metrics"), re.M):
            found[name, frozenset(re.findall(r'(\w+)="([^"]*)"', labels))] = float(value)
        return found

    def events(self, kind):
        return [json.loads(line) for line in self.run_command("events", "--type", kind, "--json").stdout.splitlines()]

    def run_command(self, *words):
        return subprocess.run([PROGRAM, *words, "--data", self.data], text=True, capture_output=True, timeout=SECONDS)
