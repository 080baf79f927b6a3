#!/usr/bin/env python3
"""Checks every include, and every use of threads, clocks and chance, against tools/layers.toml.

    check_layers.py               the tree it stands in; prints file:line and the rule for each fault
    check_layers.py --self-test   breaks every rule once in a small tree and demands that it is noticed
"""
import re
import sys
import tempfile
import tomllib
from functools import cache
from pathlib import Path

import tree
from tree import write

SOURCE = {".hpp", ".cpp", ".inc"}
LOOKS_LIKE_SOURCE = SOURCE | {".h", ".hh", ".hxx", ".c", ".cc", ".cxx", ".c++", ".ipp", ".inl", ".tpp", ".cppm", ".ixx"}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*(?:include|import)\b[ \t]*(.*)$', re.M)
# Numbers come first, since 1'000 is no character; a backslash may join a comment with the next line.
TOKEN = re.compile(r"""(?<!\w)[0-9](?:'?[\w.])*
  | (?P<comment> //(?:\\\n|[^\n])* | /\*.*?\*/ )
  | (?P<raw> R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)" )
  | (?P<text> "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])+' )""", re.X | re.S)


def blank(text):
    return re.sub(r"[^\n]", " ", text)


def code_of(text):
    """The text with comments and the insides of strings blanked out; every character keeps its place."""
    def replace(found):
        if found["comment"] or found["raw"]:
            return blank(found[0])
        if found["text"]:
            return found[0][0] + blank(found[0][1:-1]) + found[0][-1]
        return found[0]
    return TOKEN.sub(replace, text)


def includes_of(text, code):
    """(line, what stands after #include: "x", <x> or a macro) for each include that is not commented out."""
    for found in INCLUDE.finditer(code):
        header = text[found.start(1):found.end(1)].strip()
        named = re.match(r'"[^"]+"|<[^>]+>', header)
        yield line_of(code, found.start(1)), named[0] if named else header


def line_of(text, position):
    return text.count("\n", 0, position) + 1


@cache
def pattern(place):
    """A place of layers.toml as a regular expression."""
    parts = {"**/": "(?:.*/)?", "*": "[^/]*"}
    expression = "".join(parts.get(p, re.escape(p)) for p in re.split(r"(\*\*/|\*)", place))
    return re.compile(expression + (".*" if place.endswith("/") else ""))


def holds(places, path, context=""):
    return any(pattern(place.replace("{context}", context or "no-context")).fullmatch(path) for place in places)


def context_of(path):
    parts = path.split("/")
    return parts[1] if parts[0] == "contexts" and len(parts) > 2 else ""


class Rules:
    def __init__(self, text):
        data = tomllib.loads(text)
        self.layers, self.libraries, self.uses = data["layer"], data["library"], data["use"]
        self.planned = data["planned"]
        for use in self.uses:
            # Spaces may stand around ::, as the language allows.
            words = "|".join(part.strip().replace("::", r"\s*::\s*") for part in re.split(r"\s\|\s", use["words"]))
            use["pattern"] = re.compile(words)

    def layer_of(self, path):
        """The layer with the deepest, then longest, place that holds the path."""
        held = [((place.count("/"), len(place)), layer) for layer in self.layers for place in layer["files"] if holds([place], path)]
        return max(held, key=lambda one: one[0])[1] if held else None

    def library_of(self, header):
        return next((library for library in self.libraries if is_among(library["headers"], header)), None)

    def places(self):
        for layer in self.layers:
            yield from ((layer["name"], place) for place in layer["files"] + layer["may_include"])
        for rule in self.libraries + self.uses:
            yield from ((rule["name"], place) for place in rule["only_in"])


def is_among(stems, header):
    """Among boost/json are boost/json.hpp and boost/json/src.hpp, not boost/json5.hpp."""
    return any(header == stem or (header.startswith(stem) and (stem.endswith("/") or header[len(stem)] in "./"))
               for stem in stems)


class Sources:
    """The C++ files below a folder, and how a header's name leads to one of our folders."""

    def __init__(self, root):
        self.root = root
        self.files = [path for path in tree.files(root) if Path(path).suffix in LOOKS_LIKE_SOURCE]
        self.folders = {path.split("/")[0] for path in self.files}
        self.contexts = {context_of(path) for path in self.files} - {""}

    def own_path(self, header):
        """Where one of our headers stands from the root; None for a header from outside."""
        first = header.split("/")[0]
        if "/" in header and first in self.contexts:
            return "contexts/" + header
        return header if "/" in header and first in self.folders else None


def faults(root, rules):
    """Yields 'file:line: what is wrong: why' for every fault of the tree."""
    sources = Sources(root)
    for path in sources.files:
        if Path(path).suffix not in SOURCE:
            yield f"{path}:1: is named like no source file of ours: they end in .hpp, .cpp, or .inc for a table"
        elif (layer := rules.layer_of(path)) is None:
            yield f"{path}:1: belongs to no layer: move it, or give its place a rule in tools/layers.toml"
        else:
            yield from faults_of_file(sources, rules, path, layer)
    yield from faults_of_rules(sources, rules)


def faults_of_file(sources, rules, path, layer):
    text = (sources.root / path).read_text()
    code = code_of(text)
    for line, include in includes_of(text, code):
        if fault := fault_of_include(sources, rules, path, layer, include):
            yield f"{path}:{line}: {fault}"
    for use in rules.uses:
        if not holds(use["only_in"], path):
            for found in use["pattern"].finditer(code):
                yield f"{path}:{line_of(code, found.start())}: may not use {found[0].strip()}: {use['because']}"


def fault_of_include(sources, rules, path, layer, include):
    if include[:1] not in '"<' or len(include) < 3:
        return f"includes {include}: write the header's name itself"
    header = include[1:-1]
    if ".." in header.split("/") or (include[0] == '"' and "/" not in header):
        return f"includes {include}: write the path from the root, or from contexts/"
    library = rules.library_of(header)
    if library and not holds(library["only_in"], path):
        return f"may not include {include}: {library['because']}"
    if own := sources.own_path(header):
        itself = [place.replace("contexts/*/", "contexts/{context}/") for place in layer["files"]]
        allowed = itself + layer["may_include"]
        return None if holds(allowed, own, context_of(path)) else f"may not include {include}: {layer['because']}"
    for use in rules.uses:
        if header in use.get("headers", []):
            return None if holds(use["only_in"], path) else f"may not include {include}: {use['because']}"
    is_standard = include[0] == "<" and re.fullmatch(r"[a-z0-9_]+", header)
    return None if library or is_standard else f"includes {include}: no library of tools/layers.toml has this header"


def faults_of_rules(sources, rules):
    """A place that is not there guards nothing: what a rename leaves behind."""
    for name, place in rules.places():
        fixed = re.split(r"[*{]", place)[0]
        if not (sources.root / fixed).exists() and not any(fixed.startswith(planned) for planned in rules.planned):
            yield f"tools/layers.toml:1: the rule '{name}' names {place}, which is not there"
    for rule in rules.libraries + rules.uses:
        for path in rule["only_in"]:
            if path in sources.files and not uses(sources, rule, path):
                yield f"tools/layers.toml:1: the rule '{rule['name']}' excepts {path}, which does not need it"


def uses(sources, rule, path):
    text = (sources.root / path).read_text()
    code = code_of(text)
    if any(is_among(rule.get("headers", []), include[1:-1]) for _, include in includes_of(text, code)):
        return True
    return "pattern" in rule and bool(rule["pattern"].search(code))


# ---- self-test ----

def sample_path(place, name="sample.cpp"):
    """Some file that a place holds."""
    path = place.replace("**/", "kernel/").replace("{context}", "rental")
    path = re.sub(r"^contexts/(\*/)?$", "contexts/rental/", path.replace("contexts/*/*", "contexts/rental/" + name))
    path = path.replace("/adapters/", "/adapters/outbound/") if path.endswith("/adapters/") else path
    path = path.replace("*/", "rental/")
    return path + name if path.endswith("/") else path.replace("*", Path(name).stem)


def clean_tree(root, rules):
    """One file in each layer with all it may include, and a header in each place that anyone names."""
    for layer in rules.layers:
        for place in layer["files"]:
            path = sample_path(place)
            own = [sample_path(p, "sample.hpp") for p in layer["files"] + layer["may_include"]]
            write(root, path, "".join(f'#include "{header.removeprefix("contexts/")}"\n' for header in own))
    for _, place in rules.places():
        path = sample_path(place, "sample.hpp")
        if not (root / path).exists():
            write(root, path, "#pragma once\n")
    for rule in rules.libraries + rules.uses:
        for place in rule["only_in"]:
            if place == sample_path(place):  # a single file that is excepted needs it
                write(root, place, (root / place).read_text() + needing(rule))
    write(root, "contexts/order/domain/a.hpp", "#pragma once\n")


def needing(rule):
    """Code that only some places may have."""
    headers = [header + "a.h" if header.endswith("/") else header for header in rule.get("headers", [])]
    return "".join(f"#include <{header}>\n" for header in headers) + "\n".join(rule.get("examples", []))


def seeds(rules):
    """(rule, or words of the fault; file; its text): each must be found, at its last line, for that reason."""
    for layer in rules.layers:
        for place in layer["files"]:
            for include in layer["must_refuse"]:
                yield layer["name"], sample_path(place, "seeded.hpp"), f"#include {include}\n"
    for library in rules.libraries:
        for header in library["headers"]:
            header += "a.h" if header.endswith("/") else ""
            for place in ("contexts/rental/domain/seeded.cpp", "contexts/rental/application/seeded.hpp", "kernel/seeded.hpp"):
                yield library["name"], place, f"#include <{header}>\n"
    for use in rules.uses:
        for example in use["examples"]:
            for place in ("contexts/rental/domain/seeded.cpp", "chassis/journal/seeded.cpp", "gateway/seeded.cpp"):
                yield use["name"], place, f"int first;\n{example}\n"
    rental = "contexts/rental/domain/seeded.cpp"
    yield "belongs to no layer", "contexts/rental/elsewhere/seeded.cpp", "int a;\n"
    yield "belongs to no layer", "elsewhere/seeded.cpp", "int a;\n"
    yield "named like no source file", "kernel/seeded.h", "int a;\n"
    yield "no library of tools", "chassis/http/seeded.cpp", "#include <curl/curl.h>\n"
    yield "write the path from the root", rental, '#include "sample.hpp"\n'
    yield "write the header's name itself", rental, "#include HEADER\n"
    yield "SQLite", rental, "/* a */ #  include <sqlite3.h>\n"
    yield "threads", rental, "int n = 1'000; std::mutex m; char c = 'a';\n"
    yield "threads", rental, 'auto s = R"(")"; std::mutex m; auto t = ")";\n'


INNOCENT = '''// std::thread, and #include <sqlite3.h>
/* std::mutex m;
#include <sqlite3.h>
*/
const char* a = "std::thread \\" std::mutex";
const char* b = R"x(
#include <sqlite3.h>
std::random_device)x";
int operand(int), my_rand(int), lifetime(int);
int sleep(sqlite3_vfs*, int);
auto c = operand(1) + my_rand(2) + lifetime(0) + runtime.sleep(1) + at.time(0) + 1'000;
std::chrono::sys_time<std::chrono::milliseconds> d; // continued \\
std::mutex
'''


def self_test(rules):
    failures = []
    because = {rule["name"]: rule["because"] for rule in rules.layers + rules.libraries + rules.uses}
    found_by = dict.fromkeys(because, 0)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        clean_tree(root, rules)
        write(root, "contexts/rental/domain/innocent.cpp", INNOCENT)
        failures += [f"a clean tree has a fault: {fault}" for fault in faults(root, rules)]
        for name, path, text in seeds(rules):
            write(root, path, text)
            expected = f"{path}:{text.count(chr(10))}:"
            if any(f.startswith(expected) and because.get(name, name) in f for f in faults(root, rules)):
                found_by[name] = found_by.get(name, 0) + 1
            else:
                failures.append(f"not found ({name}): {path}: {text.strip()!r}")
            (root / path).unlink()
        for rule in rules.libraries + rules.uses:  # and nothing is refused where it is allowed
            for place in rule["only_in"]:
                path = sample_path(place, "allowed.cpp")
                write(root, path, needing(rule))
                failures += [f"refused where it is allowed: {f}" for f in faults(root, rules) if f.startswith(path)]
                if path != place:
                    (root / path).unlink()
        renamed = Rules((Path(__file__).parent / "layers.toml").read_text())
        renamed.layers[0]["files"] = ["kernels/"]
        if not any("which is not there" in fault for fault in faults(root, renamed)):
            failures.append("a rule whose place is not there was not found")
        renamed.uses[0]["only_in"] = ["kernel/sample.cpp"]
        if not any("does not need it" in fault for fault in faults(root, renamed)):
            failures.append("an exception that is not needed was not found")
    failures += [f"no seeded violation breaks the rule '{name}'" for name, times in found_by.items() if times == 0]
    return failures, sum(found_by.values())


def main():
    root = Path(__file__).resolve().parent.parent
    rules = Rules((root / "tools/layers.toml").read_text())
    if "--self-test" in sys.argv:
        failures, found = self_test(rules)
        print("\n".join(failures) or f"check_layers: {found} seeded violations found, nothing else")
        return bool(failures)
    found = list(faults(root, rules))
    print("\n".join(found) or f"check_layers: {len(Sources(root).files)} files keep to {len(rules.layers)} layers")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
