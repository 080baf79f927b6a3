#!/usr/bin/env python3
"""The figures of Madang, each as a ratio to a peer or a limit that ran in the same minutes.

    bench/bench.py [--only NAME] [--rounds N] [--minutes N]     `./dev help` lists the names

What is compared takes turns within each round, and medians are compared: on a shared machine times say little
and ratios more. A goal that was missed is printed as missed; nothing fails for it.
"""

import argparse
import json
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import visits  # noqa: E402
import years  # noqa: E402
from measuring import CALLERS, PROGRAMS, ROOT, Bench, import_titles, rest_of, run, show, titles  # noqa: E402
from peers import Shop  # noqa: E402
from soak import soak as soak_of  # noqa: E402

TITLES = 78_766


# ---- the figures


def submit(bench):
    """Real rental commands (pool, borrowing, rental; outcome, timers and claim written), 256 callers."""

    def rental(batch_max):
        folder = bench.new_folder("submit")
        rate = bench.inside("submit", folder, CALLERS, batch_max, 4000)["rate"]
        shutil.rmtree(folder)
        return rate

    got = bench.in_turns(together=lambda: rental(256), alone=lambda: rental(1),
                         pgbench=lambda: bench.postgres.simple_updates(4),
                         sync=lambda: bench.inside("sync", bench.folder)["micros"])
    show("a write of 4 KiB and its fdatasync", got["sync"], "us")
    show("pgbench simple-update, 32 clients (W)", got["pgbench"], "/s")
    show("submit, 256 callers, a transaction each", got["alone"], "/s", got["alone"] / got["pgbench"], "W")
    show("submit, 256 callers", got["together"], "/s", got["together"] / got["alone"], "a transaction each", 12)
    show("submit, 256 callers", got["together"], "/s", got["together"] / got["pgbench"], "W", 4)


def http(bench):
    """Rentals given back over authenticated HTTP, 256 connections, the generator on the same cores."""
    data = bench.new_folder("http")
    rentals = bench.folder / "rentals"
    count = 40_000 * bench.rounds  # more than 3 s can use up
    rentals.write_text(run(PROGRAMS / "madang_bench", "lend", data, count))
    shop = Shop(PROGRAMS / "madang", data)
    rest_of(shop)  # the other contexts hear of all these rentals first
    used, shares, slowest = 1, [], []

    def give_back():
        nonlocal used
        before = shop.cpu_seconds(), resource.getrusage(resource.RUSAGE_CHILDREN)
        told = run("wrk", "-t1", f"-c{CALLERS}", "-d3s", "-s", ROOT / "bench/returns.lua", shop.origin,
                   env={**os.environ, "RENTALS": str(rentals), "FROM": str(used)})
        lines = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        generator = after.ru_utime + after.ru_stime - before[1].ru_utime - before[1].ru_stime
        shares.append(generator / (generator + shop.cpu_seconds() - before[0]))
        slowest.append(lines[0]["p99"] / 1000)
        used += lines[0]["requests"] + CALLERS
        rest_of(shop)  # what one side left to do must not burden the other
        if lines[1]["bad"] or used > count:
            raise SystemExit(f"bench: {lines[1]['bad']} rentals were not given back as they must; {used} of {count} used")
        return lines[0]["requests"] / lines[0]["micros"] * 1e6

    got = bench.in_turns(http=give_back, pgbench=lambda: bench.postgres.simple_updates(4))
    shop.stop()
    show("rentals given back by authenticated HTTP", got["http"], "/s", got["http"] / got["pgbench"], "W", 1)
    show("  the generator's share of the CPU", 100 * statistics.median(shares), "%")
    show("  of them the slowest hundredth", statistics.median(slowest), "ms")


def start(bench):
    """From exec to ready, and what stays in memory."""
    empty, full, middle = (bench.new_folder(name) for name in ("empty", "full", "middle"))
    import_titles(full, titles(bench.folder / "all.csv", TITLES))
    import_titles(middle, titles(bench.folder / "some.csv", 10_000))

    def ready(data):
        shop = Shop(PROGRAMS / "madang", data)
        shop.stop()
        return shop.ready

    def bare():
        begin = time.monotonic()
        subprocess.run(["/bin/true"], check=True)
        return time.monotonic() - begin

    for data in (full, middle):  # once, so that every context has caught up with the import
        shop = Shop(PROGRAMS / "madang", data)
        rest_of(shop)
        shop.stop()
    got = bench.in_turns(empty=lambda: ready(empty), full=lambda: ready(full), bare=bare)
    show("ready, empty", got["empty"] * 1000, "ms", None, "", 300, at_most=True)
    show(f"ready, {TITLES:,} editions", got["full"] * 1000, "ms", None, "", 1000, at_most=True)
    show("ready, empty", got["empty"] * 1000, "ms", got["empty"] / got["bare"], "a bare exec")
    shop = Shop(PROGRAMS / "madang", middle)
    rest_of(shop)
    show("resident, idle, 10,000 editions", shop.resident_megabytes(), "MB", None, "", 64, at_most=True)
    shop.stop()


def import_list(bench):
    """A list of titles into the catalog, against bare inserts of its rows in batches as large."""
    listed = titles(bench.folder / "titles.csv", TITLES)

    def whole():
        data = bench.new_folder("import")
        begin = time.monotonic()
        import_titles(data, listed)
        taken = time.monotonic() - begin
        shutil.rmtree(data)
        return TITLES / taken

    def bare():
        database = bench.new_folder("bare")
        got = bench.inside("insert", listed, database, 256)
        return got["rows"] / got["seconds"]

    got = bench.in_turns(whole=whole, bare=bare)
    show("bare inserts of the same rows", got["bare"], "rows/s")
    show("import csv", got["whole"], "rows/s", got["whole"] / got["bare"], "bare inserts", 0.25)


def edge(_):
    """The HTTP edge alone against nginx."""
    print(run(PROGRAMS / "http_bench"), end="")


def soak(bench):
    """Memory while people rent and return, for --minutes: what it grows by after two fifths of the time."""
    shop = Shop(PROGRAMS / "madang", bench.new_folder("soak"), "--sample")
    seen = soak_of(shop, bench.minutes)
    shop.stop()
    show(f"allocated, {bench.minutes:g} minutes of {seen.rate:,.0f} requests a second", seen.megabytes, "MB")
    show(f"  grown in the last {seen.seconds / 60:.0f} of them", seen.growth, "MB", 1 + seen.growth / seen.megabytes,
         "what it was", 1.05, at_most=True)
    show("  that is, of each request", seen.bytes_a_request, "bytes")


ONLY_WHEN_NAMED = {"soak": soak}  # it takes an hour
FIGURES = {"submit": submit, "one": years.one, "http": http, "start": start, "import": import_list, "edge": edge,
           "editions": visits.editions, "rent": visits.rent, "grown": years.grown, "rebuild": years.rebuild,
           "recovery": years.recovery, "backup": years.backup}


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--only", default="", help="figures whose name contains this")
    words.add_argument("--rounds", type=int, default=5)
    words.add_argument("--minutes", type=float, default=60, help="of the soak")
    asked = words.parse_args()
    chosen = {name: figure for name, figure in FIGURES.items() if asked.only in name}
    chosen |= {name: figure for name, figure in ONLY_WHEN_NAMED.items() if asked.only and asked.only in name}
    if not chosen:
        words.error(f"no such figure; there are: {' '.join(FIGURES)}")
    with tempfile.TemporaryDirectory(prefix="madang-bench-") as folder:
        os.chmod(folder, 0o755)  # PostgreSQL runs as a user of its own
        bench = Bench(pathlib.Path(folder), asked.rounds, asked.minutes)
        try:
            for name, figure in chosen.items():
                print(f"-- {name}: {figure.__doc__}", flush=True)
                figure(bench)
        finally:
            bench.close()


if __name__ == "__main__":
    main()
