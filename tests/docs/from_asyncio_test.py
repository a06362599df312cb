#!/usr/bin/env python3
"""Holds docs/guide/from-asyncio.md against asyncio's public names - of the Python that runs this, of Debian's, and of CPython
3.14 as recorded in tests/conformance/asyncio_all.txt - and each of its links against the header that it leads to.

  from_asyncio_test.py ROOT
"""

import asyncio
import os
import re
import subprocess
import sys

PAGE = "docs/guide/from-asyncio.md"
RECORDED = "tests/conformance/asyncio_all.txt"
ROW = re.compile(r"^\| (`.*?`) \| (.*?) \| (.*?) ?\|$")
LINK = re.compile(r"\[`(\w+)`\]\(([^)]+)\)")


def public_names(root):
    """Every name, and where it is public."""
    names = {}

    def add(all_names, where):
        for name in all_names:
            names.setdefault(name, where)

    with open(os.path.join(root, RECORDED), encoding="utf-8") as file:
        first, *recorded = file.read().split("\n")
    add(filter(None, recorded), first.split(":")[0].lstrip("# "))
    add(asyncio.__all__, "this Python's asyncio")
    if os.path.exists("/usr/bin/python3"):
        said = subprocess.run(["/usr/bin/python3", "-c", "import asyncio; print(*asyncio.__all__)"], check=True,
                              stdout=subprocess.PIPE, text=True).stdout
        add(said.split(), "/usr/bin/python3's asyncio")
    return names


def rows_of(page):
    """Name -> (twin, note)."""
    rows, wrong = {}, []
    for line in page.split("\n"):
        match = ROW.match(line)
        for name in re.findall(r"`([^`]+)`", match.group(1)) if match else ():
            if name in rows:
                wrong.append(f"{name} has two rows")
            rows[name] = match.group(2), match.group(3)
    return rows, wrong


def complaints(page, root, names):
    rows, wrong = rows_of(page)
    wrong += [f"{name} ({where}) is not in the table" for name, where in names.items() if name not in rows]
    wrong += [f"{name} is no public name of asyncio" for name in rows if name not in names]
    for name, (twin, note) in rows.items():
        links = LINK.findall(twin)
        if twin == "none":
            if not note:
                wrong.append(f"{name} has no twin, and no reason for it")
        elif twin != "not yet" and LINK.sub("", twin).strip(", "):
            wrong.append(f"{name}: '{twin}' is neither links, nor 'none', nor 'not yet'")
        elif twin != "not yet" and not links:
            wrong.append(f"{name} has no twin")
    for what, target in LINK.findall(page):
        header = os.path.normpath(os.path.join(root, os.path.dirname(PAGE), target))
        if not os.path.isfile(header):
            wrong.append(f"{what}: there is no {target}")
            continue
        with open(header, encoding="utf-8") as file:
            declared = re.sub(r"//[^\n]*", "", file.read())
        if not re.search(rf"\b{what}\b", declared):
            wrong.append(f"{what} is not declared in {target}")
    return wrong


def main():
    root = sys.argv[1]
    with open(os.path.join(root, PAGE), encoding="utf-8") as file:
        page = file.read()
    names = public_names(root)
    wrong = complaints(page, root, names)
    for line in wrong:
        print(f"{PAGE}: {line}")
    # And that it sees what it is there for.
    for old, new in (("| `gather` |", "| `gathers` |"), ("[`lock`]", "[`lokc`]"), ("sync/event.hpp", "sync/events.hpp"),
                     ("| `Lock` | [`lock`](../../weft/sync/lock.hpp)", "| `Lock` | soon")):
        if old not in page or not set(complaints(page.replace(old, new, 1), root, names)) - set(wrong):
            wrong.append("")
            print(f"the test does not see that '{old}' became '{new}'")
    print(f"{len(names)} names")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
