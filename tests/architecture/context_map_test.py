#!/usr/bin/env python3
"""Holds docs/domain against what the program says of itself (madang inspect --json): the context map names each direction in which
messages flow, with one pattern and each message, and no other; the board of the event storming has, context by context, each part of
the code, and nothing that is not there.

    context_map_test.py PROGRAM [--self-test]
"""
import json
import re
import subprocess
import sys
from pathlib import Path

DOMAIN = Path(__file__).resolve().parents[2] / "docs" / "domain"
PATTERNS = {"published language", "published language, anti-corruption layer", "published language, conformist", "customer-supplier"}
LINES_OF_BOARD = {"policies, processes, reactions": {"policy", "process", "reaction"}, "read models": {"read model"}}


def parts(program):
    contexts = json.loads(subprocess.run([program, "inspect", "--json"], check=True, capture_output=True, text=True).stdout)
    return [(context["context"], part) for context in contexts for part in context["parts"]]


def directions(all_parts):
    """{(who tells, who hears): messages}. A command on the bus belongs to the contract of who takes it."""
    told = {(part["name"], context) for context, part in all_parts if part["kind"] == "message out"}
    flows = {}
    for context, part in all_parts:
        if part["kind"] == "message in":
            contract = part["name"].split(".")[1]  # a command that nobody gives yet comes from nowhere
            for teller in {who for name, who in told if name == part["name"]} or {contract} - {context}:
                flows.setdefault((teller, context), set()).add(part["name"].rsplit(".", 1)[1])
    return flows


def faults_of_map(text, flows):
    rows = re.findall(r"^\| (\w+) → (\w+) \| ([^|]*) \| ([^|]*) \|", text.split("\n## ")[0], re.M)
    written = {(teller, hearer) for teller, hearer, *_ in rows}
    yield from (f"no pattern is written for {teller} → {hearer}" for teller, hearer in sorted(flows.keys() - written))
    for teller, hearer, messages, pattern in rows:
        if pattern.strip() not in PATTERNS:
            yield f"{teller} → {hearer}: no such pattern: {pattern}"
        named, told = set(words(messages)), flows.get((teller, hearer), set())
        yield from (f"{teller} does not tell {hearer} of {message}" for message in sorted(named - told))
        yield from (f"it is not written that {teller} tells {hearer} of {message}" for message in sorted(told - named))


def words(text):
    return re.findall(r"`(\w+)`", text)


def parts_on_board(text):
    """{(context, kinds): names}, the columns of tables and the lines below them."""
    found = {}
    for section in text.split("## The board", 1)[1].split("\n### ")[1:]:
        context, body = section.split("\n", 1)
        for row in re.findall(r"^\|(.*)\|([^|]*)\|([^|]*)\|$", body, re.M):
            for kind, cell in zip(("aggregate", "command", "event"), row):
                found.setdefault((context, kind), []).extend(words(cell))
        for title, line in re.findall(r"^- ([\w, ]+): (.*)$", body, re.M):
            found.setdefault((context, title), []).extend(words(line))
    return found


def parts_of_code(all_parts):
    found = {}
    for context, part in all_parts:
        kinds = [title for title, kinds in LINES_OF_BOARD.items() if part["kind"] in kinds]
        for kind in kinds or {"aggregate", "command"} & {part["kind"]}:
            found.setdefault((context, kind), []).append(part["name"])
        if part["kind"] == "aggregate":
            found.setdefault((context, "event"), []).extend(part["out"])
    return found


def faults_of_board(text, all_parts):
    board, code = parts_on_board(text), parts_of_code(all_parts)
    for place in sorted(board.keys() | code.keys()):
        context, kind = place
        written, there = board.get(place, []), code.get(place, [])
        yield from (f"{context}, {kind}: the board has {name}, the code has not" for name in written if name not in there)
        yield from (f"{context}, {kind}: the board lacks {name}" for name in there if name not in written)
        yield from (f"{context}, {kind}: {name} is on the board twice" for name in {it for it in written if written.count(it) > 1})


def faults_of_sizes(text, all_parts):
    """Of the column `size` in service-boundaries.md."""
    for context in sorted({context for context, _ in all_parts}):
        size = re.search(rf"^\| {context} \|[^|]*\|([^|]*)\|", text, re.M)
        for kind in ("aggregate", "process"):
            written = re.search(rf"(\d+) {kind}", size[1]) if size else None
            there = sum(where == context and part["kind"] == kind for where, part in all_parts)
            if (int(written[1]) if written else 0) != there:
                yield f"{context} has {there} of kind {kind}, service-boundaries.md says otherwise"


def main():
    all_parts = parts(sys.argv[1])
    flows = directions(all_parts)
    map_text, board_text, sizes = (
        (DOMAIN / f"{name}.md").read_text() for name in ("context-map", "event-storming", "service-boundaries"))
    if "--self-test" in sys.argv:
        row = re.search(r"^\| catalog → rental .*\n", map_text, re.M)[0]
        seeds = [
            list(faults_of_map(map_text.replace(row, ""), flows)),
            list(faults_of_map(map_text.replace(row, row + "| insight → rental | `RentalStarted` | published language |\n"), flows)),
            list(faults_of_map(map_text.replace(row, row.replace("published language", "friendship")), flows)),
            list(faults_of_map(map_text.replace("`EditionWithdrawn`", ""), flows)),
            list(faults_of_board(board_text.replace("`BookOpened`", "`BookOpened`, `BookBurned`"), all_parts)),
            *(list(faults_of_board(board_text.replace(f"`{name}`", ""), all_parts))
              for name in ("Borrowing", "StandStill", "LicenceFreed", "fetch_file", "closed_desks")),
            list(faults_of_board(board_text.replace("`titles`", "`titles`, `closed_desks`"), all_parts)),
            list(faults_of_sizes(sizes.replace("3 aggregates, 4 processes", "3 aggregates, 5 processes"), all_parts)),
            list(faults_of_sizes(re.sub(r"(?m)^\| payment .*$", "", sizes), all_parts)),
        ]
        missed = [number for number, found in enumerate(seeds, 1) if not found]
        print(f"not found: {missed}" if missed else f"context_map_test: {len(seeds)} seeded faults found")
        return bool(missed)
    found = [*faults_of_map(map_text, flows), *faults_of_board(board_text, all_parts), *faults_of_sizes(sizes, all_parts)]
    print("\n".join(found) or f"{len(flows)} directions have a pattern; the board is that of the code")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
