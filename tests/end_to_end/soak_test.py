"""Ten minutes of renting, reading the shelf and returning leave nothing in the shop's memory."""
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path.cwd() / "bench"))
from peers import Shop  # noqa: E402
from soak import soak  # noqa: E402

PROGRAM = Path.cwd() / "build/release/bin/madang"
MINUTES = float(sys.argv.pop()) if len(sys.argv) > 1 else 10
# What may be left of each request while the last caches fill, which takes longer than ten minutes (58 were seen in them,
# 1.9 in the last 36 of an hour: bench/README.md): less than a map's entry of an id and a short text. And what may grow
# at all, where a busy machine lets so few requests through that all caches still fill.
BYTES_A_REQUEST, MEGABYTES = 160, 8


class SoakingAShop(unittest.TestCase):
    def test_leaves_nothing_in_its_memory(self):
        with tempfile.TemporaryDirectory(prefix="madang-soak-") as folder:
            shop = Shop(PROGRAM, Path(folder) / "data", "--sample")
            try:
                seen = soak(shop, MINUTES)
            finally:
                shop.stop()
        said = (f"{seen.rate:.0f} requests a second; {seen.megabytes:.0f} MB, grown by {seen.growth:.1f} MB in "
                f"{seen.seconds / 60:.1f} minutes: {seen.bytes_a_request:.0f} bytes a request")
        print(said)
        self.assertTrue(seen.bytes_a_request < BYTES_A_REQUEST or seen.growth < MEGABYTES, said)


if __name__ == "__main__":
    unittest.main()
