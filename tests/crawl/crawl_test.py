#!/usr/bin/env python3
"""Runs weft-crawl against real servers and compares what it did with the truth: the walk over the files on disk, or what
plant_faults.py says that it planted. Judged are the server's log, the records and the report, all three.

  crawl_test.py PROGRAM SITE SERVER [gzip] [tls] [planted] [chunked]
SITE: python or cppreference. SERVER: weft, nginx, apache2, lighttpd or fault_site (Python's own, which obeys the rules of
the planted faults). The walk of a site is kept in the folder of the tests, since it takes half a minute.
"""

import collections
import json
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import servers  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
SITES = {  # the folder that is served, the start page, and what is known of it
    "python": ("/usr/share/doc/python3.11/html", "/index.html", 526, {"/whatsnew/changelog.html": (17, 1449)}),
    "cppreference": ("/usr/share/cppreference/doc/html", "/en/index.html", 4389, None),
}


class Failed(Exception):
    pass


def check(right, text):
    if not right:
        raise Failed(text)


def same(name, found, expected):
    found, expected = set(found), set(expected)
    check(found == expected, f"{name}: missing {sorted(expected - found)[:10]}, too many {sorted(found - expected)[:10]}")


def run(script, *arguments):
    return subprocess.run([sys.executable, "-B", os.path.join(HERE, script), *arguments], check=True,
                          stdout=subprocess.PIPE).stdout


def walk_of(site, cache):
    """The walk's result; made once for all tests of a build."""
    root, start, pages, _broken = SITES[site]
    name = os.path.join(cache, f"walk-2-{site}.json")  # 2: with anchors
    if not os.path.exists(name):
        result = run("walk.py", "--root", root, "--start", start)
        with tempfile.NamedTemporaryFile("wb", dir=cache, delete=False) as file:
            file.write(result)
        os.replace(file.name, name)  # Tests run beside each other.
    with open(name, encoding="utf-8") as file:
        walked = json.load(file)
    check(len(walked["pages"]) == pages, f"the walk finds {len(walked['pages'])} pages, not {pages}")
    return walked, name


def path_of(url, base):
    check(url.startswith(base + "/"), f"{url} is not of {base}")
    return url[len(base):]


class Crawl:
    """One run of weft-crawl: its records by path, its report, its exit status."""

    def __init__(self, program, base, start, folder, *options):
        output, report = os.path.join(folder, "pages.jsonl"), os.path.join(folder, "report.json")
        self.run = subprocess.run([program, base + start, "--output", output, "--report", report, "--quiet", *options],
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=600)
        check(self.run.returncode in (0, 1, 3), f"it ended with {self.run.returncode}: {self.run.stderr}")
        check(self.run.stderr == "", f"it complained: {self.run.stderr}")
        self.base = base
        self.records = {}
        with open(output, encoding="utf-8") as file:
            for line in file:
                record = json.loads(line)
                check(record["url"] not in self.records, f"two records for {record['url']}")
                self.records[record["url"]] = record
        with open(report, encoding="utf-8") as file:
            self.report = json.load(file)
        check(self.report["records"] == len(self.records), "the report counts other records than were written")

    def paths(self):
        return [path_of(url, self.base) for url in self.records]

    def pages(self):
        return [path_of(url, self.base) for url, r in self.records.items()
                if r["type"] == "text/html" and r["status"] == 200]

    def broken(self):
        """URL -> {page: links}."""
        return self.rows("broken")

    def rows(self, name):
        return {path_of(row["url"], self.base): {path_of(p["page"], self.base): p["links"] for p in row["pages"]}
                for row in self.report[name]}

    def missing_anchors(self):
        """URL with fragment -> {page: links}; the report and the records have to say the same."""
        found = self.rows("missing_anchors")
        recorded = {(path_of(anchor, self.base), path_of(url, self.base))
                    for url, r in self.records.items() for anchor in r["missing_anchors"]}
        same("missing anchors of the records", recorded, {(anchor, page) for anchor in found for page in found[anchor]})
        return found


def compare(crawl, asked, expected):
    """`expected`: asked, pages, broken (URL -> pages) and perhaps depth."""
    counts = collections.Counter(path for _method, path, _status, _protocol in asked)
    twice = [path for path, n in counts.items() if n > 1]
    check(not twice, f"asked for more than once: {twice[:10]}")
    check({method for method, *_ in asked} == {"GET"}, "only GET is needed")
    same("the server's log", counts, expected["asked"])
    same("records", crawl.paths(), expected["asked"])
    same("pages", crawl.pages(), expected["pages"])
    broken = crawl.broken()
    same("broken URLs", broken, expected["broken"])
    for url, pages in expected["broken"].items():
        same(f"pages that hold {url}", broken[url], pages)
    for url, depth in expected.get("depth", {}).items():
        check(crawl.records[crawl.base + url]["depth"] == depth, f"{url} lies at depth {depth}")
    check(crawl.run.returncode == 1, f"it ended with {crawl.run.returncode}, not 1")


def main():
    program, site, kind = sys.argv[1:4]
    how = set(sys.argv[4:])
    cache = os.path.join(os.path.dirname(os.path.abspath(program)), "tests")
    os.makedirs(cache, exist_ok=True)
    root, start, _pages, known_broken = SITES[site]
    walked, walk_name = walk_of(site, cache)
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        expected = {"asked": walked["depth"], "pages": walked["pages"], "broken": walked["broken"],
                    "depth": walked["depth"], "missing_anchors": walked["missing_anchors"]}
        rules = None
        if "planted" in how:
            planted_root = os.path.join(folder, "site")
            planted = run("plant_faults.py", "--walk", walk_name, "--root", root, "--into", planted_root)
            expected, root = json.loads(planted), planted_root
            rules = os.path.join(folder, "planted.json")
            with open(rules, "wb") as file:
                file.write(planted)
        if kind == "fault_site":
            server = servers.start_python("fault_site.py", folder, "--root", root, *(["--rules", rules] if rules else []))
        elif kind == "weft":
            server = servers.start_weft(program, folder, root)
        else:
            server = servers.start(kind, folder, root, gzip="gzip" in how, tls="tls" in how, chunked="chunked" in how,
                                   rules=rules)
        with server:
            options = ["--cacert", servers.certificate(folder)[0]] if "tls" in how else []
            crawl = Crawl(program, server.url, start, folder, *options)
            asked = server.requests()
        compare(crawl, asked, expected)
        protocols = {protocol for *_, protocol in asked}
        check(protocols == ({"HTTP/2.0"} if "tls" in how else {"HTTP/1.1"}), f"it spoke {protocols}")
        anchors = crawl.missing_anchors()
        check(anchors == expected["missing_anchors"], f"missing anchors: {anchors}, not {expected['missing_anchors']}")
        if known_broken and "planted" not in how:
            found = {url: (len(pages), sum(pages.values())) for url, pages in crawl.broken().items()}
            check(found == known_broken, f"broken: {found}")
            for url, pages in walked["broken"].items():
                check(crawl.broken()[url] == pages, f"{url}: links on a page differ")
        print(f"{len(asked)} requests, {len(crawl.pages())} pages, {len(crawl.broken())} broken URLs, "
              f"{len(anchors)} missing anchors, {crawl.report['seconds']:.1f} s: as the walk over the files says")


if __name__ == "__main__":
    try:
        main()
    except Failed as failure:
        sys.exit(f"FAILED: {failure}")
