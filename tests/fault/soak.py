#!/usr/bin/env python3
"""The tests of faults on real files, sockets and processes, in turns for as long as one likes, each round with chances of its
own. A line for each round, figures at the end; at the first test that fails it ends with 1, and says where its log is.

usage: soak.py [--minutes M]     run from the root of the project, as `./dev soak` does
"""
import argparse
import ast
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

# Those that the fault strikes at random moments first. Each as its file's name begins, and what it is told.
TESTS = [("killed_shop", "20"), ("stopped_shop", "1"), ("reset_connections", "1"), ("idempotency_storm", "30"), ("bad_disk",),
         ("bad_clock",), ("closed_desk",), ("falling_shop",), ("late_commands",), ("slow_neighbours",), ("switched_off",),
         ("hostile_requests",)]
MINUTES_OF_A_TEST_MAX = 15
LOGS = Path("build/soak")
SUMMED_UP = ("kills", "stops", "answers", "acknowledged effects", "rentals", "charges", "refunds")


class Soak:
    def __init__(self):
        self.begun = time.monotonic()
        self.passed, self.sums, self.skipped, self.recoveries = Counter(), Counter(), set(), []

    def minutes(self):
        return (time.monotonic() - self.begun) / 60

    def run(self, number, name, *told):
        """Whether it passed."""
        log = LOGS / f"{name}.log"
        with open(log, "w") as file:
            process = subprocess.Popen([sys.executable, f"tests/fault/{name}_test.py", *told], stdout=file, stderr=file,
                                       env={**os.environ, "TEST_CHANCE": str(number), "TEST_KEEPS_LOG": "1"})
            result = result_of(process)
        said = log.read_text(errors="replace")
        if result == 0:
            self.passed[name] += 1
            self.note(name, said)
            return True
        print(said[-3000:])
        print(f"FAILED: {name} in round {number}, after {self.minutes():.0f} minutes; its log is {log}, and "
              f"TEST_CHANCE={number} python3 tests/fault/{' '.join([name + '_test.py', *told])} tries the same chances again")
        return False

    def note(self, name, said):
        for figures in re.findall(r"(?m)^figures: (\{.*\})$", said):
            self.sums += Counter({it: count for it, count in ast.literal_eval(figures).items() if it in SUMMED_UP})
        self.recoveries += [float(it) for it in re.findall(r"(?m)^ready again .*longest ([\d.]+) s$", said)]
        self.skipped |= {f"{name}: {why}" for why in re.findall(r"(?m)^(?:.* \.\.\. )?skipped:? (.*)$", said)}

    def tell(self, rounds):
        print(f"{rounds} rounds, {self.passed.total()} tests in {self.minutes():.1f} minutes:", dict(self.passed))
        print("together:", dict(self.sums))
        if self.recoveries:
            print("ready again after SIGKILL or SIGCONT at the latest by %.2f s" % max(self.recoveries))
        for what in sorted(self.skipped):
            print("skipped:", what)


def result_of(process):
    """Whoever takes too long, or is interrupted, may clear away what they started."""
    try:
        return process.wait(60 * MINUTES_OF_A_TEST_MAX)
    except (subprocess.TimeoutExpired, KeyboardInterrupt) as why:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if isinstance(why, KeyboardInterrupt):
            raise
        return "out of time"


def main() -> int:
    arguments = argparse.ArgumentParser(description="the tests of faults in turns")
    arguments.add_argument("--minutes", type=float, default=60, help="no test begins after so many")
    minutes = arguments.parse_args().minutes
    LOGS.mkdir(parents=True, exist_ok=True)
    soak, rounds = Soak(), 0
    try:
        while soak.minutes() < minutes:
            begun = soak.minutes()
            for test in TESTS:
                if soak.minutes() >= minutes:
                    break
                if not soak.run(rounds + 1, *test):
                    return 1
            else:
                rounds += 1
                print(f"round {rounds}: {len(TESTS)} tests passed in {soak.minutes() - begun:.1f} minutes; so far",
                      dict(soak.sums), flush=True)
    except KeyboardInterrupt:
        return 130
    finally:
        soak.tell(rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
