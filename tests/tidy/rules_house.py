"""Rules on the house: floors, includes, names, sizes, and which test belongs to which header."""

import ast
import re

from source import functions, parse, split

# From the ground up. Floors of one line don't see each other.
FLOORS = [["core"], ["flow", "sync", "threads"], ["io"], ["run"], ["http", "pool", "lens", "sim"]]
RANK = {name: rank for rank, names in enumerate(FLOORS) for name in names}
UMBRELLA = "weft/weft.hpp"  # stands on run
BAD_NAMES = {"util", "utils", "helper", "helpers", "common", "misc"}
CPP_HEADERS = set("""
algorithm any array atomic barrier bit bitset charconv chrono cassert cctype cerrno cfenv cfloat cinttypes climits clocale
cmath compare complex concepts condition_variable coroutine csetjmp csignal cstdarg cstddef cstdint cstdio cstdlib cstring
ctime cuchar cwchar cwctype deque exception execution filesystem format forward_list fstream functional future
initializer_list iomanip ios iosfwd iostream istream iterator latch limits list locale map memory memory_resource mutex new
numbers numeric optional ostream queue random ranges ratio regex scoped_allocator semaphore set shared_mutex source_location
span sstream stack stdexcept stop_token streambuf string string_view syncstream system_error thread tuple type_traits
typeindex typeinfo unordered_map unordered_set utility valarray variant vector version""".split())


def includes(text):
    """(line, what, quoted) of every #include; commented ones don't count."""
    commented = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group(0).count("\n"), text, flags=re.S)
    for line, content in enumerate(commented.split("\n"), 1):
        found = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', content)
        if found:
            yield line, found.group(2), found.group(1) == '"'


def floor_of(path):
    parts = path.split("/")
    return parts[1] if len(parts) > 2 and parts[0] == "weft" else None


def is_public(path):
    return path.startswith("weft/") and path.endswith(".hpp") and not re.search(r"/(detail|backend)/", path)


def rule_floors(tree):
    """An include points down, or stays on its floor."""
    for path in tree.files("weft", ext=(".hpp", ".cpp")):
        here = floor_of(path)
        if here is not None and here not in RANK:
            yield path, 1, f"{here} is no floor; add it to FLOORS in tests/tidy/rules_house.py, or use one of {sorted(RANK)}"
            continue
        for line, what, quoted in includes(tree.text(path)):
            if quoted:
                yield path, line, f'"{what}": write <weft/floor/name.hpp>'
            if not what.startswith("weft/"):
                continue
            there = floor_of(what)
            if what == UMBRELLA:
                yield path, line, f"<{what}> is for programs: include the header that you need"
            elif there not in RANK:
                yield path, line, f"<{what}>: no such floor"
            elif here is None:
                if RANK[there] > RANK["run"]:
                    yield path, line, f"<{what}>: {path} stands on run and knows nothing above it"
            elif here != there and RANK[there] >= RANK[here]:
                yield path, line, (f"{here} includes <{what}>: an include points down, and {there} is not below {here}; "
                                   f"move what both need to a lower floor")


def rule_seclusion(tree):
    """Programs see public headers only."""
    for path in tree.files("apps", "examples", ext=(".hpp", ".cpp")):
        for line, what, _ in includes(tree.text(path)):
            if re.match(r"weft/.*/(detail|backend)/", what):
                yield path, line, f"<{what}> is not public: use the header that stands above it"


def rule_circles(tree):
    """No file includes itself, by any way."""
    graph = {path: [(line, what) for line, what, _ in includes(tree.text(path)) if tree.has(what)]
             for path in tree.files("weft", ext=(".hpp",))}
    done = set()

    def walk(path, trail):
        if path in trail:
            circle = " -> ".join(trail[trail.index(path):] + [path])
            line = next(line for line, what in graph[trail[-1]] if what == path)
            yield trail[-1], line, f"a circle of includes: {circle}; forward-declare, or split the header"
        elif path not in done:
            for _, what in graph.get(path, []):
                yield from walk(what, trail + [path])
            done.add(path)

    for path in graph:
        yield from walk(path, [])


def rule_liburing(tree):
    """One room knows the ring."""
    for path in tree.files("weft", "apps", "examples", "tests", ext=(".hpp", ".cpp")):
        if re.match(r"weft/io/backend/uring[^/]*$", path):
            continue
        for line, what, _ in includes(tree.text(path)):
            if what.startswith("liburing") or what == "linux/io_uring.h":
                yield path, line, f"<{what}>: only weft/io/backend/uring* knows the ring; go through the backend"


def rule_public_includes(tree):
    """What a user's file sees of us is the C++ library and nothing of the system."""
    seen = set()

    def walk(path, root):
        if path in seen:
            return
        seen.add(path)
        for line, what, _ in includes(tree.text(path)):
            if what.startswith("weft/"):
                if "/backend/" in what:
                    yield path, line, f"<{what}> is not installed, and {root} is: forward-declare, or include it in a .cpp"
                elif tree.has(what):
                    yield from walk(what, root)
            elif what not in CPP_HEADERS:
                yield path, line, (f"<{what}> reaches users through {root}: public headers include only the C++ "
                                   f"library; include it in a .cpp")

    for path in tree.files("weft", ext=(".hpp",)):
        if is_public(path):
            yield from walk(path, path)


def rule_unit_tests(tree):
    """Each public header has its test file."""
    for path in tree.files("weft", ext=(".hpp",)):
        if is_public(path):
            test = "tests/unit/" + path[len("weft/"):-len(".hpp")] + "_test.cpp"
            if not tree.has(test) and not tree.excepted("no-test", path):
                yield path, 1, f"no {test}: write it, or put a line with the reason into {tree.exceptions_path}"


def rule_sizes(tree):
    """Files of at most 400 lines, functions of at most 70."""
    for path in tree.files("weft", "apps", "examples", "tests", "scripts", "bench", ext=(".hpp", ".cpp", ".py", ".sh")):
        count = tree.text(path).count("\n")
        if count > 400 and not tree.excepted("long-file", path):
            yield path, 401, f"{count} lines, at most 400: split it, or give the reason in {tree.exceptions_path}"
        for name, begin, end in _functions(path, tree.text(path)):
            if end - begin + 1 > 70 and not tree.excepted("long-function", f"{path}:{name}"):
                yield path, begin, (f"{name} has {end - begin + 1} lines, at most 70: split it, or give the reason in "
                                    f"{tree.exceptions_path}")


def _functions(path, text):
    if path.endswith(".py"):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield node.name, node.lineno, node.end_lineno
    elif path.endswith((".hpp", ".cpp")):
        yield from functions(parse(text))


def rule_names(tree):
    """A thing has a name and a room."""
    for path in tree.files():
        for part in path.split("/"):
            if part.split(".")[0].lower() in BAD_NAMES:
                yield path, 1, f"'{part}' names no thing: name it after what it holds"
        if path.endswith((".hpp", ".cpp")) and not re.fullmatch(r"[a-z0-9_]+\.[hc]pp", path.rsplit("/", 1)[1]):
            yield path, 1, "file names are snake_case, as the type in them"


def rule_openings(tree):
    """A file opens with its job and its idea (a .cpp beside its header leaves that to it); a header is read once."""
    for path in tree.files("weft", "apps", "examples", ext=(".hpp", ".cpp")):
        text = tree.text(path)
        if not text.startswith("//") and not (path.endswith(".cpp") and tree.has(path[:-4] + ".hpp")):
            yield path, 1, "opens without a comment: say the file's job and its idea in a few // lines"
        if path.endswith(".hpp") and not re.search(r"^#pragma once$", text, re.M):
            yield path, 1, "no #pragma once"


def rule_unfinished(tree):
    """Nothing is left for later."""
    marks = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX)\b")
    for path in tree.files("weft", "apps", "examples", "tests", "scripts", "bench", "cmake",
                           ext=(".hpp", ".cpp", ".py", ".sh", ".txt", ".cmake")):
        if path.endswith((".hpp", ".cpp")):
            comments = split(tree.text(path))[1]
        else:
            comments = [(line, text.partition("#")[2]) for line, text in enumerate(tree.text(path).split("\n"), 1)]
        for line, comment in comments:
            found = marks.search(comment)
            if found:
                yield path, line, f"{found.group(0)}: do it, or leave it out and say so in the README"
