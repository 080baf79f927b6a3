#!/usr/bin/env python3
"""Completion, by pressing TAB in each shell. Run from the root of the project."""
import os
import pty
import re
import select
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

BIN = Path.cwd() / "build/release/bin"
SECONDS = 20
SURROUNDINGS = {"PATH": f"{BIN}:/usr/bin:/bin", "TERM": "dumb", "LANG": "C.UTF-8"}

# What is typed before TAB, and what stands there after it: alone in its place, so that every shell takes it.
COMPLETED = {
    "madang park": "madang parked",
    "madang parked l": "madang parked list",
    "madang part off rental/rent_": "madang part off rental/rent_book",
    "madang parked list --da": "madang parked list --data",
    "madang inspect --format mer": "madang inspect --format mermaid",
    "madang events --context pa": "madang events --context payment",
    "madang serve --set http.requests_p": "madang serve --set http.requests_per_minute=",
    "madang completion z": "madang completion zsh",
    "madang check --data some": "madang check --data somewhere",
}


class Terminal:
    """A shell at a terminal, in a folder in which there is one folder, `somewhere`."""

    def __init__(self, folder, *command):
        (Path(folder) / "somewhere").mkdir()
        self.shell, self.terminal = pty.fork()
        if self.shell == 0:
            os.chdir(folder)
            os.execvpe(command[0], command, {**SURROUNDINGS, "HOME": folder})

    def type(self, text):
        os.write(self.terminal, text.encode())

    def read_until(self, pattern):
        seen, end = "", time.monotonic() + SECONDS
        while not re.search(pattern, seen):
            if not select.select([self.terminal], [], [], max(end - time.monotonic(), 0))[0]:
                raise AssertionError(f"not within {SECONDS} s: {pattern!r}; but {seen!r}")
            seen += os.read(self.terminal, 65536).decode(errors="replace")
        return re.search(pattern, seen)

    def completed(self, typed):
        self.type(f"{typed}\t")
        self.type("\x01printf '\\x3c%s\\x3e' '\x05'\n")  # to the line's begin and end: shown instead of run
        return self.read_until(r"<(madang [^>]*)>").group(1).rstrip(" /")

    def end(self):
        os.close(self.terminal)
        os.waitpid(self.shell, 0)


class PressingTab(unittest.TestCase):
    def completes(self, set_up, *command):
        with tempfile.TemporaryDirectory(prefix="madang-completion-") as folder:
            terminal = Terminal(folder, *command)
            self.addCleanup(terminal.end)
            terminal.type(f"{set_up}; echo is-\"\"ready\n")
            terminal.read_until("is-ready")
            for typed, expected in COMPLETED.items():
                self.assertEqual(terminal.completed(typed), expected)

    def test_completes_in_bash(self):
        self.completes("source <(madang completion bash)", "bash", "--norc", "--noprofile", "-i")

    def test_completes_in_zsh(self):
        self.completes("bindkey -e; autoload -U compinit; compinit -u -D; source <(madang completion zsh)", "zsh", "-f", "-i")

    def test_completes_in_zsh_from_a_folder_of_functions(self):
        self.completes("mkdir functions; madang completion zsh >functions/_madang; fpath=($PWD/functions $fpath);"
                       " bindkey -e; autoload -U compinit; compinit -u -D", "zsh", "-f", "-i")

    def test_completes_in_fish(self):
        # fish tells what it would complete; the folder is none of ours.
        for typed, expected in COMPLETED.items():
            if "somewhere" in expected:
                typed, expected = "madang check --data build/release/bi", "madang check --data build/release/bin/"
            told = subprocess.run(["fish", "--no-config", "-c", f"madang completion fish | source; complete -C '{typed}'"],
                                  env={**SURROUNDINGS, "HOME": "/nonexistent"}, text=True, capture_output=True,
                                  timeout=SECONDS)
            words = [line.partition("\t")[0] for line in told.stdout.splitlines()]
            self.assertEqual([words[0]] if words else told.stderr, [expected.rpartition(" ")[2]], told)

    def test_tells_what_each_word_is_for(self):
        told = subprocess.run([BIN / "madang", "completion", "words", "--", "se"], text=True, capture_output=True)
        self.assertRegex(told.stdout, r"^serve\t\w.+\n$")


if __name__ == "__main__":
    unittest.main()
