#!/usr/bin/env python3
"""Prints the tests of GoogleTest programs as sentences: "Extending a rental: is refused when someone waits".

    rule_book.py build/release/tests/rental_rules …
"""
import re
import subprocess
import sys


def words(name):
    """ExtendingARental -> ['extending', 'a', 'rental']; ISBN, EPUB and numbers stay as they are."""
    parts = re.findall(r"[A-Z]{2,}(?![a-z])|[A-Z](?=[A-Z][a-z])|[A-Z][a-z]*|[a-z]+|[0-9]+", name)
    return [part if part.isupper() and len(part) > 1 else part.lower() for part in parts]


def sentence(suite, test):
    activity = " ".join(words(suite))
    return f"{activity[:1].upper()}{activity[1:]}: {' '.join(words(test))}"


def rules(listing):
    """The sentences of one --gtest_list_tests, each once: a suite that runs on several adapters has the same rules."""
    suite, found = "", {}
    for line in listing.splitlines():
        name = line.split("#")[0].rstrip()
        if line.startswith(" "):
            found[sentence(suite, name.strip().split("/")[0])] = None
        elif name.endswith("."):
            parts = [p for p in name.rstrip(".").split("/") if not p.isdigit()]
            suite = parts[-1]
    return list(found)


def self_test():
    listing = ("Running main() from gtest_main.cc\nExtendingARental.\n  IsRefusedWhenSomeoneWaits\n"
               "Adapters/AJournal/0.  # TypeParam = X\n  KeepsOrder/0  # GetParam() = 1\n  KeepsOrder/1\n"
               "AnISBN.\n  Has13DigitsInAnEPUB\n")
    expected = ["Extending a rental: is refused when someone waits", "A journal: keeps order",
                "An ISBN: has 13 digits in an EPUB"]
    assert rules(listing) == expected, rules(listing)
    print("rule_book: names become sentences")


def main(programs):
    if programs == ["--self-test"]:
        return self_test()
    for program in programs:
        listing = subprocess.run([program, "--gtest_list_tests"], capture_output=True, text=True, check=True).stdout
        print(f"\n{program.rsplit('/', 1)[-1].replace('_', ' ')}")
        for rule in rules(listing):
            print(f"  {rule}")


if __name__ == "__main__":
    main(sys.argv[1:])
