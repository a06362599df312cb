#!/usr/bin/env python3
"""weft-crawl on the site of traps: it asks for exactly the URLs that a browser would find there, each once, and for no text
that only looks like a link; and it calls exactly those broken that are.

  trap_test.py PROGRAM
"""

import os
import sys
import tempfile

sys.dont_write_bytecode = True
import servers  # noqa: E402
import trap_site  # noqa: E402
from crawl_test import Crawl, Failed, check, same  # noqa: E402


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        with servers.start_python("trap_site.py", folder) as server:
            crawl = Crawl(program, server.url, "/", folder)
            asked = [path for _method, path, *_ in server.requests()]
    expected = trap_site.expected()
    check(len(expected) >= 79, f"only {len(expected)} traps")
    same("URLs asked for", asked, expected)
    check(len(asked) == len(expected), f"asked for more than once: {sorted(p for p in expected if asked.count(p) > 1)}")
    at_here = {url[len(crawl.base):] for url in crawl.records if url.startswith(crawl.base + "/")}
    same("records", at_here, {url for url in expected if not url.startswith("other:")})
    broken = {b["url"].removeprefix(crawl.base): b["cause"] for b in crawl.report["broken"]}
    no_urls = {url for url, cause in broken.items() if cause.startswith("not a URL: ")}
    check(len(no_urls) == 3, f"no URLs: {no_urls}")
    same("broken URLs", set(broken) - no_urls, trap_site.BROKEN)
    print(f"{len(asked)} URLs asked for, each once; no ghost")


if __name__ == "__main__":
    try:
        main()
    except Failed as failure:
        sys.exit(f"FAILED: {failure}")
