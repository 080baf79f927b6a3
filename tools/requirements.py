#!/usr/bin/env python3
"""Makes docs/domain/requirements.md of docs/domain/requirements.toml: requirement, operations, tests.

    requirements.py              checks that operations and tests are there, that each operation belongs to a requirement, and that the page is fresh
    requirements.py --update     writes the page anew
    requirements.py --self-test  breaks each of these rules once in a small tree and demands that it is noticed
"""
import json
import sys
import tempfile
import tomllib
from pathlib import Path

import tree
from tree import write

DATA, PAGE, OPERATIONS = "docs/domain/requirements.toml", "docs/domain/requirements.md", "contracts/generated/operations.json"
HEAD = """# Requirements, and where they are met

Generated from `docs/domain/requirements.toml` by `tools/requirements.py`; do not edit. Each operation is in the contract, each test in the
tree. What a row leaves open is said in it.

| | requirement | operations | tests | still to come |
|---|---|---|---|---|
"""


def rows(root):
    return tomllib.loads((root / DATA).read_text())["row"]


def operations(root):
    return {it["operation"]: f"{it['method']} {it['path']}" for it in json.loads((root / OPERATIONS).read_text())}


def page(root):
    known = operations(root)
    lines = []
    for row in rows(root):
        cells = [f"`{known.get(name, name)}`" for name in row.get("operations", [])]
        tests = [f"`{name}`" for name in row.get("tests", [])]
        lines.append(f"| {row['id']} | {row['says']} | {'<br>'.join(cells)} | {'<br>'.join(tests)} | {row.get('open', '')} |\n")
    return HEAD + "".join(lines)


def faults(root):
    """Yields what is wrong with the data, and whether the page is stale."""
    known, paths = operations(root), tree.files(root)
    tests = tree.tests((root / path).read_text() for path in paths if path.endswith((".cpp", ".hpp")))
    seen = set()
    for row in rows(root):
        name = row["id"]
        if name in seen:
            yield f"{DATA}: {name} comes twice"
        seen.add(name)
        yield from (f"{DATA}: {name}: no operation {it}" for it in row.get("operations", []) if it not in known)
        yield from (f"{DATA}: {name}: no test {it}" for it in row.get("tests", []) if it not in tests and it not in paths)
        if not row.get("tests") and not row.get("open"):
            yield f"{DATA}: {name} has neither a test nor a word on what is still to come"
    named = {it for row in rows(root) for it in row.get("operations", [])}
    yield from (f"{DATA}: {it} belongs to no requirement" for it in sorted(known.keys() - named))
    if not (root / PAGE).exists() or (root / PAGE).read_text() != page(root):
        yield f"{PAGE} is stale: tools/requirements.py --update"


def self_test():
    clean = '[[row]]\nid = "A1"\nsays = "rent"\noperations = ["rent"]\ntests = ["Renting.IsPaid"]\n'
    seeds = [
        clean.replace('["rent"]', '["rent", "lend"]'), clean.replace('["rent"]', '[]'), clean.replace("IsPaid", "IsFree"), clean + clean,
        clean.replace('says = "rent"', 'says = "lend"'),
        clean.replace('tests = ["Renting.IsPaid"]\n', ''),
    ]
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write(root, OPERATIONS, '[{"operation": "rent", "method": "POST", "path": "/rentals"}]')
        write(root, "a_test.cpp", "TEST(Renting, IsPaid) {}")
        write(root, DATA, clean)
        write(root, PAGE, page(root))
        failures += [f"a clean tree has a fault: {fault}" for fault in faults(root)]
        for number, seed in enumerate(seeds):
            write(root, DATA, seed)
            if number != 4:  # the fifth seed is that the page was not written anew
                write(root, PAGE, page(root))
            if not list(faults(root)):
                failures.append(f"not found: {seed!r}")
            write(root, DATA, clean)
            write(root, PAGE, page(root))
    return failures, len(seeds)


def main():
    if "--self-test" in sys.argv:
        failures, seeded = self_test()
        print("\n".join(failures) or f"requirements: {seeded} seeded faults found, nothing else")
        return bool(failures)
    root = Path(__file__).resolve().parent.parent
    if "--update" in sys.argv:
        write(root, PAGE, page(root))
    found = list(faults(root))
    print("\n".join(found) or f"requirements: {len(rows(root))} rows lead to operations and tests that are there")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
