#!/usr/bin/env python3
"""Writes the manual page of `madang` from what its --help says, command by command.

    man_page.py PROGRAM >madang.1
"""
import re
import subprocess
import sys


def help_of(program, *words):
    return subprocess.run([program, *words, "--help"], text=True, capture_output=True, check=True).stdout


def commands_in(text):
    return re.findall(r"^  ([a-z]\w*) {2,}", text.partition("Subcommands:")[2], re.M)


def as_it_stands(text):
    """Lines that troff does not take as its own."""
    return ".nf\n" + re.sub(r"^(?=[.'])", r"\\&", text.replace("\\", "\\e").replace("-", "\\-"), flags=re.M) + "\n.fi\n"


def page(program):
    whole = help_of(program)
    version = subprocess.run([program, "--version"], text=True, capture_output=True, check=True).stdout.strip()
    title, _, rest = whole.partition("\n")
    parts = [f'.TH MADANG 1 "" "{version}"\n.SH NAME\nmadang \\- {title.removeprefix("Madang, ").rstrip(".")}\n',
             ".SH SYNOPSIS\n.B madang\n.I COMMAND\n[options]\n.SH DESCRIPTION\n", as_it_stands(rest)]
    waiting = [(name,) for name in commands_in(whole)]
    while waiting:
        words = waiting.pop(0)
        text = help_of(program, *words)
        parts += [f'.SH "{" ".join(words).upper()}"\n', as_it_stands(text)]
        waiting[:0] = [(*words, name) for name in commands_in(text)]
    parts.append(".SH FILES\n.I /etc/madang/madang.toml\n.br\n.I /var/lib/madang\n")
    return "".join(parts)


if __name__ == "__main__":
    sys.stdout.write(page(sys.argv[1]))
