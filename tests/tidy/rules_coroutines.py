"""Rules on statements: g++ 12's two coroutine bugs, and catch (...) that lets a cancel vanish."""

import re

from source import close_of, functions, parse

# Types whose braces are harmless: trivially destructible.
TRIVIAL = {"seconds", "milliseconds", "microseconds", "nanoseconds", "minutes", "hours", "duration", "time_point",
           "string_view", "span", "byte", "size_t", "int", "bool", "char", "double"}
NOT_DECLARATIONS = {"return", "co_return", "co_await", "co_yield", "throw", "delete", "new", "goto", "if", "else", "for",
                    "while", "switch", "case", "default", "break", "continue", "do", "try", "catch", "static_assert"}


def rule_await_temporaries(tree):
    """g++ 12 destroys some temporaries twice when their statement contains co_await or co_yield."""
    for path, text, first in tree.code_with_coroutines():
        for _, statement in parse(text).every_statement():
            words = statement.words()
            if "co_await" not in words and "co_yield" not in words:
                continue
            for found in statement.lambdas:
                if any(_by_value(capture) for capture in found.captures):
                    yield (path, first + found.line, "a lambda that captures by value in a statement with co_await: "
                           "g++ 12 destroys it twice; name it in a statement before, or pass values as parameters")
            for brace in statement.braces:
                if _dangerous(brace):
                    yield (path, first + brace.line, "a braced temporary in a statement with co_await: g++ 12 destroys "
                           "it twice; name it in a statement before, or call a constructor with ()")
            if "?" in words and "co_await" in words[words.index("?"):]:
                yield (path, first + statement.line, "co_await in a branch of ?: : g++ 12 destroys its result twice; "
                       "write if and else")


def _by_value(capture):
    return not (capture.startswith("&") or capture == "this")


def _dangerous(brace):
    before, inside = brace.before, brace.inside
    last = before[-1] if before else ""
    awaits_inside = ("co_await" in inside or "co_yield" in inside) and "," in inside
    if not inside or last in TRIVIAL or "requires" in before:
        return False
    if brace.depth > 0:
        return True
    for i in range(len(before) - 1, -1, -1):
        if before[i] in {"co_await", "co_yield"}:
            return True
        if not re.match(r"[\w:<>]", before[i]):
            break
    return awaits_inside


def rule_await_conditions(tree):
    """g++ 12 corrupts the frame when a temporary is awaited in a condition in a scope that declares nothing."""
    for path, text, first in tree.code_with_coroutines():
        for block, statement in parse(text).every_statement():
            words = statement.words()
            keyword = next((word for word in words[:2] if word in {"if", "while", "switch"}), None)
            if keyword is None or words[0] not in {"else", keyword}:
                continue
            opening = words.index("(") if "(" in words else None
            if opening is None:
                continue
            condition = words[opening + 1:close_of(statement.tokens, opening)]
            if not _awaits_temporary(condition):
                continue
            before = block.statements[:_index(block, statement)]
            if not any(_declares(other) for other in before):
                yield (path, first + statement.line, f"{keyword} (co_await f()) in a scope that declares nothing before "
                       f"it: g++ 12 corrupts the frame; write auto result = co_await f(); {keyword} (result)")


def _index(block, statement):
    return next(i for i, other in enumerate(block.statements) if other is statement)


def _awaits_temporary(condition):
    text = " ".join(condition)
    if ";" in condition or re.match(r"^(const )?[\w:<> ]+[&* ]+\w+ = ", text):
        return False  # the condition declares its result
    for match in re.finditer(r"\bco_await ((?:\w+|::|\.|->| )+?)\s*[({<]", text):
        if match.group(1).strip() != "std :: move":
            return True
    return False


def _declares(statement):
    words = statement.words()
    while words[:2] == ["[", "["]:
        words = words[words.index("]") + 2:]
    if not words or words[0] in NOT_DECLARATIONS:
        return False
    if words[0] in {"using", "typedef", "struct", "class", "enum", "static", "constexpr", "const", "auto"}:
        return True
    return re.match(r"^\w+(?: :: \w+)*(?: <.*>)?(?: :: \w+)*(?: [&*]+)* \w+(?: [=({\[,]|$)", " ".join(words)) is not None


def rule_catch_all(tree):
    """catch (...) catches cancelled_error too: who does so must pass it on or keep it."""
    passes_on = {"throw", "abort", "terminate", "rethrow_exception"}
    for path, text, first in tree.code_blocks("weft", "apps", "examples"):
        outer = parse(text)
        for block, statement in outer.every_statement():
            if statement.words()[:5] != ["catch", "(", ".", ".", "."]:
                continue
            inside = set(_words_inside(statement))
            if inside & passes_on or any("current_exception" in word for word in inside):
                continue
            # try { std::rethrow_exception(kept); } looks at an exception that somebody holds.
            if "rethrow_exception" in _words_inside(_try_of(block, statement)):
                continue
            name = next((name for name, begin, end in functions(outer) if begin <= statement.line <= end), "")
            if not tree.excepted("catch-all", f"{path}:{name}"):
                yield (path, first + statement.line, "catch (...) swallows a cancel: end it with throw; or keep "
                       "std::current_exception(), or catch what you mean, or give the reason in "
                       + tree.exceptions_path)


def _words_inside(statement):
    return [word for block in statement.blocks for _, inner in block.every_statement() for word in inner.words()]


def _try_of(block, statement):
    before = block.statements[:_index(block, statement)]
    return next(other for other in reversed(before) if other.words()[-1:] == ["try"])
