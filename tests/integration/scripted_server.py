#!/usr/bin/env python3
"""An HTTP/1.1 server that behaves as the path says: well, badly, or not at all.

Prints its port on the first line and ends when its standard input ends. Each connection has a
thread and a number; sockets are written to directly, so that nothing is too wrong to be sent.
"""
import gzip
import os
import random
import socket
import struct
import sys
import threading
import urllib.parse
import zlib

ZEROS = bytes(1 << 20)
released = {}  # name -> Event, for /held and /release
flooded = 0    # bytes that /flood has got rid of
lock = threading.Lock()


def event(name):
    with lock:
        return released.setdefault(name, threading.Event())


def bomb(megabytes):
    """Zeros, packed a thousandfold."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    pieces = [packer.compress(ZEROS) for _ in range(megabytes)]
    return b"".join(pieces) + packer.flush()


class Connection(threading.Thread):
    count = 0

    def __init__(self, sock):
        super().__init__(daemon=True)
        Connection.count += 1
        self.number = Connection.count
        self.sock = sock
        self.input = sock.makefile("rb")
        self.requests = 0

    def send(self, data):
        self.sock.sendall(data if isinstance(data, bytes) else data.encode("latin-1"))

    def answer(self, body=b"", status="200 OK", headers=()):
        body = body if isinstance(body, bytes) else body.encode()
        head = ["HTTP/1.1 " + status, "Content-Length: %d" % len(body), *headers]
        self.send("\r\n".join(head) + "\r\n\r\n")
        if self.method != "HEAD":
            self.send(body)

    def wait(self, seconds):
        """Until the client goes away, but not for ever."""
        self.sock.settimeout(seconds)
        try:
            while self.sock.recv(65536):
                pass
        except OSError:
            pass

    def read_body(self):
        if self.headers.get("transfer-encoding", "").lower() == "chunked":
            body = b""
            while size := int(self.input.readline(), 16):
                body += self.input.read(size)
                self.input.readline()
            self.input.readline()
            return body
        return self.input.read(int(self.headers.get("content-length", 0)))

    def run(self):
        try:
            while self.one_request():
                pass
        except (OSError, ValueError):
            pass
        finally:
            self.close()

    def close(self):
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.sock.close()

    def one_request(self):
        line = self.input.readline().decode("latin-1").split()
        if len(line) != 3:
            return False
        self.method, target, _ = line
        self.requests += 1
        self.raw_headers = []
        self.headers = {}
        while (field := self.input.readline()) not in (b"\r\n", b"\n", b""):
            name, value = field.decode("latin-1").rstrip("\r\n").split(":", 1)
            self.raw_headers.append(name + ":" + value)
            self.headers[name.lower()] = value.strip()
        path, _, self.query = target.partition("?")
        name, *self.arguments = path.strip("/").split("/")
        behaviour = getattr(self, "do_" + name.replace("-", "_"), None)
        if behaviour is None:
            self.read_body()
            self.answer("no such behaviour\n", "404 Not Found")
            return True
        return behaviour() is not False

    # ---- good answers; False ends the connection

    def do_hello(self):
        self.read_body()
        self.answer("hello\n", headers=["Content-Type: text/plain"])

    def do_echo(self):
        body = self.read_body()
        head = "\n".join([self.method + " " + self.query, *self.raw_headers, "", ""])
        self.answer(head.encode("latin-1") + body, headers=["X-Length: %d" % len(body)])

    def do_status(self):
        self.answer("status " + self.arguments[0], self.arguments[0] + " Some Reason")

    def do_keep(self):
        self.answer("connection %d request %d" % (self.number, self.requests))

    def do_large(self):
        self.answer(b"x" * int(self.arguments[0]))

    def do_missing(self):
        self.answer(b"m" * int(self.arguments[0]), "404 Not Found")

    def do_headers(self):
        self.answer("", headers=["Set-Cookie: a=1", "set-cookie: b=2", "X-Empty:", "X-Odd: a: b"])

    def do_gzip(self):
        self.answer(gzip.compress(b"hello " * 1000), headers=["Content-Encoding: gzip"])

    def do_deflate(self):
        self.answer(zlib.compress(b"hello " * 1000), headers=["Content-Encoding: deflate"])

    def do_chunked(self):
        self.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n"
                  "5\r\nhello\r\n7;x=y\r\n, world\r\n0\r\nX-T: 1\r\n\r\n")

    def do_until_close(self):
        self.send("HTTP/1.0 200 OK\r\n\r\nno length")
        return False

    def do_1xx(self):
        self.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
        self.answer("after hints")

    def do_redirect(self):
        left = int(self.arguments[0])
        where = "/redirect/%d" % (left - 1) if left > 1 else "/hello"
        self.answer(b"r" * 1000, "302 Found", ["Location: " + where])

    def do_loop(self):
        self.answer("", "301 Moved", ["Location: /loop"])

    def do_redirect_to(self):
        self.read_body()
        self.answer("", self.arguments[0] + " Elsewhere",
                    ["Location: " + urllib.parse.unquote(self.query)])

    def do_redirect_endless(self):
        self.send("HTTP/1.1 302 Found\r\nLocation: /hello\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            self.send(b"10000\r\n" + b"r" * 65536 + b"\r\n")

    # ---- under the test's control

    def do_held(self):
        """Headers and a first piece; the rest after /release/NAME."""
        self.send("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nfirst ")
        event(self.arguments[0]).wait(60)
        self.send("second")

    def do_wait(self):
        """Nothing until /release/NAME."""
        event(self.arguments[0]).wait(60)
        self.answer("released")

    def do_release(self):
        event(self.arguments[0]).set()
        self.answer("ok")

    def do_flood(self):
        global flooded
        megabytes = int(self.arguments[0])
        self.send("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (megabytes << 20))
        for _ in range(megabytes * 16):
            self.send(ZEROS[:65536])
            flooded += 65536

    def do_flooded(self):
        self.answer(str(flooded))

    # ---- bad answers

    def do_bomb(self):
        packed = bomb(int(self.arguments[0]))
        self.answer(packed, headers=["Content-Encoding: gzip"])

    def do_bad_gzip(self):
        self.answer(b"this is not gzip at all", headers=["Content-Encoding: gzip"])

    def do_endless_body(self):
        self.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            self.send(b"10000\r\n" + b"e" * 65536 + b"\r\n")

    def do_endless_header(self):
        self.send("HTTP/1.1 200 OK\r\nX-Endless: ")
        while True:
            self.send(b"h" * 65536)

    def do_many_headers(self):
        self.send("HTTP/1.1 200 OK\r\n")
        while True:
            self.send(b"X-Many: 1\r\n" * 100)

    def do_endless_1xx(self):
        while True:
            self.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 100)

    def do_slow(self):
        self.send("HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
        while True:
            self.send("s")
            self.sock.settimeout(1)
            try:
                if not self.sock.recv(1):
                    return False
            except TimeoutError:
                pass
            self.sock.settimeout(None)

    def do_never(self):
        self.wait(60)
        return False

    def do_garbage(self):
        self.send(random.Random(7).randbytes(5000))
        return False

    def do_garbage_later(self):
        self.send("HTTP/1.1 200 OK\r\n\x00\x01\x02\x03 no colon\r\n\r\nbody")
        return False

    def do_http09(self):
        self.send("<html>no status line</html>")
        return False

    def do_http7(self):
        self.send("HTTP/7.3 200 OK\r\nContent-Length: 0\r\n\r\n")
        return False

    def do_short(self):
        self.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this")
        return False

    def do_long(self):
        self.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more")

    def do_negative_length(self):
        self.send("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello")
        return False

    def do_bad_chunks(self):
        self.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nhello\r\n")
        return False

    def do_cut_chunks(self):
        self.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhello")
        return False

    def do_close(self):
        return False

    def do_reset(self):
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.input.close()
        self.sock.close()
        return False

    def do_no_body(self):
        """A status that has no body, with one."""
        self.send("HTTP/1.1 %s Empty\r\nContent-Length: 4\r\n\r\nbody" % self.arguments[0])

    def do_close_idle(self):
        """Announces that it stays, and goes."""
        self.answer("bye")
        return False


def main():
    listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
    print(listener.getsockname()[1], flush=True)

    def serve():
        while True:
            sock, _ = listener.accept()
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            Connection(sock).start()

    threading.Thread(target=serve, daemon=True).start()
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
