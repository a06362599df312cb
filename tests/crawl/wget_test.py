#!/usr/bin/env python3
"""weft-crawl beside `wget --spider -r` on the same server: which URLs both ask for and which they call broken. Where wget
differs from the standard, the differences are named here one by one and have to be exactly these.

  wget_test.py PROGRAM python|planted
"""

import json
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import servers  # noqa: E402
from crawl_test import SITES, Crawl, Failed, check, path_of, run, same, walk_of  # noqa: E402


def wget(base, start, folder):
    """What it calls broken."""
    log = os.path.join(folder, "wget.log")
    made = subprocess.run([servers.tool("wget"), "--spider", "-r", "-l", "inf", "-nd", "-nv", "-e", "robots=off",
                           "--follow-tags=a,area,frame,iframe,meta", "-o", log, base + start], cwd=folder, timeout=600,
                          env={**os.environ, "LC_ALL": "C"})
    check(made.returncode == 8, f"wget ended with {made.returncode}")
    with open(log, encoding="utf-8", errors="replace") as file:
        found = file.read().split("Found ")[-1]
    return [path_of(line, base) for line in found.splitlines() if line.startswith("http")]


def wgets_own_ways(planted):
    """What wget makes of the planted faults otherwise: (ghosts that it calls broken, broken URLs that it leaves out)."""
    ghosts, left_out = set(), set()
    for fault in planted["faults"]:
        at = fault["html"].split('"')[1].rpartition("/")[0]
        if fault["kind"] == "redirect loop":
            left_out.add(fault["broken"])  # It says "20 redirections exceeded" and calls nothing broken.
        if fault["kind"] == "base href":
            ghosts.add(f"{at}/deep.html")  # It takes no notice of a <base href> that is not absolute.
        if fault["kind"] == "percent-encoded name" and re.search("%25[0-9]{2}", fault["html"]):
            # It decodes "%2514" two times. (One digit alone cannot be taken for an escape.)
            ghosts.add(fault["html"].split('"')[1].replace("%25", "%"))
        if fault["kind"] == "meta refresh":
            with open(f"{planted['root']}{at}/refresh.html", encoding="utf-8") as file:
                content = file.read().split('content="')[1].split('"')[0].replace("&quot;", '"')
            # It keeps the quotes, and knows no form without "url=" and none with a space before the '='.
            if content == "0; URL='target.html'":
                ghosts.add(f"{at}/'target.html'")
    return ghosts, left_out


def main():
    program, which = sys.argv[1:3]
    root, start, *_ = SITES["python"]
    cache = os.path.join(os.path.dirname(os.path.abspath(program)), "tests")
    os.makedirs(cache, exist_ok=True)
    _walked, walk_name = walk_of("python", cache)
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        rules, ghosts, left_out = None, set(), set()
        if which == "planted":
            planted = run("plant_faults.py", "--walk", walk_name, "--root", root, "--into", os.path.join(folder, "site"))
            rules, root = os.path.join(folder, "planted.json"), os.path.join(folder, "site")
            with open(rules, "wb") as file:
                file.write(planted)
            ghosts, left_out = wgets_own_ways({**json.loads(planted), "root": root})
        with servers.start("nginx", folder, root, rules=rules) as server:
            crawl = Crawl(program, server.url, start, folder)
            theirs = wget(server.url, start, folder)
        ours = crawl.broken()
        same("broken URLs of wget", theirs, (set(ours) - left_out) | ghosts)
        # wget names no page; the Referer that it sent does, for the first.
        with open(os.path.join(folder, "referrers.log"), encoding="latin-1") as file:
            for line in file:
                asked, referrer = line.split()
                if asked in ours and referrer != "-":
                    check(path_of(referrer, server.url) in ours[asked], f"{asked} stands on {referrer}")
        print(f"{len(ours)} broken URLs; wget {len(theirs)}: {len(ghosts)} are none, {len(left_out)} it leaves out")


if __name__ == "__main__":
    try:
        main()
    except Failed as failure:
        sys.exit(f"FAILED: {failure}")
