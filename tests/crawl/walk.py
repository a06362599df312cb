#!/usr/bin/env python3
"""Walks a site as files on disk, without a server and without a line of the crawler's code, and prints as JSON what a
right crawl of it finds: the pages that can be reached, the other files, and each broken URL and each anchor that its page
lacks, with the pages that hold it.

It plays both sides: the static server (a folder is sent on to its slash, a slash means index.html, symbolic links count
only inside the root) and the crawler (the first <base href>, refreshes, fragments, percent-encoding).
"""

import argparse
import collections
import concurrent.futures
import html.parser
import json
import os
import re
import sys
import urllib.parse

sys.dont_write_bytecode = True

# Where text is no markup, whatever it looks like. (Python's parser knows only script and style in all its versions.)
TEXT_ELEMENTS = {"title", "textarea", "xmp", "iframe", "noembed", "noframes", "template", "script", "style"}
LINK_ATTRIBUTES = {"a": "href", "area": "href", "frame": "src", "iframe": "src"}
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
KEPT_IN_PATH = frozenset(b"!$%&'()*+,-./:;=@[]_|~\\"
                         b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")


class Links(html.parser.HTMLParser):
    """The texts of a page's links, its base, and its anchors."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.links = []
        self.anchors = set()
        self.base = None
        self.inside = []

    def handle_starttag(self, tag, attrs):
        if self.inside:
            if tag == self.inside[-1]:
                self.inside.append(tag)
            return
        values = {}
        for name, value in attrs:
            values.setdefault(name, value or "")
        self.anchors.add(values.get("id", ""))
        if tag == "a":
            self.anchors.add(values.get("name", ""))
        if tag == "base" and "href" in values and self.base is None:
            self.base = values["href"]
        name = LINK_ATTRIBUTES.get(tag)
        if name in values:
            self.links.append(values[name])
        if tag == "meta" and values.get("http-equiv", "").lower() == "refresh":
            target = refresh_target(values.get("content", ""))
            if target:
                self.links.append(target)
        if tag in TEXT_ELEMENTS:
            self.inside.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        if self.inside and tag == self.inside[-1]:
            self.inside.pop()


def refresh_target(content):
    match = re.match(r"\s*[\d.]+\s*[;,\s]\s*(?:url\s*=\s*)?(.*)", content, re.IGNORECASE | re.DOTALL)
    target = match.group(1) if match else ""
    if target[:1] in "\"'" and target:
        target = target[1:].split(target[0])[0]
    return target.strip()


def links_of(file_name):
    with open(file_name, "rb") as file:
        data = file.read()
    match = re.search(rb"<meta[^>]*charset=[\"']?([A-Za-z0-9_-]+)", data[:1024], re.IGNORECASE)
    encoding = match.group(1).decode() if match else "windows-1252"
    try:
        text = data.decode(encoding, "replace")
    except LookupError:
        text = data.decode("windows-1252", "replace")
    parser = Links()
    parser.feed(text)
    parser.close()
    return parser.links, parser.base, parser.anchors


def targets_of(page):
    """How often a page, (URL, file), links to each URL of the site and to each (URL, fragment), and its anchors."""
    url, file_name = page
    found, base_text, anchors = links_of(file_name)
    base = url if base_text is None else resolve(base_text, url) or url
    targets, fragments = collections.Counter(), collections.Counter()
    for text, count in collections.Counter(found).items():
        target = resolve(text, base)
        if target is not None:
            targets[target] += count
            fragments[target, stripped(text).partition("#")[2]] += count
    return dict(targets), dict(fragments), anchors


def names_an_anchor(fragment, anchors):
    fragment = fragment.partition(":~:")[0]
    decoded = urllib.parse.unquote(fragment)
    return fragment in anchors or decoded in anchors or decoded.lower() in ("", "top")


def encoded(text, also_kept=""):
    return "".join(chr(byte) if byte in KEPT_IN_PATH or chr(byte) in also_kept else f"%{byte:02X}"
                   for byte in text.encode("utf-8", "replace"))


def without_dots(path):
    result = []
    parts = path.split("/")
    for i, part in enumerate(parts):
        plain = part.lower().replace("%2e", ".")
        last = i + 1 == len(parts)
        if plain == "..":
            if len(result) > 1:
                result.pop()
            if last:
                result.append("")
        elif plain == ".":
            if last:
                result.append("")
        else:
            result.append(part)
    return "/".join(result)


def stripped(text):
    return re.sub(r"[\t\r\n]", "", text.strip("".join(map(chr, range(33)))))


def resolve(text, base):
    """The path and query that a link leads to on this site; None where it leads elsewhere."""
    text = stripped(text).split("#")[0]
    if SCHEME.match(text):
        return None  # Files know no host: what is absolute leads elsewhere.
    path, mark, query = text.partition("?")
    path = path.replace("\\", "/")
    if path.startswith("//"):
        return None
    base_path, base_mark, base_query = base.partition("?")
    if not path:
        return base_path + (mark + encoded(query, "?") if mark else base_mark + base_query)
    if not path.startswith("/"):
        path = base_path[:base_path.rfind("/") + 1] + path
    return encoded(without_dots(path)) + (mark + encoded(query, "?") if mark else "")


def percent_decoded(path):
    return re.sub(rb"%([0-9A-Fa-f]{2})", lambda m: bytes([int(m.group(1), 16)]), path.encode())


class Site:
    def __init__(self, root):
        self.root = os.path.realpath(root).encode()

    def answer(self, url):
        """What the server gives: ("page", file), ("file", file), ("redirect", url) or ("missing", None)."""
        path = url.partition("?")[0]
        name = self.root + percent_decoded(path)
        real = os.path.realpath(name)
        if b"\0" in name or not (real == self.root or real.startswith(self.root + b"/")):
            return "missing", None
        if os.path.isdir(real):
            if not path.endswith("/"):
                return "redirect", path + "/"
            return self.answer(path + "index.html") if os.path.isfile(real + b"/index.html") else ("missing", None)
        if not os.path.isfile(real) or path.endswith("/"):
            return "missing", None
        is_page = real.lower().endswith((b".html", b".htm", b".xhtml"))
        return ("page" if is_page else "file"), real


def walk(root, starts):
    site = Site(root)
    depth = {start: 0 for start in starts}
    answers = {}
    held = collections.defaultdict(lambda: collections.defaultdict(int))  # target -> page -> links
    fragments_held = collections.defaultdict(dict)  # (target, fragment) -> page -> links
    anchors = {}
    level = list(starts)
    with concurrent.futures.ProcessPoolExecutor() as pool:
        while level:
            pages = []
            for url in level:  # It grows: a redirect's target is as near as its source.
                kind, value = answers[url] = site.answer(url)
                if kind == "redirect" and value not in depth:
                    depth[value] = depth[url]
                    level.append(value)
                if kind == "page":
                    pages.append((url, value))
            level = []
            for (url, _name), (targets, fragments, anchors[url]) in zip(pages, pool.map(targets_of, pages, chunksize=4)):
                for target, count in fragments.items():
                    fragments_held[target][url] = count
                for target, count in targets.items():
                    held[target][url] += count
                    if target not in depth:
                        depth[target] = depth[url] + 1
                        level.append(target)
    missing_anchors = {}
    for (target, fragment), pages in fragments_held.items():
        end = target
        while answers[end][0] == "redirect":
            end = answers[end][1]
        if answers[end][0] == "page" and not names_an_anchor(fragment, anchors[end]):
            missing_anchors[f"{target}#{fragment}"] = dict(sorted(pages.items()))
    broken = {}
    for target, pages in held.items():
        end = target
        while answers[end][0] == "redirect":
            end = answers[end][1]
        if answers[end][0] == "missing":
            broken[target] = dict(sorted(pages.items()))
    kinds = collections.defaultdict(list)
    for url, (kind, _value) in answers.items():
        kinds[kind].append(url)
    return {
        "pages": sorted(kinds["page"]),
        "files": sorted(kinds["file"]),
        "redirects": {url: answers[url][1] for url in sorted(kinds["redirect"])},
        "broken": dict(sorted(broken.items())),
        "missing_anchors": dict(sorted(missing_anchors.items())),
        "links": sum(sum(pages.values()) for pages in held.values()),
        "depth": dict(sorted(depth.items())),
    }


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    options.add_argument("--root", required=True, help="the folder that is served")
    options.add_argument("--start", action="append", help="path of a start page (/index.html)")
    options.add_argument("--count", action="store_true", help="print only how many pages can be reached")
    chosen = options.parse_args()
    result = walk(chosen.root, chosen.start or ["/index.html"])
    if chosen.count:
        print(len(result["pages"]))
    else:
        json.dump(result, sys.stdout, indent=1)
        print()


if __name__ == "__main__":
    main()
