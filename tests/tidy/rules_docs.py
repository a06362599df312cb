"""Rules on the documents: what they point at exists."""

import re


def _outside_fences(text):
    """(line, content) of what is prose."""
    fenced = False
    for line, content in enumerate(text.split("\n"), 1):
        if content.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced:
            yield line, content


def _anchors(text):
    """The names that headings get on a web page."""
    for _, content in _outside_fences(text):
        heading = re.match(r"#+\s+(.*)", content)
        if heading:
            plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading.group(1)).strip().lower()
            yield re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def rule_links(tree):
    """A relative link in a document leads to a file of ours, and its #anchor to a heading."""
    for path in tree.files(ext=(".md",)):
        folder = path.rpartition("/")[0]
        for line, content in _outside_fences(tree.text(path)):
            for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`]*`", "", content)):
                if re.match(r"[a-z]+:", target):
                    continue
                name, _, anchor = target.partition("#")
                file = tree.join(folder, name) if name else path
                if not tree.has(file) and not tree.has_folder(file):
                    yield path, line, f"link to {target}: there is no {file}"
                elif anchor and file.endswith(".md") and anchor not in set(_anchors(tree.text(file))):
                    yield path, line, f"link to {target}: {file} has no such heading"


def rule_places(tree):
    """`weft/core/task.cpp:step` in a document names a file, and a function that is in it."""
    for path in tree.files(ext=(".md",)):
        for line, content in _outside_fences(tree.text(path)):
            for file, name in re.findall(r"`([\w./-]+\.[hc]pp):([A-Za-z_~][\w:~]*)`", content):
                if not tree.has(file):
                    yield path, line, f"`{file}:{name}`: there is no {file}"
                elif not re.search(rf"\b{re.escape(name.rpartition('::')[2])}\b\s*[(<]", tree.text(file)):
                    yield path, line, f"`{file}:{name}`: no {name}() in {file}"
