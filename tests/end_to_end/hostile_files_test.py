#!/usr/bin/env python3
"""An upload whose name would lead elsewhere, and whose content would run if anybody ran it: the shop keeps it under the
digest of its content, starts nothing and gives it back byte by byte under a name of its own.

Run from the root of the project.
"""
import hashlib
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from authorization_test import PASSWORD
from every_operation import EveryOperation
from running_shop import Shop, add_operator, epub, wait_until

SECONDS = 60
NAMES = ("../../../../touched", "..%2f..%2ftouched", "%2e%2e/%2e%2e/touched", "..\\..\\touched", "FOLDER/touched", "touched\0.epub", "touched.sh",
         "~/touched", "file://FOLDER/touched", "secrets/token-keys", ".", "..", "CON", "a" * 300)


class HostileFiles(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="madang-files-")
        self.addCleanup(folder.cleanup)
        self.shop = Shop(folder.name)
        self.addCleanup(self.shop.end)
        add_operator(self.shop, "keeper@example.com", PASSWORD)
        self.shop.start()
        self.world = EveryOperation(self.shop)
        self.addCleanup(self.world.close)
        self.names = [name.replace("FOLDER", folder.name) for name in NAMES]
        self.manager = {"Authorization": f"Bearer {self.world.people['book_manager']['access_token']}"}

    def upload(self, path, book, fields):
        return self.world.ask_raw("PUT", path, book, {**self.manager, "Content-Type": "application/epub+zip", **fields})

    def files(self):
        """Paths of everything in the folder in which the shop and this test live, but for what SQLite makes for a while."""
        return {str(path.relative_to(self.shop.folder)) for path in self.shop.folder.rglob("*") if not path.name.endswith(("-wal", "-shm"))}

    def test_are_kept_under_the_digest_of_their_content_whatever_they_are_called(self):
        path, before, digests = f"/v1/editions/{self.world.edition()}", self.files(), set()
        for number, name in enumerate(self.names):
            with self.subTest(name):
                book = epub(f"<package>{number}</package>")
                field = "".join(letter for letter in name if letter.isprintable())
                answer = self.upload(path + "/file", book, {
                    "Idempotency-Key": f"named-{number}", "Content-Disposition": f'attachment; filename="{field}"', "Slug": field,
                    "Content-Location": field, "X-File-Name": field})
                self.assertEqual(answer.status, 200, answer.bytes)
                self.assertEqual(answer.json["sha256"], hashlib.sha256(book).hexdigest())
                digests.add(answer.json["sha256"])
                in_target = name.replace("\0", "%00").replace("\\", "%5c")
                for target in (f"/v1/editions/{in_target}/file", f"{path}/file/{in_target}", f"{path}/file?filename={in_target}"):
                    status = self.upload(target, book, {"Idempotency-Key": "named-in-its-target"}).status
                    self.assertIn(status, (400, 404, 405), target)
        self.fetched_by_rental(digests)
        new = {name for name in self.files() - before if not (self.shop.folder / name).is_dir()}
        kept = {f"data/{context}/files/{digest[:2]}/{digest[2:]}" for context in ("catalog", "rental") for digest in digests}
        arriving = {name for name in new if re.fullmatch(r"data/(catalog|rental)/files/incoming/\d+", name)}  # on its way to rental
        self.assertEqual({name for name in new - arriving if "/files/" in name}, kept & new)
        self.assertLessEqual({f"data/catalog/files/{digest[:2]}/{digest[2:]}" for digest in digests}, new)
        self.assertEqual([name for name in new - kept if "touched" in name], [])
        self.assertFalse(Path("FOLDER/touched").exists())

    def fetched_by_rental(self, digests):
        """The last of them has come to the context that hands them out."""
        kept = lambda: {path.parent.name + path.name for path in (self.shop.folder / "data/rental/files").rglob("*") if path.is_file()}
        wait_until(lambda: digests & kept(), SECONDS, "rental has a file")

    def test_are_never_run_and_given_back_as_they_came(self):
        touched = self.shop.folder / "touched"
        script = f"#!/bin/sh\ntouch {touched}\n"
        edition, owner = self.world.scarce["edition_id"], {"Authorization": f"Bearer {self.world.guest['access_token']}"}
        book = epub(f"<package><!--#exec cmd='touch {touched}'--><?php touch('{touched}'); ?>$(touch {touched})</package>")
        self.assertEqual(self.upload(f"/v1/editions/{edition}/file", book, {"Idempotency-Key": "looks-like-one"}).status, 200)
        for number, program in enumerate((script.encode() + book, b"MZ" + book, b"\x7fELF" + book, script.encode(), epub(script),
                                          epub("<package><script>read(document.cookie)</script></package>"))):
            answer = self.upload(f"/v1/editions/{edition}/file", program, {"Idempotency-Key": f"program-{number}"})
            self.assertEqual((answer.status, answer.json.get("type")), (422, "/problems/not-an-epub"), program[:8])
        shelf = self.world.ask_raw("GET", "/v1/shelf", None, owner).json["items"]
        link = lambda: self.world.expect_answer("POST", f"/v1/rentals/{shelf[0]['rental_id']}/link", None, self.world.guest["access_token"])["url"]
        read = lambda: self.world.ask_raw("GET", link())
        wait_until(lambda: read().bytes == book, SECONDS, "the loan has the new file")
        answer = read()
        self.assertEqual(answer.fields["Content-Type"], "application/epub+zip")
        self.assertEqual(answer.fields["Content-Disposition"], f'attachment; filename="{hashlib.sha256(book).hexdigest()}.epub"')
        self.assertIn("default-src 'none'", answer.fields["Content-Security-Policy"])
        self.assertEqual(answer.fields["X-Content-Type-Options"], "nosniff")
        for name in self.names:
            with self.subTest(name):
                asked = "".join(f"%{byte:02x}" for byte in name.encode())
                changed = self.world.ask_raw("GET", re.sub(r"[^/]+\?", asked + "?", link(), count=1))
                self.assertIn(changed.status, (400, 403, 404), changed.bytes[:200])
        self.assertFalse(touched.exists())
        can_be_run = subprocess.run(["find", self.shop.folder / "data", "-type", "f", "-perm", "/111"], capture_output=True, text=True)
        self.assertEqual(can_be_run.stdout, "")
        children = Path(f"/proc/{self.shop.process.pid}/task").glob("*/children")
        self.assertEqual("".join(path.read_text() for path in children), "")


if __name__ == "__main__":
    unittest.main()
