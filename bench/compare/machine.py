"""What the figures were taken on, as lines for the head of a table."""

import datetime
import os
import pathlib
import platform
import re
import subprocess

PACKAGES = ("clang-19", "g++", "liburing-dev", "libboost1.81-dev", "libuv1-dev", "librust-tokio-dev", "rustc", "golang-go",
            "python3", "python3-uvloop", "wget2", "nginx")


def _said(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    except OSError:
        return ""
    return done.stdout.strip()


def _processor():
    found = re.search(r"^model name\s*:\s*(.*)$", pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.M)
    return found.group(1) if found else platform.machine()


def load_average():
    return " ".join(f"{value:.2f}" for value in os.getloadavg())


def describe(root):
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    commit = _said("git", "-C", str(root), "describe", "--always", "--dirty")
    versions = _said("dpkg-query", "-W", "-f=${db:Status-Abbrev}${Package} ${Version}\n", *PACKAGES)
    installed = [line[3:].strip() for line in versions.splitlines() if line.startswith("ii")]
    return [
        f"weft {commit or 'of no commit'}, {datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d %H:%M} UTC",
        f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.release()}",
        ", ".join(installed) or "versions: not Debian",
    ]
