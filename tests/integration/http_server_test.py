"""The HTTP server against other people's clients: curl, Python's http.client, and raw sockets.

usage: http_server_test.py SERVE_SITE
Runs example_serve_site on a port of the kernel's choice, over a site of its own.
"""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

SERVE_SITE = sys.argv.pop(1)
LARGE = b"".join(b"%d " % i for i in range(1_000_000))


def fill(root):
    os.makedirs(os.path.join(root, "dir"))
    files = {"index.html": b"<p>home", "a.txt": b"0123456789", "dir/index.html": b"<p>dir", "large.bin": LARGE}
    for name, content in files.items():
        with open(os.path.join(root, name), "wb") as f:
            f.write(content)
    os.symlink("/etc/passwd", os.path.join(root, "passwd"))


class Server:
    def __init__(self, root, *more):
        self.process = subprocess.Popen([SERVE_SITE, root, "0", *more], stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        self.port = int(self.url.rsplit(":", 1)[1].rstrip("/"))

    def end(self, with_signal=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(with_signal)
        try:
            return self.process.wait(30)
        finally:
            self.process.kill()
            self.process.stdout.close()


class WithServer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        fill(cls.directory.name)
        cls.server = Server(cls.directory.name)

    @classmethod
    def tearDownClass(cls):
        assert cls.server.end() == 0, "the server did not end in order"
        cls.directory.cleanup()

    def connect(self):
        s = socket.create_connection(("127.0.0.1", self.server.port), timeout=20)
        self.addCleanup(s.close)
        return s

    def talk(self, data, end=False):
        """Sends the bytes and reads until the server closes."""
        s = self.connect()
        s.sendall(data)
        if end:
            s.shutdown(socket.SHUT_WR)
        return read_all(s)


def read_all(s):
    data = b""
    while piece := s.recv(65536):
        data += piece
    return data


def get(target, more=""):
    return f"GET {target} HTTP/1.1\r\nHost: a\r\n{more}\r\n".encode()


class Curl(WithServer):
    def curl(self, path, *options):
        run = subprocess.run(["curl", "-sS", "--max-time", "20", *options, self.server.url + path],
                             capture_output=True, check=False)
        self.assertEqual(run.returncode, 0, run.stderr)
        return run.stdout

    def status(self, path, *options):
        return self.curl(path, "-o", os.devnull, "-w", "%{http_code}", *options).decode()

    def test_fetches_files(self):
        self.assertEqual(self.curl("a.txt"), b"0123456789")
        self.assertEqual(self.curl("dir", "-L"), b"<p>dir")
        self.assertEqual(self.curl("large.bin"), LARGE)
        self.assertEqual(self.curl("a.txt", "--http1.0"), b"0123456789")
        self.assertEqual(self.curl("a.txt", "--http2"), b"0123456789")  # asks for an upgrade, gets none

    def test_resumes(self):
        self.assertEqual(self.curl("a.txt", "-r", "2-4"), b"234")
        self.assertEqual(self.curl("large.bin", "-C", str(len(LARGE) - 100)), LARGE[-100:])
        self.assertEqual(self.status("a.txt", "-r", "99-"), "416")

    def test_asks_whether_it_changed(self):
        tag = next(line for line in self.curl("a.txt", "-I").decode().splitlines() if line.startswith("ETag"))
        self.assertEqual(self.status("a.txt", "-H", "If-None-Match:" + tag.split(":")[1]), "304")
        self.assertEqual(self.status("a.txt", "-z", os.path.join(self.directory.name, "a.txt")), "304")

    def test_is_refused(self):
        self.assertEqual(self.status("nothing"), "404")
        self.assertEqual(self.status("passwd"), "404")
        self.assertEqual(self.status("../../../../../etc/passwd", "--path-as-is"), "400")
        self.assertEqual(self.status("%2e%2e/%2e%2e/etc/passwd", "--path-as-is"), "400")
        self.assertEqual(self.status("a.txt", "-d", "x"), "405")
        self.assertEqual(self.status("a.txt", "-H", "X: " + "x" * 9000), "431")

    def test_sees_the_answer_to_an_upload_that_nobody_wants(self):
        with tempfile.NamedTemporaryFile() as f:
            f.write(LARGE)
            f.flush()
            self.assertEqual(self.status("a.txt", "-T", f.name), "405")
            self.assertEqual(self.status("a.txt", "-T", f.name, "-H", "Expect:"), "405")
            self.assertEqual(self.status("a.txt", "-T", f.name, "-H", "Transfer-Encoding: chunked"), "405")


class HttpClient(WithServer):
    def test_ten_thousand_requests_on_one_connection(self):
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)) as c:
            c.connect()
            only = c.sock
            for i in range(10_000):
                c.request("GET", "/a.txt")
                answer = c.getresponse()
                self.assertEqual((answer.status, answer.read()), (200, b"0123456789"))
            self.assertIs(c.sock, only)

    def test_many_connections_at_once(self):
        all_of_them = [self.connect() for _ in range(300)]
        for s in all_of_them:
            s.sendall(get("/a.txt", "Connection: close\r\n"))
        for s in all_of_them:
            self.assertTrue(read_all(s).endswith(b"\r\n\r\n0123456789"))


class Raw(WithServer):
    def test_bytes_one_by_one(self):
        s = self.connect()
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in get("/a.txt", "Connection: close\r\n"):
            s.send(bytes([byte]))
        self.assertTrue(read_all(s).endswith(b"\r\n\r\n0123456789"))

    def test_pipelined(self):
        answer = self.talk(get("/a.txt") * 999 + get("/dir/", "Connection: close\r\n"))
        self.assertEqual(answer.count(b"\r\n\r\n0123456789"), 999)
        self.assertTrue(answer.endswith(b"<p>dir"))

    def test_half_closed(self):
        self.assertTrue(self.talk(get("/a.txt"), end=True).endswith(b"\r\n\r\n0123456789"))
        self.assertEqual(self.talk(b"", end=True), b"")

    def test_refused_with_an_answer_and_an_orderly_end(self):
        smuggled = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 44\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        for data, status in [
            (b"\x16\x03\x01\x02\x00\x01\x00", b"400"),
            (b"GET / HTTP/1.1\nHost: a\n\n", b"400"),
            (smuggled + get("/passwd"), b"400"),
            (get("/" + "x" * 9000) + b"x" * 100_000, b"414"),
            (get("/", "X: y\r\n" * 200) + b"x" * 100_000, b"431"),
            (b"GET / HTTP/2.0\r\n\r\n", b"505"),
        ]:
            answer = self.talk(data)
            self.assertEqual(answer[:12], b"HTTP/1.1 " + status, data[:40])
            self.assertEqual(answer.count(b"\r\nDate: "), 1)

    def test_a_client_that_leaves_at_any_time(self):
        request = get("/large.bin")
        for taken in range(0, len(request) + 1, 3):
            s = self.connect()
            s.sendall(request[:taken])
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            s.close()
        self.assertTrue(self.talk(get("/a.txt", "Connection: close\r\n")).endswith(b"0123456789"))


class End(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.log = os.path.join(self.directory.name, ".log")
        fill(self.directory.name)

    def end_by(self, which):
        server = Server(self.directory.name, "--access-log", self.log)
        idle = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        idle.request("GET", "/a.txt")
        idle.getresponse().read()
        busy = socket.create_connection(("127.0.0.1", server.port), timeout=20)
        busy.sendall(get("/large.bin"))
        start = busy.recv(1000)
        server.process.send_signal(which)
        self.assertEqual(idle.sock.recv(1), b"")
        whole = start + read_all(busy)
        self.assertTrue(whole.endswith(LARGE))
        idle.close()
        busy.close()
        # No second signal, which would end it at once.
        self.assertEqual(server.process.wait(30), 0)
        server.end()

    def test_by_sigterm(self):
        self.end_by(signal.SIGTERM)
        with open(self.log, encoding="ascii") as log:
            lines = log.read().splitlines()
        self.assertEqual(len(lines), 2)
        self.assertIn('"GET /a.txt HTTP/1.1" 200 10 "-" "-"', lines[0])

    def test_by_sigint(self):
        self.end_by(signal.SIGINT)

    def test_of_one_that_cannot_begin(self):
        for arguments in [], ["/"], [self.directory.name, "x"], [self.directory.name, "99999"], ["--host"]:
            self.assertEqual(subprocess.run([SERVE_SITE, *arguments], capture_output=True).returncode, 2)
        gone = os.path.join(self.directory.name, "nothing")
        self.assertEqual(subprocess.run([SERVE_SITE, gone, "0"], capture_output=True).returncode, 1)


if __name__ == "__main__":
    unittest.main()
