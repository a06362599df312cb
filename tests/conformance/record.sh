#!/bin/sh
# Records every scenario anew (or, with --check, compares; with names, prints theirs): in CPython 3.14, as npm's pyodide
# brings it, and the ones with sockets, threads and processes in Debian's own python3. Needs node, npm and python3.
set -e
cd "$(dirname "$0")"
node record_314.mjs "$@"
/usr/bin/python3 record.py "$@"
