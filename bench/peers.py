"""The programs that Madang is measured against and with: PostgreSQL's pgbench, and a shop of our own to serve."""

import os
import pathlib
import re
import socket
import subprocess
import time
import urllib.error
import urllib.request

CLIENTS = 32  # of pgbench; what DESIGN calls W


def free_port():
    with socket.socket() as it:
        it.bind(("127.0.0.1", 0))
        return it.getsockname()[1]


def cpu_seconds(pid):
    """Of one process with all its threads, without its children: fields 14 and 15 of proc(5)."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def fetch(url):
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.read()


class Nginx:
    """One worker that answers everything with 200 and the same bytes, and logs nothing."""

    def __init__(self, folder, body):
        port = free_port()
        self.origin = f"http://127.0.0.1:{port}"
        text = body.decode().replace("\\", "\\\\").replace("'", "\\'").replace("$", "")  # $ begins a variable
        (folder / "nginx.conf").write_text(
            f"daemon off; master_process off; pid {folder}/nginx.pid; error_log /dev/null;\n"
            "events { worker_connections 1024; }\n"
            "http { access_log off; keepalive_requests 1000000000;\n"
            f"  server {{ listen 127.0.0.1:{port};\n"
            f"    location / {{ default_type application/json; return 200 '{text}'; }} }} }}\n")
        self.process = subprocess.Popen(["nginx", "-c", folder / "nginx.conf"], stderr=subprocess.DEVNULL)
        for _ in range(500):
            try:
                fetch(self.origin)
                break
            except OSError:
                time.sleep(0.01)

    @property
    def worker(self):
        return self.process.pid

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Postgres:
    """A cluster of its own, as initdb makes it: durable, every setting at its default."""

    def __init__(self, folder):
        self.folder = folder / "postgres"
        self.programs = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=False).stdout.strip()
        if not self.programs:
            self.programs = str(sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))[-1])
        self.port = free_port()
        self.folder.mkdir()
        self.user = []
        if os.getuid() == 0:  # which PostgreSQL refuses to be
            subprocess.run(["chown", "postgres", self.folder], check=True)
            for above in [self.folder, *self.folder.parents]:
                if not os.stat(above).st_mode & 0o001:
                    raise SystemExit(f"bench: PostgreSQL cannot enter {above}; set TMPDIR to a folder that all may enter")
            self.user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        self.data = self.folder / "data"
        self._run("initdb", "-D", self.data, "-A", "trust", "-U", "bench")
        self._run("pg_ctl", "-D", self.data, "-w", "-l", self.folder / "log", "-o",
                  f"-p {self.port} -k {self.folder} -c listen_addresses=''", "start")
        self._run("createdb", *self._where(), "bench")
        self._run("pgbench", *self._where(), "-i", "-q", "-s", "10", "bench")

    def _where(self):
        return ["-h", self.folder, "-p", str(self.port), "-U", "bench"]

    def _run(self, program, *words):
        return subprocess.run([*self.user, f"{self.programs}/{program}", *map(str, words)], check=True,
                              cwd=self.folder, capture_output=True, text=True).stdout

    def simple_updates(self, seconds):
        """Transactions a second of `pgbench -N` with 32 clients."""
        told = self._run("pgbench", *self._where(), "-N", "-c", CLIENTS, "-j", "2", "-T", seconds, "bench")
        return float(re.search(r"tps = ([\d.]+)", told).group(1))

    def stop(self):
        self._run("pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop")


class Shop:
    """`madang serve` on a folder; `ready` seconds after its start it said that it was."""

    def __init__(self, madang, data, *options, within=60):
        self.origin = f"http://127.0.0.1:{free_port()}"
        self.log = open(f"{data}.log", "ab")  # noqa: SIM115 - for the shop's life
        begin = time.monotonic()
        self.process = subprocess.Popen([madang, "serve", "--data", data, "--listen", self.origin[7:],
                                         "--set", "http.requests_per_minute=0", *options],
                                        stdout=self.log, stderr=self.log)
        while not self._is_ready():
            if time.monotonic() - begin > within or self.process.poll() is not None:
                raise SystemExit(f"bench: the shop did not open; see {data}.log")
            time.sleep(0.001)
        self.ready = time.monotonic() - begin

    def _is_ready(self):
        try:
            return urllib.request.urlopen(self.origin + "/readyz", timeout=1).status == 200
        except (urllib.error.URLError, OSError):
            return False

    def cpu_seconds(self):
        return cpu_seconds(self.process.pid)

    def resident_megabytes(self):
        return self._megabytes("VmRSS")

    def own_megabytes(self):
        """Of what is resident, what the shop has allocated; the rest is files that the kernel keeps for it."""
        return self._megabytes("RssAnon")

    def _megabytes(self, what):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"{what}:\s+(\d+) kB", status).group(1)) / 1024

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=60)
        self.log.close()
