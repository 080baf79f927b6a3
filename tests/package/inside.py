"""What is done with the packages on a machine that systemd runs: installing, serving, upgrading under load, removing,
purging. Only package_test.py calls it, within a container; what it prints is the report.

    inside.py OLD.deb NEW.deb
"""
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from load_without_retries import Load, book_manager
from running_shop import call, wait_until

PORT, DATA, CONFIG = 8080, "/var/lib/madang", Path("/etc/madang/madang.toml")
EXPOSURE_MAX = 2.0  # of ten, as systemd-analyze security counts
SECONDS = 60
KEEPER, PASSWORD = "keeper@example.com", "a courtyard for every room"


def run(*words, **more):
    done = subprocess.run(words, text=True, capture_output=True, **more)
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout


def state(unit):
    return subprocess.run(["systemctl", "is-active", unit], text=True, capture_output=True).stdout.strip()


def main_process():
    return int(run("systemctl", "show", "-P", "MainPID", "madang.service"))


def is_ready():
    return call(PORT, "GET", "/readyz")[0] == 200


def as_the_shop(*words, **more):
    return run("runuser", "-u", "madang", "--", "madang", *words, "--data", DATA, **more)


def installs(package):
    Path("/usr/sbin/policy-rc.d").unlink(missing_ok=True)  # a machine to build on may forbid that services start
    run("dpkg", "-i", package)
    assert (state("madang.socket"), state("madang.service")) == ("active", "active")
    wait_until(is_ready, SECONDS, "the shop is ready")
    assert run("stat", "-c", "%U %a", DATA) == "madang 700\n"
    assert run("ps", "-o", "user=", "-p", str(main_process())) == "madang\n"
    assert "madang" in run("man", "-w", "madang")
    for path in ("bash-completion/completions/madang", "zsh/vendor-completions/_madang", "fish/vendor_completions.d/madang.fish"):
        assert os.path.getsize(f"/usr/share/{path}") > 0
    run("systemd-analyze", "verify", "madang.service", "madang.socket")


def is_hardened():
    exposure = run("systemd-analyze", "security", "madang.service", "--no-pager").splitlines()[-1]
    print(exposure)
    assert float(re.search(r"[\d.]+(?= \w+ *\S*$)", exposure).group()) <= EXPOSURE_MAX


def is_given_an_operator():
    run("systemctl", "stop", "madang.service", "madang.socket")
    as_the_shop("operator", "add", "--email", KEEPER, input=PASSWORD)
    CONFIG.write_text(CONFIG.read_text().replace("# http.requests_per_minute = 600", "http.requests_per_minute = 0"))
    run("systemctl", "start", "madang.socket", "madang.service")
    wait_until(is_ready, SECONDS, "the shop is ready again")


def is_upgraded_under_load(package):
    before, config, manager = main_process(), CONFIG.read_text(), book_manager(PORT, KEEPER, PASSWORD)
    with Load(PORT, manager) as load:
        run("dpkg", "-i", package)
        load.wait_for(500)
    print(f"upgraded under load: {load.answered} answered, {len(load.failed)} failed, the longest took {load.longest:.2f} s")
    assert load.failed == [], load.failed[:3]
    assert main_process() != before, "the old one still runs"
    assert CONFIG.read_text() == config, "what was set is no longer"
    kept = as_the_shop("events", "--type", "EditionRegistered").count("\n")
    assert kept == load.registered, (kept, load.registered)


def is_started_again_when_it_was_killed():
    before = main_process()
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: main_process() not in (0, before) and is_ready(), SECONDS, "the shop is ready after it was killed")


def is_removed(package):
    run("dpkg", "-r", "madang")
    assert (state("madang.socket"), state("madang.service")) == ("inactive", "inactive")
    assert CONFIG.exists() and os.path.exists(f"{DATA}/catalog/journal.db"), "removing took what is precious"
    run("dpkg", "-i", package)
    wait_until(is_ready, SECONDS, "the shop is ready after it was installed again")
    assert call(PORT, "GET", "/v1/editions?limit=1")[1]["items"], "its editions are gone"


def is_purged():
    run("dpkg", "-P", "madang")
    left = run("find", "/etc", "/usr/bin", "/usr/lib", "/usr/share", "/var/lib", "/run", "-xdev", "-name", "*madang*")
    assert left == "", left
    assert "madang" not in run("systemctl", "list-units", "--all", "--plain", "--no-legend", "madang*")


def main(old, new):
    installs(old)
    is_hardened()
    is_given_an_operator()
    is_upgraded_under_load(new)
    is_started_again_when_it_was_killed()
    is_removed(new)
    is_purged()
    print("whole")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Exception:
        print(run("journalctl", "--no-pager", "-n", "40", "-u", "madang.service", "-u", "madang.socket"))
        raise
