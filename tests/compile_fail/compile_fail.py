#!/usr/bin/env python3
"""compile_fail.py CASE COMPILER KIND [FLAG...]: CASE, a .cpp, must not compile, and for the reason that it names.

    // expect: regex     what the compiler's message must match
    // only: gcc         (optional) the one compiler, gcc or clang, that must refuse it; the other must accept it

The offending line stands between #ifndef FIXED and #endif: with -DFIXED the case must compile, or it fails for a reason
that nobody meant."""

import pathlib
import re
import subprocess
import sys


def compiles(compiler, flags, case):
    done = subprocess.run([compiler, *flags, "-fsyntax-only", str(case)], capture_output=True, text=True, timeout=120)
    return done.returncode == 0, done.stderr


def mistake(case, compiler, kind, flags):
    """What is wrong with the case, or None."""
    text = case.read_text()
    expected = re.search(r"^// expect: (.+)$", text, re.M)
    only = re.search(r"^// only: (\w+)$", text, re.M)
    if not expected:
        return "no line // expect: regex"
    if "FIXED" not in text:
        return "no #ifndef FIXED around the offending line"
    fixed, errors = compiles(compiler, [*flags, "-DFIXED"], case)
    if not fixed:
        return f"must compile with -DFIXED:\n{errors}"
    accepted, errors = compiles(compiler, flags, case)
    if only and only.group(1) != kind:
        return None if accepted else f"{kind} must accept it, as it says only: {only.group(1)}\n{errors}"
    if accepted:
        return "compiled, and must not"
    if not re.search(expected.group(1), errors):
        return f"no message matches {expected.group(1)!r}:\n{errors}"
    return None


def main():
    case, compiler, kind, *flags = sys.argv[1:]
    found = mistake(pathlib.Path(case), compiler, kind, flags)
    if found:
        print(f"{case}: {found}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
