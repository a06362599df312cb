"""The part `crawl`: two real sites, served by nginx on one core and crawled on the other: links are followed and checked,
nothing is saved. What a run asked for, nginx's log says."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
from collections import Counter

import running
from figures import parse_line
from workloads import WEFT, Bound, Program, Row, Workload

TESTS = pathlib.Path(__file__).resolve().parents[2] / "tests/crawl"
KIND = "crawl"
SITES = {  # package, folder, start page
    "python": ("/usr/share/doc/python3.11/html", "/index.html"),
    "cppreference": ("/usr/share/cppreference/doc/html", "/en/index.html"),
}
ENDS = (0, 1, 8)  # the exit statuses of a crawl that was done: wget2 says 8 when a link is broken, weft-crawl 1


def _rows(site, pages_a_second):
    """`pages_a_second`: how many times Go's weft's are to be."""
    workload = Workload(f"crawl_{site}", (), KIND)

    def row(what, metric, unit, scale, most, base=None, in_chart=True):
        return Row(f"crawl {site}: {what}", workload, metric, unit, scale, {name: Bound(most, base) for name in WEFT},
                   default_base="go", summary=(("", WEFT, ("raw epoll", "raw epoll")),),
                   section=f"Crawls: {what}" if in_chart else "")
    return [row("time a page", "ns_per_page", "ms", 1e-6, round(1 / pages_a_second, 3), "go"),
            row("CPU time a page", "cpu_ns_per_page", "CPU ms", 1e-6, 0.5, "go"),
            row("peak memory", "peak_bytes", "MB", 1e-6, 16),
            row("requests a URL", "requests_per_url", "requests", 1, 1, in_chart=False)]


ROWS = _rows("python", 1.6) + _rows("cppreference", 2)


def programs(build, here):
    del here
    weft = {"weft-clang": f"{build}/release/bin/weft-crawl", "weft-gcc": f"{build}/gcc-release/bin/weft-crawl"}
    found = [Program(name, (path, "URL", "--quiet", "--output", "/dev/null"), does=(KIND,)) for name, path in weft.items()]
    found.append(Program("raw epoll", (f"{build}/peers/epoll_fetch", "PORT", "PATHS"), does=(KIND,)))
    found.append(Program("go", (f"{build}/peers/go_crawl", "URL"), does=(KIND,)))
    # It has no way to follow the pages' links without asking twice (--spider) or saving what comes.
    wget2 = ("/usr/bin/wget2", "--quiet", "--recursive", "--level=0", "--follow-tags=a/href", "--no-robots", "--max-threads=64",
             "--delete-after", "--directory-prefix=FOLDER/saved", "URL")
    found.append(Program("wget2", wget2, does=(KIND,)))
    return found


def _servers():
    if str(TESTS) not in sys.path:
        sys.path.append(str(TESTS))
    import servers
    return servers


def _paths_of(site, built):
    """A file with all that a crawl of the site asks for, for who can't find it; made once by weft."""
    file = built / f"paths-{site}.txt"
    if not file.exists():
        with tempfile.TemporaryDirectory() as folder:
            weft = next(one for one in programs(built.parent, None) if running.is_there(one))
            requests, _ = _crawl(weft, site, folder, built)
            file.write_text("".join(f"{path}\n" for path in dict.fromkeys(path for _, path, _, _ in requests)),
                            encoding="utf-8")
    return file


def _crawl(program, site, folder, built):
    """The requests that nginx saw, and what the program took."""
    root, start = SITES[site]
    if not os.path.exists(root + start):
        raise running.Failed(f"there is no {root}{start}: its package is not installed")
    os.chmod(folder, 0o755)  # for nginx's workers
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {running.LOAD_CORE})  # which the server inherits
    try:
        server = _servers().start("nginx", folder, root)
    except SystemExit as why:  # which suits the tests
        raise running.Failed(str(why)) from None
    finally:
        os.sched_setaffinity(0, cores)
    with server:
        told = {"URL": server.url + start, "PORT": server.url.rpartition(":")[2], "FOLDER": folder,
                "PATHS": str(_paths_of(site, built)) if "PATHS" in program.command else ""}
        command = [told.get(part, part.replace("FOLDER", folder)) for part in program.command]
        line = os.path.join(folder, "timed.txt")
        done = subprocess.run([built / "timed", line, *command], env={**os.environ, "GOMAXPROCS": "1"},
                              preexec_fn=lambda: os.sched_setaffinity(0, {running.SERVER_CORE}),
                              timeout=running.TIME_LIMIT, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if done.returncode not in ENDS:
            raise running.Failed(f"ended with {done.returncode}: {done.stderr.decode(errors='replace')[-200:]}")
        return server.requests(), parse_line(pathlib.Path(line).read_text(encoding="ascii"))[2]


def measure(program, workload, built):
    site = workload.name.removeprefix("crawl_")
    with tempfile.TemporaryDirectory() as folder:
        requests, taken = _crawl(program, site, folder, built)
    urls = Counter((path for _, path, _, _ in requests))
    # A page is what ends as one or has no ending, and is there: the same for all, whatever else they ask for.
    pages = len({path for _, path, status, _ in requests if status == 200 and path.endswith((".html", "/"))})
    if not pages:
        raise running.Failed("it asked for no page")
    return {"pages": pages, "urls": len(urls), "requests": len(requests), "requests_per_url": len(requests) / len(urls),
            "not_get": sum(method != "GET" for method, *_ in requests), "ns_per_page": taken["ns"] / pages,
            "cpu_ns_per_page": taken["cpu_ns"] / pages, "peak_bytes": taken["peak_bytes"]}


running.MEASURES[KIND] = measure
