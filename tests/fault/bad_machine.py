"""A shop on a machine that fails on purpose: its disk is full, read-only or does not sync, is slow at some files, its
wall clock is set while it runs, and opening some file brings it down. See bad_machine.cpp.
"""
import http.client
import mmap
import struct
import sys
from pathlib import Path

sys.path.insert(0, str(Path.cwd() / "tests/end_to_end"))
from paying_test import AtTheTill, Customer

FORM = struct.Struct("=qiii4x128s128s128s")


class BadMachine:
    library = Path.cwd() / "build/release/lib/libbad_machine.so"

    def __init__(self, folder):
        """For a shop in that folder, whose data alone fail."""
        self.path, self.folder = Path(folder) / "bad_machine", f"{folder}/data"
        self.path.write_bytes(bytes(FORM.size))
        with open(self.path, "r+b") as file:
            self.shared = mmap.mmap(file.fileno(), FORM.size)
        self.be()

    def be(self, wall_offset=0, writes_fail=0, syncs_fail=0, slow_ms=0, slow="", abort=""):
        """From now on; without arguments, well. The numbers are errno's, the texts parts of paths."""
        self.shared[:] = FORM.pack(wall_offset, writes_fail, syncs_fail, slow_ms, self.folder.encode(), slow.encode(),
                                   abort.encode())

    def environment(self):
        return {"LD_PRELOAD": str(self.library), "BAD_MACHINE": str(self.path)}


class OnABadMachine(AtTheTill):
    """A shop that can be made to suffer, with a customer in it."""

    def setUp(self):
        super().setUp()
        self.shop.stop()
        self.machine = BadMachine(self.shop.folder)
        self.shop.environment = self.machine.environment()
        self.addCleanup(self.machine.be)
        self.shop.start()
        self.customer = Customer(self.shop, 1)

    def rent(self, edition):
        """Asked twice it is the same rental."""
        status, answer = self.customer.rent(edition, key=edition["edition_id"])
        self.assertEqual(status, 201, answer)
        return answer

    def metric(self, name):
        """The value of the first that begins so."""
        connection = http.client.HTTPConnection("127.0.0.1", self.shop.port)
        connection.request("GET", "/metrics")
        lines = connection.getresponse().read().decode().splitlines()
        connection.close()
        return float(next(line.split()[-1] for line in lines if line.startswith(name)))
