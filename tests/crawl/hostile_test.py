#!/usr/bin/env python3
"""weft-crawl against servers and addresses that misbehave: each gets its clear line in the report, nothing is lost, and the
crawl ends. Also how it ends: by Ctrl-C, by bad usage, by a full disk.

  hostile_test.py PROGRAM [NAME...]     runs all tests, or those that are named
"""

import json
import os
import pty
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import servers  # noqa: E402
from crawl_test import Crawl, Failed, check, same  # noqa: E402

PROGRAM = ""
WORDS = {  # what the record of each path has to say; None: it is no error
    "/": None, "/good.html": None, "/zeros": None, "/deep": None,
    "/silent": "no whole answer in time", "/drip": "no whole answer in time",
    "/garbage": "the answer is not HTTP", "/bad-chunk": "the answer is not HTTP",
    "/endless-body": "the body is larger than --max-bytes", "/bomb": "the body is larger than --max-bytes",
    "/endless-header": "the answer's header is too long", "/endless-line": "the answer's header is too long",
    "/cut-short": "the answer was cut short", "/cut-chunk": "the answer was cut short",
    "/nothing": "the answer was cut short", "/reset": "the server broke the connection off",
    "/bad-gzip": "the compressed body cannot be read",
}

NO_HEAD = {"/silent", "/drip", "/garbage", "/endless-header", "/endless-line", "/nothing", "/reset"}


def records_of(crawl):
    return {url[len(crawl.base):]: record for url, record in crawl.records.items()}


def hostile(folder, *arguments):
    return servers.start_python("hostile_server.py", folder, *arguments)


def each_misdeed_has_its_line(folder):
    with hostile(folder) as server:
        crawl = Crawl(PROGRAM, server.url, "/", folder, "--timeout", "4", "--max-bytes", "4MB")
    records = records_of(crawl)
    same("records", records, WORDS)
    for path, words in WORDS.items():
        error = records[path]["error"]
        check(error == "" if words is None else error.startswith(words), f"{path}: '{error}' instead of '{words}'")
        status = 0 if path in NO_HEAD else 200
        check(records[path]["status"] == status, f"{path}: status {records[path]['status']} instead of {status}")
    bad = [path for path, words in WORDS.items() if words and path != "/deep"]
    same("broken URLs", crawl.broken(), bad)
    check(all(list(pages) == ["/"] for pages in crawl.broken().values()), "each stands on the start page")
    check(crawl.report["end"] == "complete" and crawl.run.returncode == 1, "the crawl ends")


def a_server_that_dies_loses_nothing(folder):
    with hostile(folder, "--die-after", "20") as server:
        crawl = Crawl(PROGRAM, server.url, "/", folder, "--timeout", "20")
    records = records_of(crawl)
    same("records", records, ["/"] + [f"/page/{i}" for i in range(100)])
    failed = [path for path, r in records.items() if r["error"]]
    check(70 <= len(failed) <= 95, f"{len(failed)} of 101 failed")
    allowed = ("the answer was cut short", "the server broke the connection off", "connection refused")
    for path in failed:
        check(records[path]["error"].startswith(allowed), f"{path}: {records[path]['error']}")
    same("broken URLs", crawl.broken(), failed)


def start_fails(folder, url, words, *options):
    crawl = Crawl(PROGRAM, url, "/", folder, "--timeout", "5", "--connect-timeout", "3", *options)
    error = records_of(crawl)["/"]["error"]
    check(error.startswith(words), f"{url}: '{error}' instead of '{words}'")
    check(crawl.run.returncode == 3 and crawl.report["end"] == "no start page", f"{url}: ended with {crawl.run.returncode}")


def nobody_listens(folder):
    start_fails(folder, f"http://127.0.0.1:{servers.free_port()}", "connection refused: nobody listens there")


def no_such_host(folder):
    start_fails(folder, "http://no-such-host.invalid", "no such host")


def no_route(folder):
    # The address of no host on no network: refused by the kernel, or lost, by how the machine is wired.
    start_fails(folder, "http://[100::1]", ("no route to the host", "no connection in time", "connection refused"))
    start_fails(folder, "http://255.255.255.255", ("no route to the host", "no connection in time"))


def a_certificate_that_nobody_trusts(folder):
    site = os.path.join(folder, "site")
    os.makedirs(site)
    with open(os.path.join(site, "index.html"), "w", encoding="utf-8") as file:
        file.write("<title>t</title>")
    with servers.start("nginx", folder, site, tls=True) as server:
        start_fails(folder, server.url, "no trusted TLS connection")
        crawl = Crawl(PROGRAM, server.url, "/", folder, "--insecure")
        check(crawl.run.returncode == 0, "--insecure trusts it")
        crawl = Crawl(PROGRAM, server.url, "/", folder, "--cacert", servers.certificate(folder)[0])
        check(crawl.run.returncode == 0, "--cacert trusts it")
    with servers.start("nginx", folder, site) as server:
        start_fails(folder, server.url.replace("http:", "https:"), "no trusted TLS connection")


def wait_for_request(server, path):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with open(server.log, encoding="latin-1") as file:
            if f" {path} " in file.read():
                return
        time.sleep(0.01)
    raise Failed(f"{path} was never asked for")


def interrupted(server, folder, timeout):
    """A crawl whose only request in flight gets no answer, after the first SIGINT."""
    process = subprocess.Popen(
        [PROGRAM, server.url, "-q", "--concurrency", "1", "--timeout", timeout, "-o", os.path.join(folder, "p.jsonl"),
         "--report", os.path.join(folder, "r.json")], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    wait_for_request(server, "/silent")
    process.send_signal(signal.SIGINT)
    process.stderr.readline()
    check("Ending" in process.stderr.readline(), "it says that it ends")
    return process


def ctrl_c_ends_in_order(folder):
    with hostile(folder) as server:
        process = interrupted(server, folder, "3")
        text, _ = process.communicate(timeout=60)
    check(process.returncode == 3, f"it ended with {process.returncode}")
    check(text.startswith("The crawl was interrupted: 1 page "), text)
    check(f"{len(WORDS) - 2} URLs were known but not fetched." in text, text)
    with open(os.path.join(folder, "p.jsonl"), encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    same("records", [r["url"] for r in records], [server.url + "/", server.url + "/silent"])
    with open(os.path.join(folder, "r.json"), encoding="utf-8") as file:
        check(json.load(file)["end"] == "interrupted", "the report says so")


def a_second_ctrl_c_ends_at_once(folder):
    with hostile(folder) as server:
        process = interrupted(server, folder, "500")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    check(process.returncode in (-signal.SIGINT, 130), f"it ended with {process.returncode}")


def bad_usage_is_one_line(_folder):
    for arguments in ([], ["--no-such-option", "http://h/"], ["ftp://h/"], ["--depth", "x", "http://h/"]):
        run = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=60)
        check(run.returncode == 2 and run.stdout == "", f"{arguments}: ended with {run.returncode}")
        check(run.stderr.startswith("weft-crawl: ") and run.stderr.count("\n") == 1, f"{arguments}: {run.stderr}")


def a_file_that_cannot_be_written_is_one_line(folder):
    with hostile(folder, "--die-after", "1000") as server:
        for output in ("/no/such/folder/p.jsonl", "/dev/full"):
            run = subprocess.run([PROGRAM, "-q", server.url + "/good.html", "-o", output], capture_output=True, text=True,
                                 timeout=60)
            check(run.returncode == 3, f"{output}: ended with {run.returncode}")
            check(run.stderr.startswith(f"weft-crawl: {output}: ") and run.stderr.count("\n") == 1, run.stderr)


def a_terminal_gets_a_line_that_is_redrawn(folder):
    leader, follower = pty.openpty()
    begin = time.monotonic()
    with hostile(folder) as server:
        process = subprocess.Popen([PROGRAM, server.url, "--timeout", "2", "-o", os.path.join(folder, "p.jsonl")],
                                   stderr=follower, stdout=subprocess.DEVNULL)
        process.wait(60)
    os.close(follower)
    shown = b""
    try:
        while chunk := os.read(leader, 65536):
            shown += chunk
    except OSError:
        pass  # How a terminal says that nobody is at its other end.
    lines = shown.split(b"\r\x1b[K")
    check(b"\n" not in shown and lines[-1] == b"", "the line is wiped in the end")
    most = 5 * (time.monotonic() - begin) + 2
    check(2 < len(lines) < most, f"{len(lines)} lines, {most:.0f} at most")
    check(any(b" pages/s, " in line and b" in flight, " in line for line in lines), repr(lines[:3]))


def keep_alive_keeps_to_its_limit(folder):
    """With keep-alive no more connections are open than allowed; the site answers each page at once."""
    site = os.path.join(folder, "site")
    os.makedirs(site)
    with open(os.path.join(site, "index.html"), "w", encoding="utf-8") as file:
        file.write("".join(f"<a href=missing-{i}.html>x</a>" for i in range(300)))
    with servers.start("nginx", folder, site) as server:
        crawl = Crawl(PROGRAM, server.url, "/", folder, "--concurrency", "4")
        check(len(crawl.broken()) == 300, "each 404 is found")
        with socket.create_connection(("127.0.0.1", int(server.url.rsplit(":", 1)[1]))) as s:
            s.sendall(b"GET /x HTTP/1.0\r\n\r\n")
            s.recv(1000)
        connections = {line for line in open(os.path.join(folder, "connections.log"), encoding="ascii").read().split()}
    check(len(connections) <= 5, f"{len(connections)} connections for 301 requests, 4 at a time")


TESTS = [each_misdeed_has_its_line, a_server_that_dies_loses_nothing, nobody_listens, no_such_host, no_route,
         a_certificate_that_nobody_trusts, ctrl_c_ends_in_order, a_second_ctrl_c_ends_at_once, bad_usage_is_one_line,
         a_file_that_cannot_be_written_is_one_line, a_terminal_gets_a_line_that_is_redrawn, keep_alive_keeps_to_its_limit]


def main():
    global PROGRAM
    PROGRAM = sys.argv[1]
    failed = 0
    for test in TESTS:
        if sys.argv[2:] and test.__name__ not in sys.argv[2:]:
            continue
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            try:
                test(folder)
                print(f"ok      {test.__name__}", flush=True)
            except Failed as failure:
                failed += 1
                print(f"FAILED  {test.__name__}: {failure}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
