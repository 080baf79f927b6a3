#!/usr/bin/env python3
"""Holds docs/domain against what the program says of itself (madang inspect --json): the context map names each direction in which
messages flow, with one pattern, and no other; what the board of the event storming names is in the code, and each aggregate, policy,
process and reaction of the code is on the board.

    context_map_test.py PROGRAM [--self-test]
"""
import json
import re
import subprocess
import sys
from pathlib import Path

DOMAIN = Path(__file__).resolve().parents[2] / "docs" / "domain"
PATTERNS = {"published language", "published language, anti-corruption layer", "published language, conformist", "customer-supplier"}
ON_BOARD = {"aggregate", "policy", "process", "reaction"}


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
        for message in re.findall(r"`(\w+)`", messages):
            if message not in flows.get((teller, hearer), set()):
                yield f"{teller} does not tell {hearer} of {message}"


def faults_of_board(text, all_parts):
    board = text.split("## The board", 1)[1]
    named = set(re.findall(r"`(\w+)`", board))
    known = {it.removeprefix("~ ").removeprefix("! ").rsplit(".", 1)[-1]
             for _, part in all_parts for it in [part["name"], *part["in"], *part["out"]]}
    yield from (f"the board has {name}, the code has not" for name in sorted(named - known))
    yield from (f"the board lacks {part['kind']} {part['name']} of {context}" for context, part in all_parts
                if part["kind"] in ON_BOARD and part["name"] not in named)


def main():
    all_parts = parts(sys.argv[1])
    flows = directions(all_parts)
    map_text, board_text = (DOMAIN / "context-map.md").read_text(), (DOMAIN / "event-storming.md").read_text()
    if "--self-test" in sys.argv:
        row = re.search(r"^\| catalog → rental .*\n", map_text, re.M)[0]
        seeds = [
            list(faults_of_map(map_text.replace(row, ""), flows)),
            list(faults_of_map(map_text.replace(row, row + "| insight → rental | `RentalStarted` | published language |\n"), flows)),
            list(faults_of_map(map_text.replace(row, row.replace("published language", "friendship")), flows)),
            list(faults_of_board(board_text + "`BookBurned`", all_parts)),
            list(faults_of_board(board_text.replace("`fetch_file`", ""), all_parts)),
        ]
        missed = [number for number, found in enumerate(seeds, 1) if not found]
        print(f"not found: {missed}" if missed else f"context_map_test: {len(seeds)} seeded faults found")
        return bool(missed)
    found = [*faults_of_map(map_text, flows), *faults_of_board(board_text, all_parts)]
    print("\n".join(found) or f"{len(flows)} directions have a pattern; the board is that of the code")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
