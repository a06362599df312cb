#!/usr/bin/env python3
"""Tests tidy itself: for each rule a tree that breaks it, found at its line with a word of what to write instead, and one
that keeps it, about which tidy is silent."""

import pathlib
import tempfile
import unittest

import tidy

HEADER = "// What it is.\n#pragma once\n"


def findings(files):
    """What tidy says about a tree of these files; public headers get their tests, which is not what is tested here."""
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            file = pathlib.Path(root, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
            public = path.startswith("weft/") and path.endswith(".hpp") and "detail" not in path
            if public and "untested" not in path:
                test = pathlib.Path(root, "tests/unit", path[len("weft/"):-len(".hpp")] + "_test.cpp")
                test.parent.mkdir(parents=True, exist_ok=True)
                test.touch()
        return tidy.check(root)


def coroutine(body):
    """A program with one coroutine; its body begins at line 3."""
    return {"apps/a/main.cpp": f"// A program.\nweft::coro<void> run() {{\n{body}\n}}\n"}


class Tidy(unittest.TestCase):
    maxDiff = None

    def finds(self, files, path, line, word):
        found = findings(files)
        self.assertEqual([(p, n) for p, n, _ in found], [(path, line)], found)
        self.assertIn(word, found[0][2])

    def is_silent(self, files):
        self.assertEqual(findings(files), [])

    # The house.

    def test_includes_point_down(self):
        up = {"weft/core/a.hpp": HEADER + "#include <weft/flow/sleep.hpp>\n", "weft/flow/sleep.hpp": HEADER}
        self.finds(up, "weft/core/a.hpp", 3, "lower floor")
        down = {"weft/core/a.hpp": HEADER, "weft/flow/sleep.hpp": HEADER + "#include <weft/core/a.hpp>\n"}
        self.is_silent(down)

    def test_includes_do_not_point_sideways(self):
        self.finds({"weft/sync/a.cpp": "// a\n#include <weft/flow/sleep.hpp>\n", "weft/flow/sleep.hpp": HEADER},
                   "weft/sync/a.cpp", 2, "not below sync")
        self.is_silent({"weft/flow/a.cpp": "// a\n#include <weft/flow/sleep.hpp>\n", "weft/flow/sleep.hpp": HEADER})

    def test_detail_belongs_to_its_floor(self):
        self.finds({"weft/core/detail/a.hpp": HEADER + "#include <weft/io/socket.hpp>\n", "weft/io/socket.hpp": HEADER},
                   "weft/core/detail/a.hpp", 3, "io is not below core")
        self.is_silent({"weft/core/a.hpp": HEADER + "#include <weft/core/detail/b.hpp>\n",
                        "weft/core/detail/b.hpp": HEADER})

    def test_a_folder_is_a_floor(self):
        self.finds({"weft/attic/a.cpp": "// a\n"}, "weft/attic/a.cpp", 1, "no floor")

    def test_the_umbrella_stands_on_run(self):
        self.finds({"weft/weft.hpp": HEADER + "#include <weft/http/client.hpp>\n", "weft/http/client.hpp": HEADER},
                   "weft/weft.hpp", 3, "nothing above")
        self.finds({"weft/core/a.cpp": "// a\n#include <weft/weft.hpp>\n", "weft/weft.hpp": HEADER},
                   "weft/core/a.cpp", 2, "the header that you need")
        self.is_silent({"weft/weft.hpp": HEADER + "#include <weft/run/run.hpp>\n", "weft/run/run.hpp": HEADER})

    def test_includes_are_written_in_full(self):
        self.finds({"weft/core/a.cpp": '// a\n#include "a.hpp"\n'}, "weft/core/a.cpp", 2, "<weft/floor/name.hpp>")

    def test_includes_run_in_no_circle(self):
        a, b = HEADER + "#include <weft/core/b.hpp>\n", HEADER + "\n#include <weft/core/a.hpp>\n"
        self.finds({"weft/core/a.hpp": a, "weft/core/b.hpp": b}, "weft/core/b.hpp", 4, "forward-declare")
        self.is_silent({"weft/core/a.hpp": a, "weft/core/b.hpp": HEADER})

    def test_only_the_ring_knows_liburing(self):
        text = "// a\n#include <liburing/io_uring.h>\n"
        self.finds({"weft/io/backend/epoll.cpp": text}, "weft/io/backend/epoll.cpp", 2, "through the backend")
        self.is_silent({"weft/io/backend/uring_ops.cpp": text})

    def test_programs_see_public_headers_only(self):
        self.finds({"apps/a/main.cpp": "// a\n#include <weft/core/detail/b.hpp>\n", "weft/core/detail/b.hpp": HEADER},
                   "apps/a/main.cpp", 2, "stands above it")
        self.is_silent({"apps/a/main.cpp": "// a\n#include <weft/core/b.hpp>\n", "weft/core/b.hpp": HEADER})

    def test_public_headers_include_only_the_cpp_library(self):
        self.finds({"weft/io/a.hpp": HEADER + "#include <sys/socket.h>\n"}, "weft/io/a.hpp", 3, "in a .cpp")
        self.finds({"weft/io/a.hpp": HEADER + "#include <weft/io/detail/b.hpp>\n",
                    "weft/io/detail/b.hpp": HEADER + "#include <unistd.h>\n"},
                   "weft/io/detail/b.hpp", 3, "through weft/io/a.hpp")
        self.finds({"weft/io/a.hpp": HEADER + "#include <weft/io/backend/b.hpp>\n", "weft/io/backend/b.hpp": HEADER,
                    "tests/unit/io/backend/b_test.cpp": ""}, "weft/io/a.hpp", 3, "not installed")
        self.is_silent({"weft/io/a.hpp": HEADER + "#include <string>\n", "weft/io/a.cpp": "// a\n#include <unistd.h>\n",
                        "weft/io/detail/b.hpp": HEADER + "#include <unistd.h>\n"})

    def test_each_public_header_has_a_test(self):
        self.finds({"weft/core/untested.hpp": HEADER}, "weft/core/untested.hpp", 1, "tests/unit/core/untested_test.cpp")
        self.is_silent({"weft/core/untested.hpp": HEADER,
                        tidy.Tree.exceptions_path: "no-test | weft/core/untested.hpp | has only names\n"})

    def test_files_are_short(self):
        self.finds({"weft/core/a.cpp": "// a\n" * 401}, "weft/core/a.cpp", 401, "split it")
        self.is_silent({"weft/core/a.cpp": "// a\n" * 400})

    def test_functions_are_short(self):
        long = "// a\nnamespace weft {\nstruct loop {\n  auto turn() const -> int {\n" + "    f();\n" * 69 + "  }\n};\n}\n"
        self.finds({"weft/core/a.cpp": long}, "weft/core/a.cpp", 4, "turn has 71 lines")
        self.is_silent({"weft/core/a.cpp": long.replace("    f();\n", "", 1)})
        self.finds({"scripts/a.py": "def f():\n" + "    pass\n" * 70}, "scripts/a.py", 1, "f has 71 lines")

    def test_a_long_function_may_have_a_reason(self):
        test = {"tests/unit/a_test.cpp": "TEST(a, b) {\n" + "  f();\n" * 70 + "}\n"}
        self.finds(test, "tests/unit/a_test.cpp", 1, "a.b has 72 lines")
        test[tidy.Tree.exceptions_path] = "long-function | tests/unit/a_test.cpp:a.b | one long table\n"
        self.is_silent(test)

    def test_an_exception_that_is_not_needed_is_found(self):
        self.finds({tidy.Tree.exceptions_path: "# why\nlong-file | weft/core/a.cpp | it was long\n"},
                   tidy.Tree.exceptions_path, 2, "remove the line")
        self.finds({tidy.Tree.exceptions_path: "long-file | weft/core/a.cpp\n"}, tidy.Tree.exceptions_path, 1, "reason")

    def test_names_say_what_a_thing_is(self):
        self.finds({"weft/core/utils.cpp": "// a\n"}, "weft/core/utils.cpp", 1, "what it holds")
        self.finds({"apps/helpers/a.cpp": "// a\n"}, "apps/helpers/a.cpp", 1, "what it holds")
        self.finds({"weft/core/EventLoop.cpp": "// a\n"}, "weft/core/EventLoop.cpp", 1, "snake_case")
        self.is_silent({"weft/core/event_loop.cpp": "// a\n"})

    def test_files_open_with_their_job(self):
        self.finds({"weft/core/a.hpp": "#pragma once\n"}, "weft/core/a.hpp", 1, "the file's job")
        self.finds({"weft/core/a.hpp": "// a\n"}, "weft/core/a.hpp", 1, "#pragma once")
        self.is_silent({"weft/core/a.hpp": HEADER, "weft/core/a.cpp": "#include <weft/core/a.hpp>\n"})

    def test_nothing_is_left_for_later(self):
        mark = "TO" + "DO"
        self.finds({"weft/core/a.cpp": f"// a\nint x;  // {mark}: all\n"}, "weft/core/a.cpp", 2, "do it")
        self.finds({"scripts/a.sh": f"true  # {mark}\n"}, "scripts/a.sh", 1, "do it")
        self.is_silent({"weft/core/a.cpp": f'// a\nconst char* x = "{mark}";\n'})

    # Coroutines.

    def test_a_lambda_with_values_stands_apart_from_co_await(self):
        line = "name it in a statement before"
        self.finds(coroutine("  co_await f([name] { use(name); });"), "apps/a/main.cpp", 3, line)
        self.finds(coroutine("  int x = 0;\n  auto y = co_await f(1,\n      [x = std::move(x)]() mutable { g(x); });"),
                   "apps/a/main.cpp", 5, line)
        self.finds(coroutine("  (void)co_await [=]() -> weft::coro<int> { co_return x; }();"), "apps/a/main.cpp", 3, line)
        self.finds(coroutine("  auto g = [&] { return h([x] { co_await f(p, [*this] {}); }); };"), "apps/a/main.cpp", 3, line)

    def test_harmless_lambdas(self):
        self.is_silent(coroutine("  co_await f([&] { use(name); });"))
        self.is_silent(coroutine("  co_await f([&a, this](int b) -> weft::coro<void> { co_await g(b); });"))
        self.is_silent(coroutine("  auto named = [name]() -> weft::coro<void> { co_await g(name); };\n"
                                 "  co_await f(named);"))
        self.is_silent(coroutine("  auto& [a, b] = pair;\n  [[maybe_unused]] int c = co_await f(a[b], list[0]);"))

    def test_a_braced_temporary_stands_apart_from_co_await(self):
        line = "call a constructor with ()"
        self.finds(coroutine("  co_await f(options{.name = n});"), "apps/a/main.cpp", 3, line)
        self.finds(coroutine('  co_await f({"a", "b"});'), "apps/a/main.cpp", 3, line)
        self.finds(coroutine("  pair p{co_await f(), 1};"), "apps/a/main.cpp", 3, line)
        self.finds(coroutine("  co_yield item{1, name};"), "apps/a/main.cpp", 3, line)

    def test_harmless_braces(self):
        self.is_silent(coroutine("  co_await sleep(seconds{1});"))
        self.is_silent(coroutine("  std::string s{co_await f()};\n  options o{.name = s};\n  co_await g(o, {}, token{});"))
        self.is_silent(coroutine("  for (auto x : {a, b}) co_await f(x);\n  if (x == y{1}) co_await g();"))
        self.is_silent(coroutine("  while (true) {\n    co_await f(options(1));\n  }\n  co_return {1, 2};"))

    def test_no_branch_of_a_ternary_awaits(self):
        self.finds(coroutine("  auto x = c ? co_await f() : g();"), "apps/a/main.cpp", 3, "if and else")
        self.is_silent(coroutine("  auto x = co_await f();\n  auto y = x ? g() : h();"))

    def test_no_condition_awaits_where_nothing_is_declared(self):
        self.finds(coroutine("  if (co_await f()) g();"), "apps/a/main.cpp", 3, "auto result")
        self.finds(coroutine("  int x = 0;\n  try {\n    while (co_await s.next(x)) {\n      g();\n    }\n"
                             "  } catch (const e&) {\n  }"), "apps/a/main.cpp", 5, "while (result)")
        self.finds(coroutine("  g();\n  switch (1 + co_await f()) {\n    default: break;\n  }"), "apps/a/main.cpp", 4,
                   "auto result")

    def test_harmless_conditions(self):
        self.is_silent(coroutine("  bool more = co_await f();\n  if (more) g();"))
        self.is_silent(coroutine("  [[maybe_unused]] int x;\n  if (co_await f()) g();"))
        self.is_silent(coroutine("  if (bool more = co_await f()) g();"))
        self.is_silent(coroutine("  std::vector<std::map<int, int>> x = g();\n  while (co_await f()) g();"))
        self.is_silent(coroutine("  if (co_await held) g();"))

    def test_documents_and_tests_are_read_too_but_not_what_is_wrong_on_purpose(self):
        block = "# A\n\n```cpp{}\nvoid f() {{\n  co_await g([x] {{}});\n}}\n```\n"
        self.finds({"docs/a.md": block.format("")}, "docs/a.md", 5, "co_await")
        self.is_silent({"docs/a.md": block.format(" wrong")})
        self.finds({"tests/a.cpp": "coro<void> f() {\n  co_await g([x] {});\n}\n"}, "tests/a.cpp", 2, "co_await")
        self.is_silent({"tests/compile_fail/a.cpp": "coro<void> f() {\n  co_await g([x] {});\n}\n"})

    def test_catch_all_passes_on_or_keeps(self):
        text = "  try {\n    co_await f();\n  } catch (...) {\n    %s\n  }"
        self.finds(coroutine(text % "log();"), "apps/a/main.cpp", 5, "swallows a cancel")
        self.is_silent(coroutine(text % "log(); throw;"))
        self.is_silent(coroutine(text % "error = std::current_exception();"))
        self.is_silent(coroutine(text.replace("co_await f()", "std::rethrow_exception(kept)") % "log();"))
        excepted = coroutine(text % "log();")
        excepted[tidy.Tree.exceptions_path] = "catch-all | apps/a/main.cpp:run | nothing in it awaits\n"
        self.is_silent(excepted)

    # Documents.

    def test_links_lead_somewhere(self):
        self.finds({"docs/a.md": "# A\n[b](b.md)\n"}, "docs/a.md", 2, "there is no docs/b.md")
        self.finds({"README.md": "# A\n[b](docs/b.md#two-words)\n", "docs/b.md": "# Other\n"}, "README.md", 2, "heading")
        self.is_silent({"README.md": "[b](docs/b.md#two-words) [c](https://example.org) [d](docs/) [e](#here)\n# Here\n",
                        "docs/b.md": "## Two words\n[up](../README.md)\n```\n[x](y.md)\n```\n"})

    def test_places_named_in_documents_exist(self):
        code = {"weft/core/a.cpp": "// a\nvoid loop::run_once() { }\n"}
        self.finds(code | {"docs/tour.md": "\n`weft/core/b.cpp:run_once`\n"}, "docs/tour.md", 2, "no weft/core/b.cpp")
        self.finds(code | {"docs/tour.md": "`weft/core/a.cpp:run_twice`\n"}, "docs/tour.md", 1, "no run_twice()")
        self.is_silent(code | {"docs/tour.md": "`weft/core/a.cpp:loop::run_once` and `weft/core/a.cpp:run_once`\n"})


if __name__ == "__main__":
    unittest.main()
