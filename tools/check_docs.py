#!/usr/bin/env python3
"""Checks that the documents speak of what is there.

Every Markdown file of the tree is read:
  links         lead to a file of the tree, and to a heading in it
  `paths`       in code spans, and in drawn trees, name a folder or file; <x>, {x}, * and … stand for any name
  ./dev X       is a command that ./dev help lists
  madang X      is a command of the program (once apps/madang is there)
  `Suite.Test`  is a test that is there, `Suite.*` a suite; `madang_…` is a metric or a target
  quotations    a code block after the line <!-- quoted from PATH --> stands so in that file; a line … is a gap

    check_docs.py               the tree it stands in; prints file:line and what is wrong
    check_docs.py --self-test   breaks every rule once in a small tree and demands that it is noticed
"""
import fnmatch
import re
import subprocess
import sys
import tempfile
from pathlib import Path, PurePosixPath

import tree
from tree import write

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)[^)]*\)|^\[[^\]]+\]:\s+(\S+)")
SPAN = re.compile(r"`([^`]+)`")
QUOTED = re.compile(r"<!-- quoted from (\S+) -->")
PATH = re.compile(r"\.?[\w<>{}*…][\w.<>{}*…-]*(/[\w.<>{}*…-]+)*/?")
OUR_ENDING = re.compile(r"\.(hpp|cpp|py|sh|cmake|toml|proto|yaml|md)$")
# Of the form of a path, yet none: media types, names that git gives, what a running shop or a build writes.
NO_PATH = re.compile(r"(application|text|image|audio|video|multipart|font)/[a-z*][a-z0-9.+*-]*"
                     r"|origin/.*|refs/.*|(build|data|DIR)/.*|v\d+/.*|\d.*|[A-Z]+(/[A-Z]+)+|and/or|N/A")
TEST = re.compile(r"[A-Z]\w*\.([A-Z]\w+|\*)")
METRIC = re.compile(r"madang_[a-z_]+")
DEV = re.compile(r"(?<![\w.])\./dev +([a-z][\w-]*)")
MADANG = re.compile(r"(?:^|[\s/])madang +([a-z][\w-]*)")


class Documents:
    def __init__(self, root):
        self.root = root
        self.paths = tree.files(root)
        self.known = {str(parent) for path in self.paths for parent in PurePosixPath(path).parents} | set(self.paths)
        self.documents = [path for path in self.paths if path.endswith(".md")]
        self.dev_commands = commands_of_dev(root)
        sources = [(root / p).read_text() for p in self.paths if p.endswith((".cpp", ".hpp", "CMakeLists.txt", ".cmake"))]
        self.tests = tree.tests(sources)
        self.tests |= {test.split(".")[0] + ".*" for test in self.tests}
        self.metrics = {name for text in sources for name in METRIC.findall(text)}
        self.program = "".join((root / p).read_text() for p in self.paths if p.startswith("apps/madang/") and p.endswith(".cpp"))

    def names(self, path, document):
        """Whether a path leads somewhere: from the root, from contexts/, beside the document, or as an end of
        some path (so that a drawn tree may leave out the folders above)."""
        path = path.rstrip("/")
        glob = re.sub(r"<[^>]*>|\{[^}]*\}|…", "*", path)
        beside = str(PurePosixPath(document).parent / glob)
        if glob in self.known or beside in self.known:
            return True
        return any(fnmatch.fnmatchcase(known, glob) or fnmatch.fnmatchcase(known, "*/" + glob) for known in self.known)


def commands_of_dev(root):
    """The first words of the lines that ./dev help indents by two spaces before its examples."""
    if not (root / "dev").exists():
        return None
    help_text = subprocess.run([str(root / "dev"), "help"], capture_output=True, text=True, check=True).stdout
    return {"help"} | set(re.findall(r"^  ([a-z]+)\b", help_text.split("Examples")[0], re.M))


def faults(root):
    """Yields 'file:line: what is wrong'."""
    documents = Documents(root)
    for path in documents.documents:
        yield from faults_of_document(documents, path, (root / path).read_text().split("\n"))


def faults_of_document(documents, path, lines):
    quoted, fence = None, None
    for number, line in enumerate(lines, 1):
        here = f"{path}:{number}:"
        if line.lstrip().startswith("```"):
            if fence is None:
                fence = number
            else:
                if quoted:
                    yield from (f"{here} {wrong}" for wrong in faults_of_quotation(documents, quoted, lines[fence:number - 1]))
                fence, quoted = None, None
        elif fence is not None:
            yield from (f"{here} {wrong}" for wrong in faults_of_code(documents, path, line))
        else:
            quoted = found[1] if (found := QUOTED.search(line)) else quoted
            yield from (f"{here} {wrong}" for wrong in faults_of_prose(documents, path, line))


def faults_of_prose(documents, path, line):
    for found in LINK.finditer(SPAN.sub("", line)):
        yield from faults_of_link(documents, path, found[1] or found[2])
    for span in SPAN.findall(line):
        if looks_like_path(span) and not documents.names(span, path):
            yield f"names `{span}`, which is not there"
        if TEST.fullmatch(span) and not OUR_ENDING.search(span) and span not in documents.tests:
            yield f"names the test `{span}`, which is not there"
        if METRIC.fullmatch(span) and span not in documents.metrics:
            yield f"names `{span}`, which no source has"
        yield from faults_of_commands(documents, span)


def faults_of_code(documents, path, line):
    """A code block shows commands, or draws a tree whose folders end in / and stand at the start of a line."""
    first = line.split()[0] if line.split() else ""
    if first.endswith("/") and looks_like_path(first) and not documents.names(first, path):
        yield f"draws {first}, which is not there"
    yield from faults_of_commands(documents, line)


def looks_like_path(span):
    if not PATH.fullmatch(span) or NO_PATH.fullmatch(span):
        return False
    return "/" in span or bool(OUR_ENDING.search(span))


def faults_of_commands(documents, text):
    if documents.dev_commands is not None:
        for command in DEV.findall(text):
            if command not in documents.dev_commands:
                yield f"shows ./dev {command}, which ./dev help does not list"
    if documents.program:
        for command in MADANG.findall(text):
            if f'"{command}"' not in documents.program:
                yield f"shows madang {command}, which apps/madang does not have"


def faults_of_link(documents, path, target):
    if re.match(r"[a-z][a-z0-9+.-]*:", target):
        return
    to, _, heading = target.partition("#")
    file = documents.root / Path(path).parent / to if to else documents.root / path
    if not file.exists():
        yield f"links to {target}, which is not there"
    elif heading and file.suffix == ".md" and heading not in headings(file.read_text()):
        yield f"links to {target}: no such heading"


def headings(text):
    """The names that headings have in links: small letters, hyphens for spaces."""
    titles = re.findall(r"^#+\s+(.*?)\s*$", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S), re.M)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def faults_of_quotation(documents, source, block):
    file = documents.root / source
    if not file.exists():
        yield f"quotes {source}, which is not there"
        return
    lines = [line.strip() for line in file.read_text().split("\n")]
    at, gap = 0, True
    for line in (line.strip() for line in block):
        if line in ("…", "// …", "# …"):
            gap = True
        elif gap and line in lines[at:]:
            at, gap = lines.index(line, at) + 1, False
        elif not gap and at < len(lines) and lines[at] == line:
            at += 1
        else:
            yield f"quotes {source} otherwise than it reads: {line}"
            return


# ---- self-test ----

CLEAN = {
    "dev": "#!/bin/sh\nprintf '  build   build it\\n  test [PART]   test it\\nExamples\\n  other\\n'\n",
    "apps/madang/main.cpp": 'add_subcommand("serve", "…");\n',
    "kernel/id.hpp": "#pragma once\nstruct Id {\n  int a;\n  int b;\n};\n",
    "contexts/rental/domain/rental.hpp": "",
    "contexts/rental/tests/rental_test.cpp": 'TEST_F(ReturningABook, FreesItsLicence) { metric("madang_loans"); }',
    "README.md": """# Madang, a shop
See [the tour](docs/tour.md#the-first-step), [above](#madang-a-shop) or [elsewhere](https://example.org/x/y).
`kernel/id.hpp`, `rental/domain/`, `contexts/<name>/domain`, `id.hpp`, `application/json`, `build/release/bin/madang`,
`ReturningABook.FreesItsLicence`, `madang_loans`, `./dev build`, `madang serve --data DIR`, `GET /rentals/{id}`, `chassis`.
```
kernel/          ids
contexts/<name>/
  domain/        rules
./dev test kernel
and/or what the shop prints
```
<!-- quoted from kernel/id.hpp -->
```cpp
struct Id {
  …
  int b;
```
""",
    "docs/tour.md": "## The first step\n[back](../README.md)\n",
}
SEEDS = [
    "[x](docs/gone.md)", "[x](docs/tour.md#the-last-step)", "[x](#gone)", "[x]: gone.md", "`kernel/gone.hpp`", "`core/`",
    "`rental/domain/gone.hpp`", "`contexts/<name>/gone/`", "`gone.cpp`", "`./dev deploy`", "`madang gone`",
    "`ReturningABook.IsGone`", "`Gone.FreesItsLicence`", "`Gone.*`", "`madang_gone`",
    "```\ncore/    ids\n```", "```sh\n./dev deploy\n```", "```sh\nbuild/release/bin/madang gone\n```",
    "<!-- quoted from kernel/gone.hpp -->\n```\nint a;\n```", "<!-- quoted from kernel/id.hpp -->\n```\nint a;\n};\n```",
    "<!-- quoted from kernel/id.hpp -->\n```\nint c;\n```",
]


def self_test():
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for path, text in CLEAN.items():
            write(root, path, text)
        (root / "dev").chmod(0o755)
        failures += [f"a clean tree has a fault: {fault}" for fault in faults(root)]
        for seed in SEEDS:
            write(root, "docs/seeded.md", seed + "\n")
            if not any(fault.startswith("docs/seeded.md:") for fault in faults(root)):
                failures.append(f"not found: {seed!r}")
    return failures


def main():
    if "--self-test" in sys.argv:
        failures = self_test()
        print("\n".join(failures) or f"check_docs: {len(SEEDS)} seeded faults found, nothing else")
        return bool(failures)
    root = Path(__file__).resolve().parent.parent
    found = list(faults(root))
    print("\n".join(found) or f"check_docs: {len(Documents(root).documents)} documents speak of what is there")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
