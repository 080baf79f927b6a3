"""What one who visits the shop meets: how fast it shows an edition, and how long renting a book takes."""

import json
import os
import resource
import statistics
import time

from measuring import PROGRAMS, ROOT, import_titles, rest_of, run, show, titles
from peers import Nginx, Shop, cpu_seconds, fetch
from soak import Person

EDITIONS = 10_000
RENTALS = 400  # for a slowest hundredth
BREATH_SECONDS = 0.02


def editions(bench):
    """GET of distinct editions by authenticated customers, limits, log and metrics on, beside nginx `return 200`."""
    data = bench.new_folder("editions")
    import_titles(data, titles(bench.folder / "editions.csv", EDITIONS))
    lent = run(PROGRAMS / "madang_bench", "lend", data, 2000)
    tokens, paths = bench.folder / "tokens", bench.folder / "paths"
    tokens.write_text("\n".join(sorted({line.split()[1] for line in lent.splitlines()})))
    shop = Shop(PROGRAMS / "madang", data, "--set", "http.requests_per_minute=6000000")
    rest_of(shop)
    paths.write_text("\n".join(all_editions(shop.origin)))
    nginx = Nginx(bench.folder, body=fetch(shop.origin + paths.read_text().split()[0]))
    shares = []

    def visit(origin, pid):
        before, mine = cpu_seconds(pid), resource.getrusage(resource.RUSAGE_CHILDREN)
        told = run("wrk", "-t1", "-c32", "-d3s", "-s", ROOT / "bench/editions.lua", origin,
                   env={**os.environ, "EDITIONS": str(paths), "TOKENS": str(tokens)})
        seen = json.loads(next(line for line in told.splitlines() if line.startswith("{")))
        if seen["bad"]:
            raise SystemExit(f"bench: {seen['bad']} of {seen['requests']} editions were not shown")
        used, now = cpu_seconds(pid) - before, resource.getrusage(resource.RUSAGE_CHILDREN)
        wrk = now.ru_utime + now.ru_stime - mine.ru_utime - mine.ru_stime
        shares.append(wrk / (wrk + used))
        return seen["requests"] / seen["micros"] * 1e6, used / seen["requests"] * 1e6

    taken = {"shop": [], "nginx": []}
    for _ in range(bench.rounds):
        taken["shop"].append(visit(shop.origin, shop.process.pid))
        taken["nginx"].append(visit(nginx.origin, nginx.worker))
    nginx.stop()
    shop.stop()
    rate, cpu = ({name: statistics.median(it[i] for it in all_) for name, all_ in taken.items()} for i in (0, 1))
    show("nginx, return 200 with as many bytes, one worker", rate["nginx"], "/s")
    show("  CPU of each", cpu["nginx"], "us")
    show(f"GET of {EDITIONS:,} editions in turn", rate["shop"], "/s", rate["shop"] / rate["nginx"], "nginx", 0.5)
    show("  CPU of each", cpu["shop"], "us", cpu["shop"] / cpu["nginx"], "nginx")
    show("  the generator's share of the CPU", 100 * statistics.median(shares), "%")


def all_editions(origin):
    """The paths of all, as the shop lists them."""
    paths, cursor = [], ""
    while cursor is not None:
        page = json.loads(fetch(f"{origin}/v1/editions?limit=100{cursor}"))
        paths += [f"/v1/editions/{it['edition_id']}" for it in page["items"]]
        cursor = f"&cursor={page['next']}" if page.get("next") else None
    return paths


def rent(bench):
    """A book rented on an idle machine, the sandbox within, by one customer: asked, paid for, answered."""
    shop = Shop(PROGRAMS / "madang", bench.new_folder("rent"), "--sample")
    rest_of(shop)
    person = Person(shop.origin, 0, None)
    books = person.ask("GET", "/v1/editions?rentable=true")[1]["items"]
    took = []
    for number in range(RENTALS):
        book = books[number % len(books)]
        wanted = {"edition_id": book["edition_id"], "price": book["rental_price"], "card_token": "tok_accepted"}
        begun = time.monotonic()
        status, rented = person.ask("POST", "/v1/rentals", wanted)
        took.append(time.monotonic() - begun)
        if status != 201:
            raise SystemExit(f"bench: no book was rented: {status} {rented}")
        person.ask("POST", f"/v1/rentals/{rented['rental_id']}/return")
        time.sleep(BREATH_SECONDS)
    shop.stop()
    bare = 1 / statistics.median(bench.inside("commit", bench.folder)["rate"] for _ in range(3))
    took.sort()
    half, slowest = took[len(took) // 2], took[len(took) * 99 // 100]
    show("a bare commit", bare * 1000, "ms")
    show("rent, half of them within", half * 1000, "ms", half / bare, "a bare commit")
    show("rent, all but a hundredth within", slowest * 1000, "ms", None, "", 25, at_most=True)
    show("rent, all but a hundredth within", slowest * 1000, "ms", slowest / bare, "a bare commit")
