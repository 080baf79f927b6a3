#!/usr/bin/env python3
"""sbom.py BUILD VERSION >FILE: what the program of that build is made of, as SPDX 2.3 in JSON: each Debian package whose
library it loads, and each whose headers were compiled into it (headers alone, or a library beside them), with the
version that is installed here. What gave neither, the compiler say, is not in it.
"""
import hashlib
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

PROGRAM = "bin/madang"
# The compiler's and the C library's, whose libraries are found where they are loaded.
NOT_OURS_TO_CHOOSE = re.compile(r"^(libc6-dev|linux-libc-dev|libstdc\+\+-.*-dev|libgcc-.*-dev|gcc-.*|cpp-.*)$")


def told(*words):
    return subprocess.run(words, check=True, text=True, capture_output=True, env={**os.environ, "LC_ALL": "C"}).stdout


def packages_with(files):
    """The Debian package of each file: name:architecture or name."""
    real = {os.path.realpath(file) for file in files}
    # What packages call /lib is /usr/lib by now.
    found, rest = set(), sorted(real | {file.removeprefix("/usr") for file in real if file.startswith("/usr/lib/")})
    for at in range(0, len(rest), 500):
        answer = subprocess.run(["dpkg", "-S", *rest[at:at + 500]], text=True, capture_output=True, check=False)
        for line in answer.stdout.splitlines():
            found.update(owner.strip() for owner in line.rsplit(": ", 1)[0].split(","))
    return found


def loaded(program):
    return [path for path in re.findall(r"(?:=> )?(/\S+) \(0x", told("ldd", program))]


def compiled_in(build):
    """The headers of the system that its objects were made of."""
    objects = [it for it in told("ninja", "-C", build, "-t", "inputs", PROGRAM).splitlines() if it.endswith(".o")]
    headers = set()
    for at in range(0, len(objects), 200):
        for line in told("ninja", "-C", build, "-t", "deps", *objects[at:at + 200]).splitlines():
            if line.startswith("    /usr/") and "/gcc/" not in line and "/c++/" not in line:
                headers.add(line.strip())
    return headers


def described(owner, relation):
    form = "${Package}\t${Version}\t${Architecture}\t${source:Package}\t${Homepage}"
    name, version, architecture, source, homepage = told("dpkg-query", "-W", f"-f={form}", owner).split("\t")
    return {
        "SPDXID": f"SPDXRef-{re.sub(r'[^A-Za-z0-9.]', '-', name)}", "name": name, "versionInfo": version,
        "supplier": "Organization: Debian", "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
        "licenseConcluded": "NOASSERTION", "licenseDeclared": "NOASSERTION", "copyrightText": "NOASSERTION",
        **({"homepage": homepage} if homepage else {}), "sourceInfo": f"built by Debian from the source package {source}",
        "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                          "referenceLocator": f"pkg:deb/debian/{name}@{version}?arch={architecture}&distro=debian-12"}],
    }, relation


def bill_of(build, version, created):
    program = Path(build) / PROGRAM
    libraries, headers = packages_with(loaded(program)), packages_with(compiled_in(build))
    headers = {it for it in headers if not NOT_OURS_TO_CHOOSE.match(it.split(":")[0])}
    parts = [described(it, "DYNAMIC_LINK") for it in sorted(libraries)]
    parts += [described(it, "STATIC_LINK") for it in sorted(headers - libraries)]
    digest = hashlib.sha256(program.read_bytes()).hexdigest()
    own = {"SPDXID": "SPDXRef-madang", "name": "madang", "versionInfo": version, "downloadLocation": "NOASSERTION",
           "filesAnalyzed": False, "licenseConcluded": "NOASSERTION", "licenseDeclared": "NOASSERTION",
           "copyrightText": "NOASSERTION", "primaryPackagePurpose": "APPLICATION",
           "checksums": [{"algorithm": "SHA256", "checksumValue": digest}]}
    return {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": f"madang {version}",
        "documentNamespace": f"https://madang.example.com/spdx/{version}/{digest[:16]}",
        "creationInfo": {"created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(created)), "creators": ["Tool: madang-sbom"]},
        "packages": [own, *(part for part, _ in parts)],
        "relationships": [
            {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-madang"},
            *({"spdxElementId": "SPDXRef-madang", "relationshipType": relation, "relatedSpdxElement": part["SPDXID"]}
              for part, relation in parts)],
    }


if __name__ == "__main__":
    made_of = bill_of(sys.argv[1], sys.argv[2], int(told("git", "log", "-1", "--format=%ct")))
    json.dump(made_of, sys.stdout, indent=1, ensure_ascii=False)
    print()
