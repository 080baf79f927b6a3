"""The files of a source tree, as the checkers see it."""
import os

NOT_OURS = {"build", "data", "dist", "node_modules", "__pycache__", ".git", ".cache"}


def files(root):
    """Paths from the root, sorted, without what is built, fetched or kept by a running shop."""
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in NOT_OURS]
        found += [os.path.relpath(os.path.join(folder, name), root) for name in names]
    return sorted(found)


def write(root, path, text):
    """For self-tests: a file of a small tree."""
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)
