"""What the benchmarks share: taking turns, and a line per figure that says how far its goal is."""

import json
import pathlib
import random
import statistics
import subprocess
import time

from peers import Postgres

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAMS = ROOT / "build/release/bin"
CALLERS = 256


class Bench:
    def __init__(self, folder, rounds, minutes):
        self.folder, self.rounds, self.minutes, self.made = folder, rounds, minutes, 0
        self._postgres = None
        self.history = self.old_shop = self.rentals = None  # made when they are first needed (years.py)

    def new_folder(self, name):
        self.made += 1
        return self.folder / f"{name}-{self.made}"

    @property
    def postgres(self):
        self._postgres = self._postgres or Postgres(self.folder)
        return self._postgres

    def close(self):
        if self._postgres:
            self._postgres.stop()

    def inside(self, *words):
        return json.loads(run(PROGRAMS / "madang_bench", *words))

    def in_turns(self, **sides):
        """Each side once per round, in turns; the median of each."""
        taken = {name: [] for name in sides}
        for _ in range(self.rounds):
            for name, side in sides.items():
                taken[name].append(side())
        return {name: statistics.median(figures) for name, figures in taken.items()}


def run(*words, **options):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        raise SystemExit(f"bench: {words[0]} failed: {done.stderr.strip()[-400:]}")
    return done.stdout


def show(what, value, unit, ratio=None, against="", goal=None, at_most=False):
    line = f"{what:<58} {value:>10,.1f} {unit:<12}"
    if ratio is not None:
        line += f" {ratio:6.2f} x {against}"
    if goal is not None:
        reached = (value if ratio is None else ratio) <= goal if at_most else (value if ratio is None else ratio) >= goal
        line += f"   goal {'<' if at_most else '>='} {goal:g}: {'reached' if reached else 'MISSED'}"
    print(line, flush=True)


def rest_of(shop, minutes=2):
    """Until the shop uses hardly any CPU."""
    for _ in range(120 * minutes):
        before = shop.cpu_seconds()
        time.sleep(0.5)
        if shop.cpu_seconds() - before < 0.02:
            return
    raise SystemExit("bench: the shop does not come to rest")


def titles(path, count):
    """A list of titles, the same for the same count, about as long as real ones."""
    chance = random.Random(count)
    words = ["river", "garden", "letters", "winter", "history", "of", "the", "a", "voyage", "north", "tales", "and", "house"]
    with path.open("w", encoding="utf-8") as out:
        out.write("id,title,authors,language\n")
        for number in range(count):
            title = " ".join(chance.choices(words, k=chance.randint(3, 9)))
            out.write(f'{number},"{title.capitalize()}, {number}",Author {chance.randint(1, 20_000)},en\n')
    return path


def import_titles(data, listed):
    run(PROGRAMS / "madang", "import", "csv", listed, "--data", data, "--terms", "*: 2000 KRW, 14 days, 2 licences")
