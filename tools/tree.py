"""The files of a source tree, as the checkers see it."""
import os
import re

TEST = re.compile(r"\b(?:TEST|TYPED_TEST|TYPED_TEST_P|TEST_F|TEST_P|RC_GTEST_PROP|RC_GTEST_FIXTURE_PROP)\(\s*(\w+),\s*(\w+)")

NOT_OURS = {"build", "data", "dist", "node_modules", "__pycache__", ".git", ".cache"}


def files(root):
    """Paths from the root, sorted, without what is built, fetched or kept by a running shop."""
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in NOT_OURS]
        found += [os.path.relpath(os.path.join(folder, name), root) for name in names]
    return sorted(found)


def tests(sources):
    """The names Suite.Test of the tests in these texts."""
    return {f"{suite}.{name}" for text in sources for suite, name in TEST.findall(text)}


def write(root, path, text):
    """For self-tests: a file of a small tree."""
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)
