"""What years of history do to a shop: a log of a million events beside a young one.

The history is made by real commands (customers who rent ten books each, pay, and give them back), once a run.
"""

import json
import os
import shutil
import statistics
import subprocess
import time

from measuring import PROGRAMS, ROOT, rest_of, run, show
from peers import Shop

EVENTS = 1_000_000
HISTORY_EDITIONS = 100
RENTALS = 100_000  # that stand, to be given back under load


def history(bench):
    """A log of rental's with so many events; to be copied, not touched."""
    if not bench.history:
        bench.history = bench.new_folder("history")
        bench.history.mkdir()
        made = bench.inside("history", bench.history / "rental", HISTORY_EDITIONS, EVENTS)
        print(f"(a history of {made['events']:,} events, made in {made['seconds']:.0f} s)", flush=True)
    return bench.history


def old_shop(bench):
    """The folder of a shop with that history, of which all contexts have heard, and books to be given back."""
    if not bench.old_shop:
        bench.old_shop = bench.new_folder("old")
        shutil.copytree(history(bench), bench.old_shop)
        bench.rentals = bench.folder / "old-rentals"
        bench.rentals.write_text(run(PROGRAMS / "madang_bench", "lend", bench.old_shop, RENTALS))
        begun = time.monotonic()
        shop = Shop(PROGRAMS / "madang", bench.old_shop)
        rest_of(shop, minutes=30)
        shop.stop()
        print(f"(heard by the other contexts in {time.monotonic() - begun:.0f} s)", flush=True)
    return bench.old_shop


class Returns:
    """Customers who give books back, for some seconds, each book once."""

    used = 1

    def __init__(self, bench, shop, seconds):
        self.process = subprocess.Popen(
            ["wrk", "-t1", "-c64", f"-d{seconds}s", "-s", ROOT / "bench/returns.lua", shop.origin],
            env={**os.environ, "RENTALS": str(bench.rentals), "FROM": str(Returns.used)},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        Returns.used = (Returns.used + 10_000) % (RENTALS - 20_000)

    def end(self):
        self.process.terminate()
        self.process.wait()


def one(bench):
    """Rental commands by one caller, each when the one before was answered, beside bare commits of one row."""

    def rental():
        folder = bench.new_folder("one")
        rate = bench.inside("submit", folder, 1, 256, 3000)["rate"]
        shutil.rmtree(folder)
        return rate

    got = bench.in_turns(one=rental, bare=lambda: bench.inside("commit", bench.folder)["rate"])
    show("bare commits", got["bare"], "/s")
    show("submit, one caller", got["one"], "/s", got["one"] / got["bare"], "bare commits", 0.7)


def grown(bench):
    """What a rental command costs with a million events of history, beside a young log."""
    old = bench.new_folder("grown")
    shutil.copytree(history(bench) / "rental", old)
    taken = {"old": [], "young": []}
    for callers, commands in ((1, 600), (256, 12_000)):
        for _ in range(max(bench.rounds, 9) if callers == 1 else bench.rounds):
            young = bench.new_folder("young")
            taken["young"].append(bench.inside("grown", young, HISTORY_EDITIONS, callers, commands))
            taken["old"].append(bench.inside("grown", old, HISTORY_EDITIONS, callers, commands))
            shutil.rmtree(young)
        print(f"{callers} at a time; young logs of {taken['young'][-1]['head']:,} events, old ones of "
              f"{taken['old'][-1]['head']:,}", flush=True)
        for name, unit, goal in (("cpu_micros", "us", 1.1), ("pages", "pages", 1.1), ("syncs", "syncs", 1.1),
                                 ("wall_micros", "us", 1.3)):
            was, now = (statistics.median(it[name] for it in taken[side]) for side in ("young", "old"))
            show(f"  {name} a command, young", was, unit)
            show(f"  {name} a command, old", now, unit, now / was, "young", goal, at_most=True)
        taken = {"old": [], "young": []}
    shutil.rmtree(old)


def rebuild(bench):
    """A read model folded anew from a million events, beside bare upserts of the rows that they change."""
    data = old_shop(bench)

    def anew():
        begun = time.monotonic()
        told = json.loads(run(PROGRAMS / "madang", "rebuild", "rentals", "--context", "rental", "--data", data, "--json"))
        if told["differing"]:
            raise SystemExit(f"bench: {told['differing']} rows differ")
        return time.monotonic() - begun

    def bare():
        for it in data.glob("rental/bare.db*"):
            it.unlink()
        seen.update(bench.inside("upserts", data / "rental", "rentals"))
        return seen["seconds"]

    seen = {}
    got = bench.in_turns(anew=anew, bare=bare)
    show("bare upserts", seen["upserts"] / got["bare"], "rows/s")
    show("rebuild, start and comparison with the old rows included", seen["upserts"] / got["anew"], "rows/s",
         got["bare"] / got["anew"], "bare upserts", 0.5)
    show("rebuild", seen["events"] / got["anew"], "events/s", None, "", 100_000)


def recovery(bench):
    """Killed while books are given back, with a million events: from start to ready."""
    data = old_shop(bench)
    ready, shop = [], Shop(PROGRAMS / "madang", data)
    for _ in range(bench.rounds):
        returns = Returns(bench, shop, seconds=10)
        time.sleep(2)
        shop.process.kill()
        shop.process.wait()
        returns.end()
        shop = Shop(PROGRAMS / "madang", data)
        ready.append(shop.ready)
    shop.stop()
    orderly = Shop(PROGRAMS / "madang", data)
    orderly.stop()
    show("ready after an orderly stop", orderly.ready * 1000, "ms")
    show("ready after SIGKILL, median", statistics.median(ready) * 1000, "ms", statistics.median(ready) / orderly.ready,
         "an orderly stop")
    show("ready after SIGKILL, the slowest", max(ready) * 1000, "ms", None, "", 2000, at_most=True)


def backup(bench):
    """`backup` of a million events beside a shop at work, and `restore`, beside copying the files."""
    data = old_shop(bench)
    keys = bench.new_folder("keys")
    shop = Shop(PROGRAMS / "madang", data)
    copied_keys = took_of(lambda: run(PROGRAMS / "madang", "backup", "keys", keys, "--data", data))
    pauses, copied, kept, restored, opened = {"idle": [], "busy": []}, [], [], [], []
    for _ in range(bench.rounds):
        for when in pauses:
            returns = Returns(bench, shop, seconds=60) if when == "busy" else None
            time.sleep(1 if returns else 0)
            to, begun = bench.new_folder("backup"), time.monotonic()
            told = json.loads(run(PROGRAMS / "madang", "backup", to, "--data", data, "--json"))
            took = time.monotonic() - begun
            pauses[when].append(told["pause_us"])
            if returns:
                returns.end()
                rest_of(shop)
            else:
                shutil.rmtree(to)
        kept.append(took_of(lambda: run("cp", "-r", to, f"{to}-copy"), lambda: run("sync", "-f", f"{to}-copy")))
        copied.append(took)
        again = bench.new_folder("restored")
        restored.append(took_of(lambda: run(PROGRAMS / "madang", "restore", to, "--keys", keys, "--data", again)))
        opened.append(ready_of(again))
        for folder in (to, f"{to}-copy", again):
            shutil.rmtree(folder)
    shop.stop()
    sync = bench.inside("sync", bench.folder)["micros"]
    of = statistics.median
    show("a write of 4 KiB and its fdatasync", sync, "us")
    for when, took in pauses.items():
        show(f"backup, {when} shop: writing stands still for", of(took) / 1000, "ms", of(took) / sync, "a synced write")
        show("  at most", max(took) / 1000, "ms")
    show("backup keys, which holds nobody up", copied_keys, "s")
    show(f"backup of {told['events']:,} events, busy shop", of(copied), "s", of(copied) / of(kept), "a synced copy")
    show("restore", of(restored), "s", of(restored) / of(kept), "a synced copy")
    show("ready after a restore, with read models to be made", of(opened), "s")


def took_of(*actions):
    begun = time.monotonic()
    for action in actions:
        action()
    return time.monotonic() - begun


def ready_of(data):
    shop = Shop(PROGRAMS / "madang", data, within=900)
    shop.stop()
    return shop.ready
