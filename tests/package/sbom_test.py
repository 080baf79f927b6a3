#!/usr/bin/env python3
"""The list of what the program is made of, against the program itself: every library that it asks for is in it, with the
version that is installed, and so are those that are headers alone. Run from the root of the project.
"""
import hashlib
import json
import re
import subprocess
import unittest
from pathlib import Path

TOOL = Path(__file__).resolve().parents[2] / "tools/sbom.py"
BUILD = Path("build/release")
PROGRAM = BUILD / "bin/madang"
HEADERS_ALONE = {"libboost1.81-dev", "libcli11-dev", "libtomlplusplus-dev"}
OF_LIBRARIES = {"libssl.so": "libssl", "libcrypto.so": "libssl", "libsqlite3.so": "libsqlite3", "libargon2.so": "libargon2",
                "libfmt.so": "libfmt", "libzip.so": "libzip", "libdate-tz.so": "libdate-tz", "libstdc++.so": "libstdc++",
                "libc.so": "libc6", "libm.so": "libc6", "libgcc_s.so": "libgcc-s1"}


def told(*words):
    return subprocess.run(words, check=True, text=True, capture_output=True, timeout=300).stdout


class TheListOfParts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.list = json.loads(told("python3", TOOL, BUILD, "1.2.3"))
        cls.parts = {part["name"]: part for part in cls.list["packages"]}

    def test_names_every_library_that_the_program_loads(self):
        needed = re.findall(r"\(NEEDED\).*\[(.*?\.so)", told("readelf", "-d", PROGRAM))
        self.assertGreater(len(needed), 5)
        for library in needed:
            self.assertIn(library, OF_LIBRARIES, "a new library: say here which package it is of")
            self.assertTrue(any(name.startswith(OF_LIBRARIES[library]) and not name.endswith("-dev") for name in self.parts),
                            f"{library} in {sorted(self.parts)}")

    def test_names_what_is_headers_alone_and_nothing_of_tests(self):
        self.assertLessEqual(HEADERS_ALONE, set(self.parts))
        self.assertEqual([name for name in self.parts if "gtest" in name or "rapidcheck" in name], [])

    def test_says_the_versions_that_are_installed(self):
        for name, part in self.parts.items():
            if name == "madang":
                self.assertEqual(part["versionInfo"], "1.2.3")
                self.assertEqual(part["checksums"][0]["checksumValue"], hashlib.sha256(PROGRAM.read_bytes()).hexdigest())
            else:
                self.assertIn(part["versionInfo"], told("dpkg-query", "-W", "-f=${Version}\n", name).splitlines())
                self.assertIn(f"pkg:deb/debian/{name}@{part['versionInfo']}", part["externalRefs"][0]["referenceLocator"])

    def test_is_spdx_whose_parts_all_belong_to_the_program(self):
        self.assertEqual((self.list["spdxVersion"], self.list["SPDXID"]), ("SPDX-2.3", "SPDXRef-DOCUMENT"))
        ids = [part["SPDXID"] for part in self.list["packages"]]
        self.assertEqual(len(ids), len(set(ids)))
        related = {(it["spdxElementId"], it["relatedSpdxElement"]) for it in self.list["relationships"]}
        self.assertEqual(related, {("SPDXRef-DOCUMENT", "SPDXRef-madang")}
                         | {("SPDXRef-madang", one) for one in ids if one != "SPDXRef-madang"})


if __name__ == "__main__":
    unittest.main(verbosity=2)
