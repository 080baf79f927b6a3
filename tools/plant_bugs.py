#!/usr/bin/env python3
"""Writes copies of product sources in which bugs are planted, each behind the question whether it is the one.

    plant_bugs.py FOLDER INTO FILE…  the bugs of FOLDER/*.toml; copies below INTO, and INTO/planted_bugs.cpp, their list.
                                     FILE…: of which copies are compiled; a bug in another would never be there
    plant_bugs.py --self-test        demands that a bug whose place is gone, or not compiled, is noticed

A bug names its places: the file, the text that stands there, once, and what stands there instead, in which PLANTED
asks for the bug. One with `bus = "broker"` is searched where a broker lies between the contexts. When the product changes so that the text is gone, the build fails, and the bug is planted anew.
"""
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEAD = '#include "tests/simulation/planted.hpp"\n'


class Misplaced(Exception):
    """A bug cannot be planted."""


def bugs_in(folder):
    return [bug for file in sorted(folder.glob("*.toml")) for bug in tomllib.loads(file.read_text())["bug"]]


def planted(sources, bugs):
    """The texts of all files in which a bug has a place; `sources` gives the text of a file."""
    texts = {}
    for bug in bugs:
        question = f'madang::simulation::is_planted("{bug["name"]}")'
        for place in bug["at"]:
            file, stands = place["file"], place["stands"].strip("\n")
            text = texts.get(file) or sources(file)
            if text.count(stands) != 1:
                raise Misplaced(f'{bug["name"]}: stands {text.count(stands)} times in {file}:\n{stands}')
            if "PLANTED" not in place["instead"]:
                raise Misplaced(f'{bug["name"]}: nothing asks whether it is planted in {file}')
            texts[file] = text.replace(stands, place["instead"].strip("\n").replace("PLANTED", question))
    return {file: HEAD + text for file, text in texts.items()}


def demand_compiled(texts, compiled):
    for file in texts:
        if file not in compiled:
            raise Misplaced(f"a bug stands in {file}, of which no copy is compiled")


def list_of(bugs):
    def between(bug):
        return ", .needs_broker = true" if bug.get("bus") == "broker" else ""
    lines = [f'      {{.name = "{bug["name"]}", .what = "{bug["what"]}"{between(bug)}}},' for bug in bugs]
    return ('#include "tests/simulation/sabotage.hpp"\n\nnamespace madang::simulation {\n\n'
            "std::vector<Sabotage> planted_bugs() {\n  return {\n" + "\n".join(lines) + "\n  };\n}\n\n"
            "}  // namespace madang::simulation\n")


def write(path, text):
    """Only what has changed, so that only that is compiled again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def self_test():
    bug = {"name": "b", "what": "w", "at": [{"file": "f", "stands": "a = 1;", "instead": "a = PLANTED ? 2 : 1;"}]}
    good = planted(lambda file: "int a = 1;", [bug])["f"]
    assert good == HEAD + 'int a = madang::simulation::is_planted("b") ? 2 : 1;', good
    for text in ("int b;", "a = 1; a = 1;"):
        try:
            planted(lambda file, text=text: text, [bug])
        except Misplaced:
            continue
        raise AssertionError(f"planted in: {text}")
    demand_compiled({"f": ""}, {"f", "g"})
    try:
        demand_compiled({"f": ""}, {"g"})
    except Misplaced:
        pass
    else:
        raise AssertionError("planted where it is not compiled")
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder) / "x/y.cpp", "1")
        assert (Path(folder) / "x/y.cpp").read_text() == "1"
    print("plant_bugs: the self-test passed")


def main():
    if sys.argv[1:] == ["--self-test"]:
        self_test()
        return 0
    folder, into = Path(sys.argv[1]), Path(sys.argv[2])
    compiled = {str(Path(file).resolve().relative_to(ROOT)) for file in sys.argv[3:]}
    bugs = bugs_in(folder)
    try:
        texts = planted(lambda file: (ROOT / file).read_text(), bugs)
        demand_compiled(texts, compiled)
    except Misplaced as fault:
        print(fault, file=sys.stderr)
        return 1
    for file, text in texts.items():
        write(into / file, text)
    write(into / "planted_bugs.cpp", list_of(bugs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
