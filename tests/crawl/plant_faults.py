#!/usr/bin/env python3
"""Copies a site and plants 50 faults in it, five of each kind, and says as JSON what a right crawl finds there.

What a fault is meant to do to a crawl stands here and nowhere in the crawler: for each fault the page that holds it, the
URLs that it makes a crawl ask for, and the URL that is broken by it, if any. Loops, 500 and bodies of 404 need a server's
help: `rules` in the JSON, which fault_site.py and the configurations of servers.py obey.
"""

import argparse
import json
import os
import shutil
import sys

sys.dont_write_bytecode = True

KINDS = ["missing page", "wrong case", "redirect loop", "above the root", "percent-encoded name", "base href",
         "fragment", "404 with a body", "500", "meta refresh"]
EACH = 5


def copy_tree(source, target):
    """Hard links where they can be made: nothing is changed in place."""
    def link_or_copy(from_name, to_name):
        try:
            os.link(os.path.realpath(from_name), to_name)
        except OSError:
            shutil.copyfile(from_name, to_name)
    shutil.copytree(source, target, copy_function=link_or_copy, symlinks=True)


class Planter:
    def __init__(self, root, pages):
        self.root = root
        self.pages = pages
        self.asked = set()       # URLs that only the faults make a crawl ask for
        self.new_pages = set()   # those of them that are HTML pages
        self.broken = {}         # URL -> [page that holds it]
        self.faults = []
        self.rules = {"redirects": {}, "status": {}, "not_found_body": "/planted/not-found.html"}
        self.missing_anchors = {}

    def write(self, url_path, html):
        name = os.path.join(self.root, url_path.lstrip("/"))
        os.makedirs(os.path.dirname(name), exist_ok=True)
        if os.path.lexists(name):
            os.remove(name)  # It may be a hard link to the site itself.
        with open(name, "w", encoding="utf-8") as file:
            file.write("<!DOCTYPE html><meta charset=utf-8><title>planted</title>" + html)

    def add_to(self, page, html):
        name = os.path.join(self.root, page.lstrip("/"))
        with open(name, "rb") as file:
            data = file.read()
        os.remove(name)
        end = data.rfind(b"</body>")
        end = len(data) if end < 0 else end
        with open(name, "wb") as file:
            file.write(data[:end] + html.encode() + data[end:])

    def plant(self, kind, number, page):
        at = f"/planted/{number}"
        broken = None
        if kind == "missing page":
            broken = f"{at}/missing.html"
            html = f'<a href="{broken}">x</a>'
        elif kind == "wrong case":
            folder, name = page.rsplit("/", 1)
            broken = f"{folder}/{name.swapcase()}"
            html = f'<a href="{name.swapcase()}">x</a>'
        elif kind == "redirect loop":
            first, second = f"{at}/loop-a", f"{at}/loop-b"
            self.rules["redirects"].update({first: second, second: first})
            self.asked.add(second)
            broken = first
            html = f'<a href="{first}">x</a>'
        elif kind == "above the root":
            target = f"/planted-{number}.html"
            self.page(target)
            html = f'<a href="../../../../../../..{target}">x</a>'
        elif kind == "percent-encoded name":
            self.write(f"{at}/n\u00e4me +%{number}#?.html", "<p>here")
            target = f"{at}/n%C3%A4me%20%2b%25{number}%23%3F.html"
            self.asked.add(target)
            self.new_pages.add(target)
            html = f'<a href="{target}">x</a>'
        elif kind == "base href":
            self.page(f"{at}/page.html", f'<base href="{at}/based/"><base href="{at}/wrong/"><a href="deep.html">x</a>')
            self.page(f"{at}/based/deep.html")
            html = f'<a href="{at}/page.html">x</a>'
        elif kind == "fragment":
            self.page(f"{at}/parts.html", "<p id=A><a name='#'>")
            missing = ("a", "/../b", "?c=d", "%42", "a#b")
            html = "".join(f'<a href="{at}/parts.html#{f}">x</a>' for f in ("", "top", "%41", "#", *missing))
            self.missing_anchors.update({f"{at}/parts.html#{f}": {page: 1} for f in missing})
        elif kind == "404 with a body":
            broken = f"{at}/gone.html"
            html = f'<a href="{broken}">x</a>'
        elif kind == "500":
            broken = f"{at}/error"
            self.rules["status"][broken] = 500
            html = f'<a href="{broken}">x</a>'
        else:
            content = ["0; URL='target.html'", "0;url=target.html", "5; url = &quot;target.html&quot;", "0,target.html",
                       "1;URL=target.html  "][number // len(KINDS)]
            self.page(f"{at}/refresh.html", f'<meta http-equiv=Refresh content="{content}">')
            self.page(f"{at}/target.html")
            html = f'<a href="{at}/refresh.html">x</a>'
        self.add_to(page, html)
        if broken:
            self.asked.add(broken)
            self.broken[broken] = [page]
        self.faults.append({"kind": kind, "page": page, "html": html, "broken": broken})

    def page(self, target, html="<p>here"):
        self.write(target, html)
        self.asked.add(target)
        self.new_pages.add(target)


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    options.add_argument("--walk", required=True, help="walk.py's JSON of the site")
    options.add_argument("--root", required=True, help="the site")
    options.add_argument("--into", required=True, help="the folder that is made")
    chosen = options.parse_args()
    with open(chosen.walk, encoding="utf-8") as file:
        walked = json.load(file)
    copy_tree(chosen.root, chosen.into)

    count = EACH * len(KINDS)
    # Not the pages that other tests look at first, and none that has no letter to change the case of.
    candidates = [p for p in walked["pages"] if p.swapcase() != p]
    step = len(candidates) // count
    if step == 0:
        sys.exit(f"the site has {len(candidates)} pages; {count} are needed")
    planter = Planter(chosen.into, candidates)
    for number in range(count):
        planter.plant(KINDS[number % len(KINDS)], number, candidates[number * step])
    # A 404's body must be read, and its links must not be followed.
    planter.write(planter.rules["not_found_body"], "<a href=/planted/never.html>x</a>" + "<p>not here " * 20_000)
    broken = {url: sorted(pages) for url, pages in walked["broken"].items()}
    broken.update(planter.broken)
    json.dump({
        "faults": planter.faults,
        "rules": planter.rules,
        "pages": sorted(set(walked["pages"]) | planter.new_pages),
        "asked": sorted(set(walked["pages"]) | set(walked["files"]) | set(walked["broken"]) | planter.asked),
        "broken": dict(sorted(broken.items())),
        "missing_anchors": {**walked["missing_anchors"], **planter.missing_anchors},
    }, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
