#!/usr/bin/env python3
"""Each forgotten case of must_not_compile/forgotten.cpp must be refused by the compiler, with its sentence.

usage: must_not_compile.py COMPILER [FLAG...]     run from the root of the project
"""
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

SOURCE = "chassis/assembly/tests/must_not_compile/forgotten.cpp"


def compile_with(case: int) -> subprocess.CompletedProcess:
    return subprocess.run([*sys.argv[1:], "-fsyntax-only", f"-DFORGET={case}", SOURCE],
                          capture_output=True, text=True)


def sentences() -> dict[int, str]:
    found = re.findall(r"FORGET [!=]= (\d+)  // says: (.+)", open(SOURCE).read())
    return {int(case): sentence for case, sentence in found}


def judge(case: int, sentence: str) -> str:
    answer = compile_with(case)
    if answer.returncode == 0:
        return f"FAILED {case}: compiles, but should say: {sentence}"
    if sentence not in answer.stderr:
        first = next((line for line in answer.stderr.splitlines() if "error" in line), "")
        return f"FAILED {case}: does not say: {sentence}\n  but: {first}"
    return f"ok {case}: {sentence}"


def main() -> int:
    cases = sentences()
    clean = compile_with(0)
    if clean.returncode != 0:
        print("FAILED: nothing is forgotten, yet it does not compile", clean.stderr[:4000], sep="\n")
        return 1
    with ThreadPoolExecutor(2) as pool:
        verdicts = list(pool.map(lambda case: judge(*case), sorted(cases.items())))
    print("\n".join(verdicts))
    return int(any(verdict.startswith("FAILED") for verdict in verdicts))


if __name__ == "__main__":
    sys.exit(main())
