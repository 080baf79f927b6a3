#!/usr/bin/env python3
"""The tour of the README, run as it is written: every ```sh block, in order, in one shell.

The shop gets a data folder and a port of its own. Run from the root of the project; prints what the tour
printed, and fails when a command fails or when the tour does not show what it promises.
"""
import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from running_shop import free_port

MINUTES_MAX = 5

# What a reader sees on the way; each a line of the output, as a pattern.
PROMISED = [
    r"asked twice, rented once",
    r"META-INF/container\.xml",
    r"403",
    r"returned  .+",
    r"cancelled  .+",
    r"context rental",
]


def script_of(readme: str) -> str:
    blocks = re.findall(r"^```sh\n(.*?)^```$", readme, re.S | re.M)
    assert len(blocks) >= 8, "the README has no tour"
    # Job control, as in the reader's shell; the program is built already.
    return "set -eo pipefail\nset -m\n" + "".join(blocks).replace("./dev build madang\n", "")


def main() -> int:
    root = Path.cwd()
    program = root / "build/release/bin/madang"
    assert program.exists(), "build it first: ./dev build madang"
    with tempfile.TemporaryDirectory(prefix="madang-tour-") as folder:
        tour = Path(folder) / "tour.sh"
        tour.write_text(script_of((root / "README.md").read_text()).replace(
            '"$PWD/build/release/bin:$PATH"', f'"{program.parent}:$PATH"'))
        environment = {**os.environ, "MADANG_DATA": f"{folder}/data", "MADANG_LISTEN": f"127.0.0.1:{free_port()}"}
        running = subprocess.Popen(["bash", tour], cwd=folder, env=environment, text=True, start_new_session=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            output, _ = running.communicate(timeout=MINUTES_MAX * 60)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            output, _ = running.communicate()
            output += "\nout of time"
        finally:
            subprocess.run(["pkill", "-KILL", "-s", str(running.pid)], check=False)
        log = Path(folder) / "shop.log"
        print(output)
        missing = [line for line in PROMISED if not re.search(line, output)]
        if running.returncode != 0 or missing:
            print(f"FAILED: exit {running.returncode}, not shown: {missing}")
            print(log.read_text()[-3000:] if log.exists() else "the shop wrote no log")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
