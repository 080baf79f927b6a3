#!/usr/bin/env python3
"""The contract as a stranger would try it out: schemathesis makes requests from /openapi.json alone, well formed and
not, for each role and without a token, and every answer must be one that the contract allows. All checks are on, in all
phases (examples, edges of every schema, random data, sequences along links). No operation is left out, and each is seen
to succeed at least once.

usage: schemathesis_test.py [EXAMPLES [SEED]]     run from the root of the project
"""
import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
import venv
from collections import Counter
from pathlib import Path

from running_shop import free_port, wait_until

ROOT = Path.cwd()
HERE = Path(__file__).resolve().parent
EXAMPLES = int(sys.argv[1]) if len(sys.argv) > 1 else 30
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else 20260715
SECONDS_MAX = 150  # of one role
PASSWORD = "a courtyard for every room"
LEAVING = {"leaver": "ask_erasure", "goer": "sign_out", "goer from everywhere": "sign_out_everywhere"}  # what each tries
ENDING = [operation for role, operation in LEAVING.items() if role != "leaver"]  # a wrong password is tried by all
PHASES = "examples,coverage,fuzzing"  # and sequences of operations, for whoever may try more than one


def tools() -> Path:
    """The folder of schemathesis and what it needs, as pinned; made once for each state of the pins."""
    pins = ROOT / "tools/schemathesis/requirements.txt"
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "madang" / f"schemathesis-{hashlib.sha256(pins.read_bytes()).hexdigest()[:16]}"
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        subprocess.run([folder / "bin/pip", "install", "-q", "--disable-pip-version-check", "-r", pins], check=True)
        (folder / "complete").touch()
    return folder / "bin"


class Shop:
    def __init__(self, folder):
        self.data, self.url, self.keys = Path(folder) / "data", f"http://127.0.0.1:{free_port()}", 0
        program = ROOT / "build/release/bin/madang"
        subprocess.run([program, "operator", "add", "--email", "operator@example.com", "--data", self.data],
                       input=PASSWORD + "\n", text=True, check=True, stdout=subprocess.DEVNULL)
        self.log = open(Path(folder) / "shop.log", "ab")
        self.process = subprocess.Popen(
            [program, "serve", "--data", self.data, "--listen", self.url.removeprefix("http://"), "--sample",
             "--set", "http.requests_per_minute=0"], stdout=self.log, stderr=self.log)

    def ask(self, method, path, body=None, token=None):
        self.keys += 1
        fields = {"Content-Type": "application/json", "Idempotency-Key": f"before-{self.keys}"}
        fields |= {"Authorization": f"Bearer {token}"} if token else {}
        request = urllib.request.Request(self.url + path, json.dumps(body).encode() if body else None, fields, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            text = answer.read()
            return json.loads(text) if "json" in answer.headers.get("Content-Type", "") else text

    def person(self, name):
        """A session of somebody new."""
        self.ask("POST", "/v1/people", {"email": f"{name}@example.com", "password": PASSWORD, "name": name.title()})
        return self.sign_in(name)

    def sign_in(self, name):
        return self.ask("POST", "/v1/sessions", {"email": f"{name}@example.com", "password": PASSWORD})

    def stop(self):
        self.process.terminate()
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


def prepared(shop):
    """Who there is in the shop, and their tokens."""
    wait_until(lambda: shop.ask("GET", "/readyz"), 30, "the shop is ready")
    wait_until(lambda: len(shop.ask("GET", "/v1/editions?rentable=true")["items"]) >= 10, 30, "the sample is in")
    operator = shop.sign_in("operator")["access_token"]
    manager, customer = shop.person("manager"), shop.person("customer")
    shop.ask("PUT", f"/v1/people/{manager['person_id']}/roles/book_manager", token=operator)
    others = [shop.person(f"other{number}") for number in range(3)]
    tokens = {"customer": customer["access_token"], "book_manager": shop.sign_in("manager")["access_token"], "operator": operator,
              **{role: shop.person(role.replace(" ", "-"))["access_token"] for role in LEAVING}}
    wait_until(lambda: shop.ask("GET", "/v1/customers/me", token=tokens["customer"]), 30, "the profile is there")
    for _ in range(3):
        shop.sign_in("customer")
    listed = lambda: [it["session_id"] for it in shop.ask("GET", "/v1/sessions", token=tokens["customer"])["items"] if not it["is_this"]]
    wait_until(lambda: len(listed()) >= 3, 30, "the customer's other sessions are listed")
    seeds = {"url": shop.url, "sessions": listed(), "webhook_key": base64.urlsafe_b64decode((shop.data / "secrets/webhook-key").read_text().strip() + "=").hex(),
             "leaver": tokens["leaver"], "password": PASSWORD,
             "exporter": shop.person("exporter")["access_token"],
             "careless": shop.person("careless") and "careless@example.com",
             "operator": operator, "forgetful": shop.person("forgetful") and "forgetful@example.com",
             "customer": tokens["customer"], "manager": tokens["book_manager"],
             "people": [other["person_id"] for other in others],
             "refresh_tokens": [other["refresh_token"] for other in others]}
    return tokens, seeds


def tried(program, role, folder):
    """One role's run: its faults, and the answers to its well-formed requests by operation and status. Who can do nothing
    afterwards, since no session is left, tries nothing but that; nobody else does."""
    shop = Shop(folder)
    try:
        tokens, seeds = prepared(shop)
        counted = Path(folder) / "answers.json"
        command = [program / "schemathesis", "--config-file", HERE / "schemathesis.toml", "run", shop.url + "/openapi.json",
                   "--checks", "all", "--phases", PHASES if role in LEAVING else f"{PHASES},stateful",
                   "--max-examples", str(EXAMPLES),
                   "--seed", str(SEED), "--no-color"]
        command += ["--header", f"Authorization: Bearer {tokens[role]}"] if role else []
        is_tried = lambda operation: operation == LEAVING[role] if role in LEAVING else role is None or operation not in ENDING
        command += ["--include-operation-id", LEAVING[role]] if role in LEAVING else []
        if role and role not in LEAVING:
            command += [word for operation in ENDING for word in ("--exclude-operation-id", operation)]
        environment = {**os.environ, "SCHEMATHESIS_HOOKS": str(HERE / "schemathesis_hooks.py"), "MADANG_SHOP": json.dumps(seeds),
                       "MADANG_TOKEN": tokens.get(role, ""), "MADANG_ANSWERS": str(counted)}
        ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS_MAX)
        operations = [operation["operationId"] for methods in shop.ask("GET", "/openapi.json")["paths"].values()
                      for operation in methods.values() if is_tried(operation["operationId"])]
        faults = []
        tested = re.search(r"Tested: (\d+)", ran.stdout)
        if ran.returncode != 0 or not tested or int(tested[1]) != len(operations):
            faults.append(ran.stdout[-20000:] + ran.stderr[-3000:])
        if shop.stop() != 0:
            faults.append("the shop did not end well")
        answers = json.loads(counted.read_text())
        faults += [f"never asked well-formed: {name}" for name in operations if not answers.get(name)]
        return faults, answers, operations, re.findall(r"\d+ generated.*", ran.stdout)
    finally:
        shop.stop()


def main() -> int:
    program = tools()
    print(f"seed {SEED}, {EXAMPLES} examples")
    seen, operations, failed = {}, [], False
    for role in (*LEAVING, None, "customer", "book_manager", "operator"):
        start = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="madang-schema-") as folder:
            faults, answers, operations, summary = tried(program, role, folder)
        for name, statuses in answers.items():
            seen.setdefault(name, Counter()).update(statuses)
        print(f"{role or 'nobody'}: {time.monotonic() - start:.0f} s, {', '.join(summary)}", flush=True)
        print("\n".join(faults), end="\n" if faults else "")
        failed = failed or bool(faults)
    operations = [*operations, *ENDING]
    print("answers to what was well-formed:")
    for name in operations:
        print(f"  {name:24}", ", ".join(f"{status}: {count}" for status, count in sorted(seen.get(name, {}).items())))
    never = [name for name in operations if not any(status.startswith("2") for status in seen.get(name, {}))]
    print(f"never succeeded (teach schemathesis_hooks.py what they need): {never}" if never else
          f"{len(operations)} operations, each tried by every role that can go on afterwards, each seen to succeed")
    return 1 if failed or never else 0


if __name__ == "__main__":
    sys.exit(main())
