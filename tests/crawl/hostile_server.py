#!/usr/bin/env python3
"""A server that misbehaves in one way for each path; "/" links to all of them and to a good page. Prints its URL on the
first line. With --die-after N the whole server is gone in the middle of answer N."""

import argparse
import asyncio
import functools
import os
import socket
import struct
import sys
import zlib

sys.dont_write_bytecode = True


def answer(body, fields="", status="200 OK", length=None):
    length = len(body) if length is None else length
    return (f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {length}\r\n{fields}\r\n").encode() + body


@functools.cache
def bomb():
    """A quarter of a gigabyte of zeros in a megabyte of gzip."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    block = bytes(1 << 20)
    return b"".join(packer.compress(block) for _ in range(256)) + packer.flush()


async def silent(writer):
    await asyncio.sleep(3600)


async def drip(writer):
    for byte in answer(b"x" * 10_000):
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(1)


async def garbage(writer):
    writer.write(bytes(range(256)) * 8 + b"\r\n\r\n")
    await writer.drain()


async def endless_body(writer):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"10000\r\n" + b"<p>more\n" * 8192 + b"\r\n")
        await writer.drain()


async def endless_header(writer):
    writer.write(b"HTTP/1.1 200 OK\r\n")
    number = 0
    while True:
        writer.write(b"".join(b"X-%d: %s\r\n" % (number + i, b"y" * 100) for i in range(100)))
        number += 100
        await writer.drain()


async def endless_line(writer):
    writer.write(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        writer.write(b"y" * 65536)
        await writer.drain()


async def send_bomb(writer):
    writer.write(answer(bomb(), "Content-Encoding: gzip\r\n"))
    await writer.drain()


async def cut_short(writer):
    writer.write(answer(b"<a href=/never.html>" * 100, length=100_000))
    await writer.drain()


async def cut_chunk(writer):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n<p>half")
    await writer.drain()


async def bad_chunk(writer):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n")
    await writer.drain()


async def bad_gzip(writer):
    writer.write(answer(b"this is no gzip " * 10, "Content-Encoding: gzip\r\n"))
    await writer.drain()


async def reset(writer):
    own = writer.get_extra_info("socket")
    own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def nothing(writer):
    pass


async def deep(writer):
    writer.write(answer(b"<div>" * 200_000))
    await writer.drain()


async def zeros(writer):
    writer.write(answer(bytes(200_000) + b"<a href=/good.html>"))
    await writer.drain()


async def good(writer):
    writer.write(answer(b"<title>good</title><a href=/good.html>me</a>"))
    await writer.drain()


WAYS = {
    "/silent": silent, "/drip": drip, "/garbage": garbage, "/endless-body": endless_body,
    "/endless-header": endless_header, "/endless-line": endless_line, "/bomb": send_bomb, "/cut-short": cut_short,
    "/cut-chunk": cut_chunk, "/bad-chunk": bad_chunk, "/bad-gzip": bad_gzip, "/reset": reset, "/nothing": nothing,
    "/deep": deep, "/zeros": zeros, "/good.html": good,
}
requests = 0


async def serve(reader, writer, options, log):
    global requests
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        path = head.split(b" ")[1].decode("latin-1")
        requests += 1
        log.write(head.split(b"\r\n")[0].decode("latin-1") + "\n")
        if options.die_after and requests >= options.die_after:
            writer.write(answer(b"<p>half", length=1000))
            await writer.drain()
            os._exit(0)
        if path == "/":
            links = "".join(f"<a href={way}>x</a>\n" for way in WAYS)
            if options.die_after:
                links = "".join(f"<a href=/page/{i}>x</a>\n" for i in range(100))
            writer.write(answer(links.encode(), "Connection: close\r\n"))
            await writer.drain()
        elif path in WAYS:
            await WAYS[path](writer)
        elif path.startswith("/page/"):
            writer.write(answer(b"<p>page", "Connection: close\r\n"))
            await writer.drain()
        else:
            writer.write(answer(b"none", "Connection: close\r\n", "404 Not Found"))
            await writer.drain()
    except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        pass
    finally:
        writer.close()


async def main():
    options = argparse.ArgumentParser(description=__doc__.split(";")[0])
    options.add_argument("--die-after", type=int, default=0)
    options.add_argument("--log", required=True)
    chosen = options.parse_args()
    with open(chosen.log, "w", encoding="utf-8", buffering=1) as log:
        server = await asyncio.start_server(lambda r, w: serve(r, w, chosen, log), "127.0.0.1", 0)
        print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
        await server.serve_forever()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        pass
