#!/usr/bin/env python3
"""Checks that what the code refuses with is what problems.yaml tells people, and the other way round.

    check_slugs.py               the tree it stands in
    check_slugs.py --self-test   breaks every rule once and demands that it is noticed

A refusal is a struct in a namespace `because`, or a problem named outright: Problem{"slug"}, refused("slug"). Its members stand in
problems.yaml under `data`. What problems.yaml says of a context must be in its code once it has an adapter for HTTP, and every slug
in a test, as it is or as the name of its struct.
"""
import ast
import re
import sys
import tempfile
from pathlib import Path

import yaml

from tree import write

NAMESPACE = re.compile(r"^namespace because \{$(.*?)^\}(?!;)", re.M | re.S)
STRUCT = re.compile(r"^struct (\w+)\s*\{(.*?)\};", re.M | re.S)
MEMBERS = re.compile(r"^\s*(?:const )?[\w:<>,\s]+?\s+(\w+(?:\s*,\s*\w+)*)(?:\s*\{[^}]*\})?\s*;", re.M)
NAMED = re.compile(r"""(?:Problem\{(?:std::string\{)?|refused?\()\s*"([a-z0-9-]+)\"""")
SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
COMMENT = re.compile(r"(?<!:)//.*")  # an address is none


def code_of(folder):
    for file in sorted(folder.rglob("*")):
        if file.suffix in (".hpp", ".cpp") and "tests" not in file.parts:
            yield file, COMMENT.sub("", file.read_text(encoding="utf-8"))


def refusals_in(folder):
    """Yields (slug, names of its members or None, file)."""
    for file, text in code_of(folder):
        for namespace in NAMESPACE.findall(text):
            for name, body in STRUCT.findall(namespace):
                members = {m.strip() for found in MEMBERS.findall(body) for m in found.split(",")}
                yield name.replace("_", "-"), members, file
        for slug in NAMED.findall(text):
            yield slug, None, file


def words_of_tests(root):
    """All slugs and names that any test says, comments left out."""
    said = set()
    for folder in ("apps", "chassis", "contexts", "contracts", "gateway", "tests"):
        for file in (root / folder).rglob("*"):
            if file.suffix in (".hpp", ".cpp", ".py") and "tests" in file.relative_to(root).parts:
                text = file.read_text(encoding="utf-8")
                said.update(SLUG.findall(words_of_python(text) if file.suffix == ".py" else COMMENT.sub("", text)))
    return said


def words_of_python(text):
    """Names and strings; no comment, and no string that stands for itself, as a docstring does."""
    module = ast.parse(text)
    alone = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
    found = []
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            found.append(node.value)
        found.extend(str(getattr(node, field)) for field in ("id", "attr", "arg") if hasattr(node, field))
    return " ".join(found)


def faults(root):
    """Yields what is wrong, a sentence each."""
    problems = yaml.safe_load((root / "contracts/http/problems.yaml").read_text(encoding="utf-8"))["problems"]
    contexts = sorted(p for p in (root / "contexts").iterdir() if p.is_dir())
    elsewhere = [root / "chassis", root / "contracts/support", root / "gateway"]
    shared = {slug for folder in elsewhere for slug, _, _ in refusals_in(folder)}
    for folder in contexts + elsewhere:
        by = folder.name if folder in contexts else "edge"
        said = set()
        for slug, members, file in refusals_in(folder):
            said.add(slug)
            where = file.relative_to(root)
            if slug not in problems:
                yield f"{where}: problems.yaml has no {slug}"
                continue
            problem = problems[slug]
            if by != "edge" and not {by, "edge"} & set(problem["from"]):
                yield f"{where}: problems.yaml does not say that {slug} comes from {by}"
            for member in sorted((members or set()) - set(problem.get("data", {}))):
                yield f"{where}: the data of {slug} in problems.yaml lacks {member}"
        texts = "".join(text for _, text in code_of(folder))
        if by != "edge" and "http_v1" in texts:
            for slug, problem in problems.items():
                if by in problem["from"] and slug not in said | shared and f'"{slug}"' not in texts:
                    yield f"contracts/http/problems.yaml: {slug} comes from {by}, whose code never says it"
    tested = words_of_tests(root)
    for slug in problems:
        if not {slug, slug.replace("-", "_")} & tested:
            yield f"contracts/http/problems.yaml: no test names {slug}"


SOUND = {
    "contracts/http/problems.yaml": "problems:\n  too-late: {from: [rental], status: 409, data: {until: Instant}}\n"
                                    "  not-found: {from: [edge], status: 404}\n",
    "contexts/rental/adapters/inbound/rental_http.hpp": "class RentalHttp : public http_v1::RentalApi {};\n",
    "contexts/rental/domain/words.hpp": "namespace because {\nstruct too_late {  // for that\n  Instant until;\n};\n"
                                        "}  // namespace because\n",
    "contracts/support/edge.cpp": 'return Problem{"not-found"};\n',
    "chassis/http/x.cpp": "",
    "contexts/rental/tests/rules_test.cpp": "refused(because::too_late{noon});\n",
    "tests/end_to_end/shop_test.py": 'assert "not-found" in answer\n',
    "gateway/x.cpp": "",
}
BROKEN = [
    ({"contexts/rental/domain/words.hpp": SOUND["contexts/rental/domain/words.hpp"].replace("too_late", "too_soon")},
     "has no too-soon"),
    ({"contexts/rental/adapters/http.cpp": 'return refused("nobody");\n'}, "has no nobody"),
    ({"contexts/rental/adapters/http.cpp": 'return std::unexpected{http::Problem{"no-such"}};\n'}, "has no no-such"),
    ({"contexts/rental/domain/words.hpp": SOUND["contexts/rental/domain/words.hpp"].replace("until;", "until, from;")},
     "lacks from"),
    ({"contexts/rental/domain/words.hpp": "\n"}, "never says it"),
    ({"contexts/rental/tests/rules_test.cpp": "refused(because::too_late_for_that{});\n"}, "no test names too-late"),
    ({"tests/end_to_end/shop_test.py": ""}, "no test names not-found"),
    ({"tests/end_to_end/shop_test.py": '"""not-found"""\nx = 1  # not-found\n'}, "no test names not-found"),
    ({"contexts/rental/tests/rules_test.cpp": "// too_late\n"}, "no test names too-late"),
    ({"contexts/order/words.hpp": SOUND["contexts/rental/domain/words.hpp"]}, "comes from order"),
]


def self_test():
    def found_in(files):
        with tempfile.TemporaryDirectory() as folder:
            for path, text in {**SOUND, **files}.items():
                write(Path(folder), path, text)
            return list(faults(Path(folder)))

    if found_in({}):
        sys.exit(f"check_slugs: a sound tree is said to be broken: {found_in({})}")
    for files, expected in BROKEN:
        if not any(expected in fault for fault in found_in(files)):
            sys.exit(f"check_slugs: nobody noticed: {expected}; found {found_in(files)}")
    print(f"check_slugs: {len(BROKEN)} seeded violations were noticed")


if __name__ == "__main__":
    if "--self-test" in sys.argv:
        self_test()
    else:
        found = list(faults(Path(__file__).resolve().parent.parent))
        print("\n".join(found) if found else "check_slugs: code and problems.yaml say the same")
        sys.exit(bool(found))
