#!/usr/bin/env python3
"""tidy.py [ROOT]: checks the tree against the rules of the house (STYLE.md) that a machine can check. Prints
file:line: what is wrong and what to write instead. Ends with 1 if it found anything. What may differ, and why, stands in
tests/tidy/exceptions.txt; an exception that is not needed any more is found as well."""

import pathlib
import posixpath
import re
import sys

import rules_coroutines
import rules_docs
import rules_house

RULES = [rule for module in (rules_house, rules_coroutines, rules_docs)
         for name, rule in vars(module).items() if name.startswith("rule_")]
SKIPPED = {".git", "build", "__pycache__"}


class Tree:
    """The files of the project by their paths relative to the root."""

    exceptions_path = "tests/tidy/exceptions.txt"

    def __init__(self, root):
        self._root = pathlib.Path(root)
        self._texts = {}
        self._paths = sorted(self._walk(self._root))
        self._exceptions = {}  # (rule, subject) -> line
        self._used = set()
        self.broken = []
        if self.has(self.exceptions_path):
            self._read_exceptions()

    def _walk(self, folder):
        for entry in folder.iterdir():
            if entry.name in SKIPPED:
                continue
            if entry.is_dir():
                yield from self._walk(entry)
            else:
                yield entry.relative_to(self._root).as_posix()

    def _read_exceptions(self):
        for line, content in enumerate(self.text(self.exceptions_path).split("\n"), 1):
            if not content or content.startswith("#"):
                continue
            parts = [part.strip() for part in content.split("|")]
            if len(parts) != 3 or not all(parts):
                self.broken.append((self.exceptions_path, line, "write: rule | file or file:function | reason"))
            else:
                self._exceptions[parts[0], parts[1]] = line

    def files(self, *folders, ext=None):
        return [path for path in self._paths
                if (not folders or path.split("/")[0] in folders) and (ext is None or path.endswith(ext))]

    def has(self, path):
        return path in self._paths

    def has_folder(self, path):
        return path in (".", "") or any(other.startswith(path.rstrip("/") + "/") for other in self._paths)

    def join(self, folder, name):
        return posixpath.normpath(posixpath.join(folder, name))

    def text(self, path):
        if path not in self._texts:
            self._texts[path] = (self._root / path).read_text(encoding="utf-8", errors="replace")
        return self._texts[path]

    def excepted(self, rule, subject):
        self._used.add((rule, subject))
        return (rule, subject) in self._exceptions

    def unused_exceptions(self):
        for (rule, subject), line in self._exceptions.items():
            if (rule, subject) not in self._used:
                yield self.exceptions_path, line, f"'{rule} | {subject}' is not needed any more: remove the line"

    def code_blocks(self, *folders):
        """(path, text, line before the text) of each C++ file, and of each ```cpp block in the documents."""
        for path in self.files(*folders, ext=(".hpp", ".cpp")):
            yield path, self.text(path), 0
        for path in self.files(ext=(".md",)):
            yield from _fences(path, self.text(path))

    def code_with_coroutines(self):
        """The same, for all that is ours to compile; compile_fail is wrong on purpose."""
        for path, text, line in self.code_blocks("weft", "apps", "examples", "tests", "bench"):
            if not path.startswith("tests/compile_fail/"):
                yield path, text, line


def _fences(path, text):
    # A block that shows what not to write opens with ```cpp wrong
    for found in re.finditer(r"^```cpp[ \t]*([^\n]*)\n(.*?)^```", text, re.M | re.S):
        if found.group(1).strip() != "wrong":
            yield path, found.group(2), text.count("\n", 0, found.start(2))


def check(root):
    """Every finding as (path, line, message), in order."""
    tree = Tree(root)
    findings = list(tree.broken)
    for rule in RULES:
        findings.extend(rule(tree))
    findings.extend(tree.unused_exceptions())
    return sorted(set(findings))


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2]
    findings = check(root)
    for path, line, message in findings:
        print(f"{path}:{line}: {message}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
