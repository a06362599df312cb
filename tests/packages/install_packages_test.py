#!/usr/bin/env python3
"""Tests scripts/install-packages.sh with a dpkg-query, an apt-get and an apt-cache of paper, which only write down what was
asked of them."""

import os
import pathlib
import pty
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(sys.argv.pop(1)).resolve()
FAKES = {
    # Everything asked for is installed, except what MISSING names.
    "dpkg-query": 'for name in "${@:3}"; do [[ " $MISSING " == *" $name "* ]] || echo "ii $name"; done',
    "apt-get": 'echo "apt-get $*" >> "$CALLS"; [[ "$*" != *install* || ! -e "$STALE" ]] || { rm "$STALE"; exit 100; }',
    "apt-cache": '[[ -n ${NO_LISTS:-} ]] || echo "$2 | 1.0 | somewhere"',
    "sudo": 'echo sudo >> "$CALLS"; exec "$@"',
    "systemctl": 'echo "systemctl $*" >> "$CALLS"',
}


class InstallPackages(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        for name, body in FAKES.items():
            file = self.folder / name
            file.write_text(f"#!/bin/bash\n{body}\n")
            file.chmod(0o755)
        self.calls = self.folder / "calls"
        self.calls.touch()

    def command(self, group, missing, **more):
        environment = {"PATH": f"{self.folder}:/usr/bin:/bin", "CALLS": str(self.calls), "MISSING": missing,
                       "STALE": str(self.folder / "stale"), "LC_ALL": "C", **more}
        return [str(ROOT / "scripts/install-packages.sh"), group], environment

    def run_script(self, group, missing="", **more):
        argv, environment = self.command(group, missing, **more)
        done = subprocess.run(argv, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def run_at_terminal(self, answer, missing, **more):
        argv, environment = self.command("build", missing, **more)
        child, terminal = pty.fork()
        if child == 0:
            os.execve(argv[0], argv, environment)
        os.write(terminal, answer.encode())
        said = b""
        try:
            while chunk := os.read(terminal, 4096):
                said += chunk
        except OSError:
            pass  # how a terminal tells that the child is gone
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), said.decode()

    def asked(self, what):
        return [call for call in self.calls.read_text().splitlines() if call.startswith(what)]

    def test_is_silent_when_nothing_is_missing(self):
        for group in ("build", "test", "demo", "tidy", "format", "compare", "peers"):
            self.assertEqual(self.run_script(group), (0, ""))
        self.assertEqual(self.asked(""), [])

    def test_names_what_is_missing_with_its_reason_and_installs_only_that(self):
        status, said = self.run_script("build", "ninja-build libfmt-dev")
        self.assertEqual(status, 0, said)
        self.assertRegex(said, r"ninja-build +runs the build\n")
        self.assertRegex(said, r"libfmt-dev +the programs print with it\n")
        self.assertNotIn("cmake", said)
        calls = self.asked("apt-get")
        self.assertEqual(len(calls), 1)
        self.assertTrue(calls[0].endswith("ninja-build libfmt-dev"), calls)
        self.assertIn("--no-install-recommends", calls[0])

    def test_takes_the_compiler_and_the_build_into_account(self):
        self.assertIn("clang-19", self.run_script("build", "clang-19 g++")[1])
        self.assertNotIn("clang-19", self.run_script("build", "clang-19 g++", COMPILER="gcc")[1])
        self.assertEqual(self.run_script("test", "libclang-rt-19-dev"), (0, ""))
        self.assertIn("libclang-rt-19-dev", self.run_script("test", "libclang-rt-19-dev", BUILD="asan")[1])
        self.assertIn("cppreference", self.run_script("demo", "cppreference-doc-en-html", SITE="cppreference")[1])

    def test_takes_both_compilers_for_the_comparison_and_leaves_the_peers_to_a_group_of_their_own(self):
        said = self.run_script("compare", "clang-19 g++ golang-go")[1]
        self.assertIn("clang-19", said)
        self.assertIn("g++", said)
        self.assertNotIn("golang-go", said)
        self.assertIn("golang-go", self.run_script("peers", "clang-19 golang-go")[1])

    def test_fetches_lists_when_there_are_none(self):
        self.run_script("build", "cmake", NO_LISTS="1")
        self.assertEqual([call.split()[1] for call in self.asked("apt-get")], ["update", "install"])

    def test_fetches_lists_when_they_are_too_old(self):
        (self.folder / "stale").touch()
        status, said = self.run_script("build", "cmake")
        self.assertEqual(status, 0, said)
        self.assertEqual([call.split()[1] for call in self.asked("apt-get")], ["install", "update", "install"])

    def test_asks_when_a_person_sits_there(self):
        status, said = self.run_at_terminal("n\n", "cmake")
        self.assertIn("[Y/n]", said)
        self.assertEqual((status, self.asked("apt-get")), (1, []))
        status, said = self.run_at_terminal("\n", "cmake")
        self.assertEqual((status, len(self.asked("apt-get"))), (0, 1), said)

    def test_does_not_ask_under_ci(self):
        status, said = self.run_at_terminal("", "cmake", CI="true")
        self.assertNotIn("[Y/n]", said)
        self.assertEqual((status, len(self.asked("apt-get"))), (0, 1), said)

    def test_refuses_an_unknown_group(self):
        status, said = self.run_script("everything")
        self.assertEqual(status, 2)
        self.assertIn("usage", said)


if __name__ == "__main__":
    unittest.main()
