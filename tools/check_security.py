#!/usr/bin/env python3
"""Holds docs/security.md against itself, the standard's numbers and the contracts.

  requirements   each of the 253 of levels 1 and 2 of OWASP ASVS 5.0 stands in one row; a row that is shown names a test or
                 a checker, any other says why; the counts at the head are those of the rows
  data           each field that the contracts mark as secret or personal, and each that a stored event seals, stands in the
                 table of classes, and nothing else does; none of them is in an address or an answer, but what the page says
  input          each text, number and list that an operation takes has its limits; each file that one takes has its row; each
                 rule of what must fit together names a problem of the contract, each limit a place in the code that says so
  log            each line that the program writes into its log by its own words stands in docs/operations.md
  ways in        each operation that gives an access token stands in the table with all that it takes, and nothing else does

    check_security.py               the tree it stands in; prints what is wrong
    check_security.py --update      writes the counts at the head as they are
    check_security.py --self-test   breaks every rule once and demands that it is noticed
"""
import copy
import json
import re
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/security.md"
# Section by section, the numbers of level 1 and 2.
STANDARD = """1.1.1-2 1.2.1-9 1.3.1-11 1.4.1-3 1.5.1-2 2.1.1-3 2.2.1-3 2.3.1-4 2.4.1-1 3.2.1-2 3.3.1-4 3.4.1-6 3.5.1-5 3.7.1-2 4.1.1-3
4.2.1-1 4.3.1-2 4.4.1-4 5.1.1-1 5.2.1-3 5.3.1-2 5.4.1-3 6.1.1-3 6.2.1-12 6.3.1-4 6.4.1-4 6.5.1-5 6.6.1-3 6.8.1-4 7.1.1-3 7.2.1-4
7.3.1-2 7.4.1-5 7.5.1-2 7.6.1-2 8.1.1-2 8.2.1-3 8.3.1-1 8.4.1-1 9.1.1-3 9.2.1-4 10.1.1-2 10.2.1-2 10.3.1-4 10.4.1-11 10.5.1-5
10.6.1-2 10.7.1-3 11.1.1-2 11.2.1-3 11.3.1-3 11.4.1-4 11.5.1-1 11.6.1-1 12.1.1-3 12.2.1-2 12.3.1-4 13.1.1-1 13.2.1-5 13.3.1-2
13.4.1-5 14.1.1-2 14.2.1-4 14.3.1-3 15.1.1-3 15.2.1-3 15.3.1-7 16.1.1-1 16.2.1-5 16.3.1-4 16.4.1-3 16.5.1-3 17.1.1-1 17.2.1-4
17.3.1-2""".split()
STATES = ("shown", "in the code", "does not apply", "not yet")
EVIDENCE = re.compile(r"`([A-Z]\w*\.([A-Z]\w+|\*)|\S*tests?/\S+|tools/\S+|\./dev test\b[^`]*)`")
ROW = re.compile(r"^\| (\d[\d., –]*) \| (.*?) \| ([a-z ]+) \| (.*?) ?\|$", re.M)


def numbers():
    """1.1.1, 1.1.2 … in order."""
    for text in STANDARD:
        section, first, last = re.fullmatch(r"(\d+\.\d+)\.(\d+)-(\d+)", text).groups()
        yield from (f"{section}.{number}" for number in range(int(first), int(last) + 1))


def numbers_of(cell, known):
    """Those that the first cell of a row names: some, and from one to another."""
    for part in cell.split(","):
        first, _, last = part.strip().partition("–")
        if first not in known or (last and last not in known):
            yield part.strip()
        else:
            yield from known[known.index(first):known.index(last or first) + 1]


def section(page, title):
    """What stands under a heading, to the next that is not below it."""
    found = re.search(rf"^(#+) {re.escape(title)}\n(.*?)(?=^#|\Z)", page, re.M | re.S)
    return found[2] if found else ""


def table(page, title):
    """The cells of each row of the table right under a heading, without its head."""
    rows = [line.strip("|").split("|") for line in section(page, title).split("\n") if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


# ---- requirements ----

def counts(page):
    known = list(numbers())
    return Counter(state for cell, _, state, _ in ROW.findall(page) for _ in numbers_of(cell, known))


def sentence(page):
    counted = counts(page)
    return "Today: " + ", ".join(f"{counted[state]} {state.replace('does', 'do')}" for state in STATES if counted[state]) + "."


def faults_of_requirements(page):
    known, seen = list(numbers()), Counter()
    for cell, what, state, by in ROW.findall(page):
        seen.update(numbers_of(cell, known))
        if state not in STATES:
            yield f"{cell} is {state}; a requirement is {', '.join(STATES)}"
        elif state == "shown" and not EVIDENCE.search(by):
            yield f"{cell} is shown, and no test or checker is named"
        elif not by or not what:
            yield f"{cell} does not say what, or why"
    yield from (f"{number} has no row" for number in known if not seen[number])
    yield from (f"{number} has {seen[number]} rows" for number in known if seen[number] > 1)
    yield from (f"{number} is none of the standard's" for number in seen if number not in known)
    if sentence(page) not in " ".join(page.split()):
        yield f"the head does not say: {sentence(page)} (tools/check_security.py --update)"


def updated(page):
    return re.sub(r"Today: [^.]*\.", sentence(page), page, count=1)


# ---- data ----

def resolved(contract, schema):
    while "$ref" in schema:
        found = contract
        for name in schema["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        schema = found
    return schema


def marked_in_contract(contract, mark):
    """Names of schemas that carry the mark, and Schema.property where a property carries it itself."""
    for name, schema in contract["components"]["schemas"].items():
        if schema.get(mark):
            yield name
        yield from (f"{name}.{member}" for member, it in schema.get("properties", {}).items() if it.get(mark))
    for said in operations(contract):
        yield from (it["name"] for it in parameters(contract, said) if it["schema"].get(mark))


def operations(contract):
    return [said for methods in contract["paths"].values() for said in methods.values()]


def parameters(contract, said):
    return [resolved(contract, it) for it in said.get("parameters", [])]


def sealed_in_messages(protos):
    for text in protos:
        for message, body in re.findall(r"^message (\w+) \{(.*?)^\}", text, re.M | re.S):
            yield from (f"{message}.{name}" for name in re.findall(r"PersonalText (\w+) =", body))


def sealed_in_events(forms):
    for text in forms:
        for event, form in re.findall(r"^(\w+) \d+ (\{.*\})$", text, re.M):
            yield from (f"{event}.{name}" for name in re.findall(r'"(\w+)":\{"whose":"[^"]*","sealed":', form))


def faults_of_data(page, contract, protos, forms):
    sources = {"secret": set(marked_in_contract(contract, "x-secret")),
               "personal": {*marked_in_contract(contract, "x-personal"), *sealed_in_messages(protos), *sealed_in_events(forms)}}
    written = {row[0]: set(re.findall(r"`([\w.-]+)`", row[1])) for row in table(page, "Fields of a class")}
    for kind, there in sources.items():
        yield from (f"{name} is {kind}, and the table of fields does not have it" for name in sorted(there - written.get(kind, set())))
        yield from (f"the table of fields has {name} as {kind}, which is not marked so" for name in sorted(written.get(kind, set()) - there))
    classes = {row[0] for row in table(page, "Data")}
    yield from (f"the class {kind} has fields and no demands" for kind in written if kind not in classes)
    yield from faults_of_addresses(page, contract)
    yield from faults_of_answers(page, contract)
    yield from faults_of_unmarked(contract)


def is_marked(contract, schema):
    schema = resolved(contract, schema)
    return schema.get("x-secret") or schema.get("x-personal")


def faults_of_addresses(page, contract):
    """What is secret or personal stands in no path and no query, unless the page says so."""
    said_so = set(re.findall(r"`(\w+)`", section(page, "In an address")))
    in_address = {it["name"] for said in operations(contract) for it in parameters(contract, said)
                  if it["in"] in ("path", "query") and is_marked(contract, it["schema"])}
    yield from (f"{name} is secret or personal, and stands in an address" for name in sorted(in_address - said_so))
    yield from (f"{name} stands in no address" for name in sorted(said_so - in_address))


def faults_of_answers(page, contract):
    """The operations in whose answers something secret or personal stands are those that the page names."""
    named = set(re.findall(r"`([a-z]+_[a-z_]+)`", section(page, "Fields and who may read or set them")))
    there = {said["operationId"] for said in operations(contract) for status, answer in said["responses"].items() if status < "3"
             for body in resolved(contract, answer).get("content", {}).values() if has_marked(contract, body["schema"])}
    yield from (f"{name} is named among the answers with something secret or personal, or is not, wrongly" for name in sorted(there ^ named))


def has_marked(contract, schema):
    schema = resolved(contract, schema)
    parts = [*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])]
    return bool(is_marked(contract, schema)) or any(has_marked(contract, it) for it in parts)


def faults_of_unmarked(contract):
    """A field whose name says that it is secret or about a person, and which is not marked."""
    telling = re.compile(r"e?mail|phone|birth|street|password|secret|(access|refresh|card)_token|signature")
    members = [(f"{name}.{member}", it) for name, schema in contract["components"]["schemas"].items()
               for member, it in schema.get("properties", {}).items()]
    members += [(it["name"], it["schema"]) for said in operations(contract) for it in parameters(contract, said)]
    for name, schema in members:
        if telling.search(name.rpartition(".")[2].lower()) and not is_marked(contract, schema):
            yield f"{name} is neither x-secret nor x-personal"


# ---- input ----

def faults_of_input(page, contract):
    files = {row[0].strip("`"): row for row in table(page, "Files that are taken in")}
    for said in operations(contract):
        name, content = said["operationId"], said.get("requestBody", {}).get("content", {})
        for it in parameters(contract, said):
            yield from (f"{name}, {it['name']}: {why}" for why in unlimited(contract, it["schema"]))
        for media, body in content.items():
            if media == "application/json":
                yield from (f"{name}, {why}" for why in unlimited(contract, body["schema"]))
            elif name not in files or media not in files[name][1]:
                yield f"{name} takes {media}, and the table of files does not say so"
    known = {said["operationId"] for said in operations(contract)}
    yield from (f"the table of files has {name}, which is no operation" for name in files if name not in known)


def unlimited(contract, schema, way=""):
    """What of a schema takes as much as is sent."""
    schema = resolved(contract, schema)
    kind = schema.get("type")
    for one in schema.get("oneOf", []):
        yield from unlimited(contract, one, way)
    if kind == "string" and not (schema.keys() & {"enum", "maxLength"} or schema.get("format") in ("uuid", "date-time")
                                 or re.search(r"\{\d+\}\$$", schema.get("pattern", "")) or schema.get("pattern") == "^[A-Z]{3}$"):
        yield f"{way or 'it'} is a text of any length"
    if kind == "integer" and not {"minimum", "maximum"} <= schema.keys():
        yield f"{way or 'it'} is any number"
    if kind == "array":
        if "maxItems" not in schema:
            yield f"{way or 'it'} is a list of any length"
        yield from unlimited(contract, schema["items"], f"{way}/0")
    for member, it in schema.get("properties", {}).items():
        yield from unlimited(contract, it, f"{way}/{member}")


def faults_of_rules(page, problems):
    """Each rule of what must fit together is a problem of the contract, with a test; each limit is as the code quoted has it."""
    for what, _, refused, tests in table(page, "What must fit together"):
        yield from (f"{what}: {slug} is no problem of the contract" for slug in re.findall("`([^`]+)`", refused) if slug not in problems)
        if not EVIDENCE.search(tests):
            yield f"{what}: no test is named"
    for whose, what, _, code, tests in table(page, "Limits"):
        path, quoted = re.fullmatch("`([^`]+)`: `([^`]+)`", code).groups()
        if quoted not in (ROOT / path).read_text():
            yield f"{whose}, {what}: {path} does not say {quoted}"
        if not EVIDENCE.search(tests):
            yield f"{whose}, {what}: no test is named"


# ---- ways in ----

def faults_of_ways_in(page, contract):
    """Each operation that gives an access token has its row, with all that it takes, and nothing else has."""
    written = {row[0].strip("`"): set(re.findall(r"`(\w+)`", row[1])) for row in table(page, "Ways in")}
    ways = {said["operationId"]: taken(contract, said) for said in operations(contract)
            if "access_token" in given_by(contract, said)}
    yield from (f"{name} gives an access token, and is none of the ways in" for name in sorted(ways.keys() - written.keys()))
    yield from (f"{name} is a way in, and gives no access token" for name in sorted(written.keys() - ways.keys()))
    yield from (f"{name} takes {', '.join(sorted(ways[name]))}, and the ways in say otherwise"
                for name in sorted(ways.keys() & written.keys()) if ways[name] != written[name])


def members(contract, holder):
    """Of what a body or an answer is as JSON."""
    schema = holder.get("content", {}).get("application/json", {}).get("schema", {})
    return set(resolved(contract, schema).get("properties", {}))


def taken(contract, said):
    return members(contract, said.get("requestBody", {}))


def given_by(contract, said):
    return {name for status, answer in said["responses"].items() if status.startswith("2") for name in members(contract, resolved(contract, answer))}


# ---- log ----

SAID = re.compile(r'\b(?:warn_?|tell)\(\s*(?:[\w.]+\(\) \? )?"([^"\\=]+)"(?:\s*:\s*"([^"]+)")?'
                  r'|note_of\(\s*caller, "([^"]+)"|\.what = (?:\w+ \? )?"([^"]+)"(?:\s*:\s*"([^"]+)")?'
                  r'|Breaker::State::\w+:\s*return "([^"]+)"')


def said_by(code):
    return {text for source in code for found in SAID.findall(source) for text in found if text}


def faults_of_log(manual, code):
    tables = "\n".join(line.split("|")[1] for line in manual.split("\n") if line.startswith("| "))
    yield from (f"the log may say \"{text}\", and docs/operations.md does not" for text in sorted(said_by(code)) if text not in tables)


# ---- all of it ----

def sources():
    return {"page": PAGE.read_text(), "contract": json.loads((ROOT / "contracts/generated/openapi.json").read_text()),
            "protos": [path.read_text() for path in sorted((ROOT / "contracts/messages").rglob("*.proto"))],
            "problems": re.findall(r"^  ([a-z-]+):", (ROOT / "contracts/http/problems.yaml").read_text(), re.M),
            "manual": (ROOT / "docs/operations.md").read_text(),
            "code": [path.read_text() for place in ("apps/madang", "chassis", "contexts", "gateway")
                     for path in sorted((ROOT / place).rglob("*.cpp")) if "tests" not in path.parts],
            "forms": [path.read_text() for path in sorted(ROOT.glob("contexts/*/tests/golden_forms.txt"))]}


def faults(page, contract, protos, forms, problems, manual, code):
    yield from faults_of_requirements(page)
    yield from faults_of_data(page, contract, protos, forms)
    yield from faults_of_input(page, contract)
    yield from faults_of_rules(page, problems)
    yield from faults_of_ways_in(page, contract)
    yield from faults_of_log(manual, code)


def self_test():
    given = sources()
    page, contract = given["page"], given["contract"]
    row = ROW.search(page)

    def pages():
        yield page.replace(row[0], "")
        yield page.replace(row[0], f"{row[0]}\n{row[0]}")
        yield page.replace(row[0], row[0].replace("shown", "done"))
        yield page.replace(row[0], f"| {row[1]} | it is | shown | because |")
        yield page.replace(row[0], f"| {row[1]} | it is | not yet |  |")
        yield page.replace(row[0], f"| 1.1.99 | it is | not yet | later |\n{row[0]}")
        yield re.sub(r"Today: \d+", "Today: 7", page)
        yield page.replace("`PersonName`", "")
        yield page.replace("`PersonRegistered.email`", "`PersonRegistered.shoes`")
        yield page.replace("| personal |", "| their own |", 1)
        yield page.replace("`signature`", "")
        yield page.replace("`ask_export`", "`ask_erasure`")
        yield page.replace("`upload_file`", "`upload_film`")
        yield page.replace("`price-changed`", "`price-hanged`")
        yield page.replace("`APrice.IsInTheShopsCurrency` |", "none |")
        yield page.replace("| `sign_in` |", "| `sign_out` |")
        yield page.replace("`email`, `password`, `code`", "`email`, `password`")
        yield page.replace("`borrowed_max = 10;`", "`borrowed_max = 11;`")
        yield page.replace("`Serving.ShedsAtOnceWhatItsPoolCannotTake` |\n| the shop | a body", "none |\n| the shop | a body")

    def contracts():
        schemas = lambda changed: changed["components"]["schemas"]
        for change in (lambda it: schemas(it)["Title"].update({"x-personal": True}),
                       lambda it: schemas(it)["CardToken"].pop("x-secret"),
                       lambda it: schemas(it)["EmailAddress"].pop("x-personal"),
                       lambda it: schemas(it)["EditionId"].update({"x-secret": True}),
                       lambda it: schemas(it)["Title"].pop("maxLength"),
                       lambda it: schemas(it)["Credentials"]["properties"].update({"answer": {"type": "string", "maxLength": 9}}),
                       lambda it: schemas(it)["Profile"]["properties"].update({"access_token": schemas(it)["RefreshToken"]}),
                       lambda it: schemas(it)["RentalTerms"]["properties"]["days"].pop("maximum"),
                       lambda it: schemas(it)["NewEdition"]["properties"]["contributors"].pop("maxItems")):
            changed = copy.deepcopy(contract)
            change(changed)
            yield changed

    seeds = [{**given, "page": it} for it in pages()] + [{**given, "contract": it} for it in contracts()]
    seeds += [{**given, "protos": [*given["protos"], "message Moved {\n  PersonalText street = 1;\n}\n"]},
              {**given, "forms": [*given["forms"], 'Moved 1 {"street":{"whose":"x","sealed":"eA=="}}\n']}]
    seeds += [{**given, "manual": given["manual"].replace("| draining, closed |", "| closed |")},
              {**given, "code": [*given["code"], 'log.warn(\n    "something new", {});']}]
    usual = set(faults(**given))
    return [f"seeded fault {number} was not found" for number, seed in enumerate(seeds, 1) if not set(faults(**seed)) - usual], len(seeds)


def main():
    if "--self-test" in sys.argv:
        missed, seeded = self_test()
        print("\n".join(missed) or f"check_security: {seeded} seeded faults found")
        return bool(missed)
    if "--update" in sys.argv:
        PAGE.write_text(updated(PAGE.read_text()))
    given = sources()
    found = list(faults(**given))
    print("\n".join(found) or f"check_security: {sentence(given['page'])}")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
