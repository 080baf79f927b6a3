#!/usr/bin/env python3
"""The shop under a service manager, which this test plays: it opens the listening socket, is told how the shop
does, and wants signs of life. Run from the root of the project.
"""
import http.client
import os
import signal
import socket
import subprocess
import tempfile
import unittest
from pathlib import Path

PROGRAM = Path.cwd() / "build/release/bin/madang"
SECONDS = 30


class AServiceManager(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="madang-managed-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.told = self.closed_after(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        self.told.bind(str(self.folder / "notify"))
        self.told.settimeout(SECONDS)

    def closed_after(self, what):
        self.addCleanup(what.close)
        return what

    def listen(self):
        return self.closed_after(socket.create_server(("127.0.0.1", 0)))

    def start(self, sockets, **environment):
        """As systemd does: the sockets are descriptors 3 and up, and the variables name the process."""
        moved = "".join(f" {3 + at}<&{it.fileno()}" for at, it in enumerate(sockets))
        surroundings = {**os.environ, "NOTIFY_SOCKET": str(self.folder / "notify"), "LISTEN_FDS": str(len(sockets)),
                        **environment}
        shop = subprocess.Popen(
            ["bash", "-c", f'LISTEN_PID=$$ exec "$@"{moved}', "bash", PROGRAM, "serve", "--data", self.folder / "data",
             "--listen", "127.0.0.1:1"],
            env=surroundings, pass_fds=[it.fileno() for it in sockets], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.addCleanup(shop.stderr.close)
        self.addCleanup(shop.wait)
        self.addCleanup(shop.kill)
        return shop

    def next_message(self, beginning):
        for _ in range(100):
            message = self.told.recv(4096).decode()
            if message.startswith(beginning):
                return dict(line.split("=", 1) for line in message.splitlines())
        raise AssertionError(f"a hundred messages, and none begins with {beginning}")

    def get(self, port, path):
        connection = self.closed_after(http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS))
        connection.request("GET", path)
        return connection.getresponse().read()

    def test_opens_the_socket_before_the_shop_is_there(self):
        door = self.listen()
        early = self.closed_after(http.client.HTTPConnection(*door.getsockname(), timeout=SECONDS))
        early.request("GET", "/livez")
        shop = self.start([door])
        self.assertEqual(early.getresponse().read(), b"alive\n")
        port = door.getsockname()[1]
        ready = self.next_message("READY=1")
        self.assertEqual((ready["MAINPID"], ready["STATUS"]), (str(shop.pid), f"open on http://127.0.0.1:{port}"))
        self.assertEqual(self.get(port, "/livez"), b"alive\n")
        shop.send_signal(signal.SIGTERM)
        self.next_message("STOPPING=1")
        self.assertEqual(shop.wait(SECONDS), 0)
        late = self.closed_after(http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS))
        late.request("GET", "/livez")  # waits in the socket, which is the manager's, for the next shop
        self.start([door])
        self.assertEqual(late.getresponse().read(), b"alive\n")

    def test_is_given_signs_of_life_as_often_as_it_wants(self):
        self.start([self.listen()], WATCHDOG_USEC="200000")
        self.next_message("READY=1")
        for _ in range(3):
            self.next_message("WATCHDOG=1")

    def test_may_give_no_more_than_one_socket(self):
        shop = self.start([self.listen(), self.listen()])
        self.assertEqual(shop.wait(SECONDS), 3)
        self.assertIn(b"gives 2 sockets; the shop listens on one", shop.stderr.read())

    def test_is_not_heard_by_a_program_that_was_not_meant(self):
        door = self.listen()
        shop = self.start([door], WATCHDOG_PID="1", WATCHDOG_USEC="1000")
        self.next_message("READY=1")
        for _ in range(20):
            self.get(door.getsockname()[1], "/readyz")
        shop.send_signal(signal.SIGTERM)
        self.assertEqual(self.told.recv(4096)[:10], b"STOPPING=1")  # no sign of life before


if __name__ == "__main__":
    unittest.main()
