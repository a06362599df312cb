#!/usr/bin/env python3
"""Serves a folder with the rules that plant_faults.py writes: redirects, statuses, a body for each 404. HTTP/1.1, kept
alive. Prints its URL on the first line; writes each request to the log as "GET /path HTTP/1.1 200"."""

import argparse
import http.server
import json
import os
import sys
import urllib.parse

sys.dont_write_bytecode = True


class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    rules = {"redirects": {}, "status": {}, "not_found_body": None}
    log = None

    def do_GET(self):
        path = self.path.partition("?")[0]
        if path in self.rules["redirects"]:
            self.answer(302, b"", [("Location", self.rules["redirects"][path])])
        elif path in self.rules["status"]:
            self.answer(self.rules["status"][path], b"planted")
        elif os.path.isdir(self.translate_path(path)) or os.path.isfile(self.translate_path(path)):
            super().do_GET()
        else:
            body = b"not found"
            if self.rules["not_found_body"]:
                with open(self.directory + self.rules["not_found_body"], "rb") as file:
                    body = file.read()
            self.answer(404, body)

    def do_HEAD(self):
        self.do_GET()

    def answer(self, status, body, fields=()):
        self.send_response(status)
        for name, value in fields:
            self.send_header(name, value)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def translate_path(self, path):
        name = urllib.parse.unquote(path.partition("?")[0])
        parts = [part for part in name.split("/") if part and part not in (".", "..")]
        return os.path.join(self.directory, *parts) + ("/" if name.endswith("/") else "")

    def log_request(self, code="-", size="-"):
        if self.log:
            self.log.write(f"{self.requestline} {int(code)}\n")

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        pass  # A crawler may go away.


def main():
    options = argparse.ArgumentParser(description=__doc__.split(".")[0])
    options.add_argument("--root", required=True)
    options.add_argument("--rules", help="plant_faults.py's JSON")
    options.add_argument("--log", required=True)
    chosen = options.parse_args()
    if chosen.rules:
        with open(chosen.rules, encoding="utf-8") as file:
            Handler.rules = json.load(file)["rules"]
    Handler.log = open(chosen.log, "w", encoding="utf-8", buffering=1)
    server = Server(("127.0.0.1", 0), lambda *a: Handler(*a, directory=chosen.root))
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
