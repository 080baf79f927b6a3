#!/usr/bin/env python3
"""The Debian package, on a machine like this one that systemd runs: a container over this machine's files, which
writes elsewhere, so that nothing is left here. Run as root from the root of the project; elsewhere it is skipped.
"""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

MINUTES_MAX = 5
UNIT = """[Unit]
Description=The packages are tried
Wants=basic.target
SuccessAction=exit
FailureAction=exit
SuccessActionExitStatus=0
FailureActionExitStatus=1

[Service]
Type=oneshot
ExecStart=/usr/bin/python3 -u /package-test/inside.py /package-test/old.deb /package-test/new.deb
StandardOutput=file:/package-test/report
StandardError=inherit
"""
# An overlay of a mount namespace of its own: it is gone with its last process.
BOOT = """set -e
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/machine"
exec timeout --kill-after=10 "$2" systemd-nspawn --quiet --directory="$1/machine" --machine=madang-package-test \\
  --register=no --keep-unit --private-network --boot systemd.unit=package-test.service
"""


def run(*words, **more):
    return subprocess.run(words, check=True, text=True, capture_output=True, **more).stdout


def old_one(new, folder):
    """The same with a lower version."""
    run("dpkg-deb", "-R", new, folder / "unpacked")
    control = folder / "unpacked/DEBIAN/control"
    lines = control.read_text().splitlines(keepends=True)
    control.write_text("".join("Version: 0.0.1\n" if line.startswith("Version:") else line for line in lines))
    run("dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "-b", folder / "unpacked", folder / "old.deb")
    return folder / "old.deb"


class ThePackage(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="madang-package-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        run("tools/package.sh", self.folder / "made")

    def test_is_in_order_installed_upgraded_under_load_removed_and_purged(self):
        (changes,) = self.folder.glob("made/*.changes")
        (new,) = self.folder.glob("made/madang_*.deb")
        said = subprocess.run(["lintian", "--allow-root", "--fail-on=error,warning", changes], text=True, capture_output=True)
        self.assertEqual(said.returncode, 0, said.stdout)
        inside, units = self.folder / "upper/package-test", self.folder / "upper/etc/systemd/system"
        for folder in (inside, units, self.folder / "work", self.folder / "machine"):
            folder.mkdir(parents=True)
        for path in ("package/inside.py", "end_to_end/load_without_retries.py", "end_to_end/running_shop.py"):
            shutil.copy(Path("tests") / path, inside)
        shutil.copy(new, inside / "new.deb")
        shutil.copy(old_one(new, self.folder), inside / "old.deb")
        (units / "package-test.service").write_text(UNIT)
        booted = subprocess.run(["unshare", "--mount", "bash", "-c", BOOT, "boot", self.folder, f"{MINUTES_MAX}m"],
                                text=True, errors="replace", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT)
        report = inside / "report"
        told = report.read_text() if report.exists() else booted.stdout[-3000:]
        print(told, end="")
        self.assertEqual(booted.returncode, 0, told)
        self.assertTrue(told.endswith("whole\n"), told)


if __name__ == "__main__":
    if os.geteuid() != 0 or not shutil.which("systemd-nspawn"):
        print("skipped: it needs root and systemd-nspawn")
        sys.exit(77)
    unittest.main()
