"""Reads C++ well enough for tidy's rules: comments, includes, statements, blocks. It is no compiler: it knows brackets,
lambdas and where statements end, and guesses the rest from the words around."""

import re
from dataclasses import dataclass, field

TOKEN = re.compile(r'[A-Za-z_]\w*|\d[\w.]*|""|::|->|&&|\|\||[^\s\w]')
CONTROL = {"if", "for", "while", "switch", "catch", "else", "do", "try"}


@dataclass
class Token:
    text: str
    line: int


@dataclass
class Brace:
    """A braced list in an expression: what stands before it, and what in it."""
    line: int
    before: list
    inside: list
    depth: int  # of brackets around it


@dataclass
class Lambda:
    line: int
    captures: list  # the texts between the commas


@dataclass
class Statement:
    tokens: list = field(default_factory=list)  # without the bodies of lambdas
    lambdas: list = field(default_factory=list)
    braces: list = field(default_factory=list)
    blocks: list = field(default_factory=list)  # its body, and those of its lambdas
    end: int = 0

    @property
    def line(self):
        return self.tokens[0].line if self.tokens else self.end

    def words(self):
        return [token.text for token in self.tokens]


@dataclass
class Block:
    statements: list = field(default_factory=list)

    def every_statement(self):
        for statement in self.statements:
            yield self, statement
            for block in statement.blocks:
                yield from block.every_statement()


def split(text):
    """Code (comments, literals' contents and preprocessor lines blanked, lines kept), and comments as (line, text)."""
    pattern = re.compile(
        r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Fa-f])\'(?:\\.|[^\'\\\n])+\'', re.S)
    comments = []

    def blank(match):
        found = match.group(0)
        if found.startswith(("//", "/*")):
            line = text.count("\n", 0, match.start()) + 1
            comments.extend((line + i, part) for i, part in enumerate(found.split("\n")))
            return "\n" * found.count("\n")
        return '""' + "\n" * found.count("\n")

    code = pattern.sub(blank, text)
    code = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda m: "\n" * m.group(0).count("\n"), code, flags=re.M)
    return code, comments


def parse(text):
    """The outermost block of a C++ text."""
    code, _ = split(text)
    tokens = [Token(found.group(0), line) for line, part in enumerate(code.split("\n"), 1)
              for found in TOKEN.finditer(part)]
    return _Parser(tokens).block(0)[0]


def close_of(tokens, at):
    """Where the bracket that opens at `at` closes."""
    pairs = {"(": ")", "[": "]", "{": "}"}
    opening, closing, depth = tokens[at].text, pairs[tokens[at].text], 0
    for i in range(at, len(tokens)):
        depth += (tokens[i].text == opening) - (tokens[i].text == closing)
        if depth == 0:
            return i
    return len(tokens) - 1


class _Parser:
    def __init__(self, tokens):
        self.tokens = tokens

    def text(self, at):
        return self.tokens[at].text if 0 <= at < len(self.tokens) else ""

    def block(self, at):
        """Reads statements from `at` to the closing brace (or the end); returns the block and the place behind it."""
        block, statement, brackets = Block(), Statement(), []

        def finish(line):
            nonlocal statement
            if statement.tokens or statement.blocks:
                statement.end = line
                block.statements.append(statement)
            statement = Statement()

        while at < len(self.tokens):
            token = self.tokens[at]
            if token.text == "}" and not brackets:
                finish(token.line)
                return block, at + 1
            if token.text == ";" and not brackets:
                finish(token.line)
            elif token.text == "[" and (body := self.lambda_body(at)):
                statement.lambdas.append(Lambda(token.line, self.captures(at)))
                statement.tokens.extend(self.tokens[at:body])
                inner, at = self.block(body + 1)
                statement.blocks.append(inner)
                continue
            elif token.text == "{" and not brackets and self.opens_block(statement, at):
                inner, at = self.block(at + 1)
                statement.blocks.append(inner)
                finish(self.tokens[at - 1].line)
                continue
            else:
                if token.text == "{":
                    end = close_of(self.tokens, at)
                    statement.braces.append(Brace(
                        token.line, [t.text for t in statement.tokens[-6:]],
                        [t.text for t in self.tokens[at + 1:end]], len(brackets)))
                if token.text in "([{":
                    brackets.append(token.text)
                elif token.text in ")]}" and brackets:
                    brackets.pop()
                statement.tokens.append(token)
                # `if (x) y;` is two statements: the condition ends where its parenthesis does.
                if token.text == ")" and not brackets and self.text(at + 1) != "{" and self.is_control(statement):
                    finish(token.line)
            at += 1
        finish(self.tokens[-1].line if self.tokens else 0)
        return block, at

    def is_control(self, statement):
        words = statement.words()
        return bool({"if", "for", "while", "switch"} & set(words[:1 + (words[0] == "else")]))

    def captures(self, at):
        parts, depth = [[]], 0
        for token in self.tokens[at + 1:close_of(self.tokens, at)]:
            depth += (token.text in "([{") - (token.text in ")]}")
            if token.text == "," and depth == 0:
                parts.append([])
            else:
                parts[-1].append(token.text)
        return [" ".join(part) for part in parts if part]

    def lambda_body(self, at):
        """Where the body of the lambda that begins at `[` opens, or None if it is no lambda."""
        before, further = self.text(at - 1), self.text(at - 2)
        if self.text(at + 1) == "[" or before == "[":
            return None  # an attribute
        keywords = {"return", "co_return", "co_await", "co_yield", "else", "case"}
        if before in (")", "]") or (re.match(r'[\w"]', before) and before not in keywords):
            return None  # a subscript, or `auto [a, b]`
        if before in ("&", "&&") and further in ("auto", "const"):
            return None
        at = close_of(self.tokens, at) + 1
        while self.text(at) not in ("", "{", ";", ")", "}"):
            at = close_of(self.tokens, at) + 1 if self.text(at) in ("(", "[") else at + 1
        return at if self.text(at) == "{" else None

    def opens_block(self, statement, at):
        words = statement.words()
        if not words or words[-1] in {")", "}", "else", "do", "try", "const", "noexcept", "override", "final", "mutable"}:
            return True
        if words[0] == "enum" or words[:2] == ["using", "enum"]:
            return False
        if words[0] in {"namespace", "class", "struct", "union", "extern"}:
            return "=" not in words
        if words[0] in {"case", "default"} and words[-1] == ":":
            return True
        # Else a block is what has a statement directly in it.
        depth = 0
        for i in range(at + 1, close_of(self.tokens, at)):
            text = self.tokens[i].text
            depth += (text in "([{") - (text in ")]}")
            if text == ";" and depth == 0:
                return True
        # `auto f() -> coro<int> {}`
        return "->" in words and words[words.index("->") - 1] in {")", "const", "noexcept"} and "=" not in words


def functions(block):
    """Every function defined in namespaces and classes of the block: (name, first line, last line)."""
    for statement in block.statements:
        words = statement.words()
        if not statement.blocks or not words:
            continue
        if "(" in words and words[0] not in CONTROL | {"namespace", "struct", "class", "union"} and not (
                "=" in words[:words.index("(")]):
            name = words[words.index("(") - 1]
            qualified = words[words.index("(") - 3] + "::" + name if words[words.index("(") - 2] == "::" else name
            if name in {"TEST", "TEST_F", "TEST_P", "TYPED_TEST"}:
                inside = words[words.index("(") + 1:words.index(")")]
                qualified = ".".join(word for word in inside if word != ",")
            yield qualified, statement.line, statement.end
        else:
            for inner in statement.blocks:
                yield from functions(inner)
