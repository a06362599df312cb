"""Makes a program smaller as long as it still shows what it shows."""

import copy


def _lists(node):
    """All lists of actions in a program, and of what is gathered, the outer ones first."""
    if isinstance(node, dict):
        if "do" in node:
            yield node["do"]
        for value in node.values():
            if not (isinstance(value, list) and value is node.get("do")):
                yield from _lists(value)
        for action in node.get("do", ()):
            yield from _arguments(action)
    elif isinstance(node, list):
        yield node
        for one in node:
            yield from _arguments(one) if _is_action(one) else _lists(one)


def _is_action(node):
    return isinstance(node, list) and len(node) > 1 and isinstance(node[0], int) and isinstance(node[1], str)


def _arguments(action):
    for argument in action[2:]:
        if isinstance(argument, (dict, list)):
            yield from _lists(argument)


def _without_parts(program):
    """Copies in which a run of some list's elements is gone, long runs first."""
    sizes = [len(some) for some in _lists(program)]
    for length in (16, 8, 4, 2, 1):
        for place, size in enumerate(sizes):
            if size < length:
                continue
            for start in range(0, size - length + 1, length):
                smaller = copy.deepcopy(program)
                some = list(_lists(smaller))[place]
                del some[start:start + length]
                yield smaller


def _simpler(program):
    """Copies in which one action is simpler: its body stands in its place, or it has no handler, or no delay."""
    if program["eager"]:
        yield {**program, "eager": False}
    for place, some in enumerate(_lists(program)):
        for i, action in enumerate(some):
            if not _is_action(action):
                continue
            for change in _changes(action):
                smaller = copy.deepcopy(program)
                list(_lists(smaller))[place][i:i + 1] = change
                yield smaller


def _changes(action):
    number, word, *rest = action
    if word in ("call", "timeout", "group", "try", "hold", "with_var"):
        body = next(a for a in rest if isinstance(a, dict))
        yield body["do"]
    if word == "try":
        for i in (2, 4):
            if rest[i]:
                yield [[number, word, *rest[:i], None, *rest[i + 1:]]]
    if word == "sleep" and rest[0] > 0:
        yield [[number, word, 0]]
    if word in ("cancel", "cancel_me") and rest and rest[-1] in ("m1", "m2"):
        yield [[number, word, *rest[:-1]]]


def _names(node):
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from _names(value)
    elif isinstance(node, list):
        for value in node:
            yield from _names(value)


def _used_objects_only(program):
    used = set(_names(program["main"]))
    objects = {name: size for name, size in program["objects"].items() if name in used}
    return {**program, "objects": objects}


def shrink(program, shows):
    """`shows(programs)` gives the index of the first that still shows it, or None."""
    found = True
    while found:
        found = False
        for ways in (_without_parts, _simpler):
            candidates = list(ways(program))
            at = 0
            while at < len(candidates):
                batch = candidates[at:at + 32]
                hit = shows(batch)
                if hit is None:
                    at += len(batch)
                    continue
                program, found = batch[hit], True
                break
            if found:
                break
    return _used_objects_only(program)
