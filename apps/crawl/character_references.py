#!/usr/bin/env python3
"""character_references.py OUTPUT: writes HTML's named character references, which Python's library knows, as the rows of a
C++ table: names in the order of their bytes, texts in UTF-8. The standard promises that the list never changes.
"""

import html.entities
import sys


def literal(text):
    """As a C++ string. Octal escapes end after three digits, whatever follows."""
    return '"' + "".join(chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\{b:03o}" for b in text.encode()) + '"'


def main():
    rows = sorted((name.encode(), text) for name, text in html.entities.html5.items())
    with open(sys.argv[1], "w", encoding="ascii") as file:
        for name, text in rows:
            file.write(f"{{{literal(name.decode())}, {literal(text)}}},\n")


if __name__ == "__main__":
    main()
