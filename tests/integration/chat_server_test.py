"""The chat server of the examples, with Python's sockets for guests.

usage: chat_server_test.py CHAT_SERVER
"""

import signal
import socket
import subprocess
import sys
import unittest

CHAT_SERVER = sys.argv.pop(1)


class Guest:
    def __init__(self, port, name=None):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.lines = self.socket.makefile("r", encoding="utf-8", newline="\n")
        self.greeting = self.lines.readline()
        if name is not None:
            self.say(name)

    def say(self, text):
        self.socket.sendall(text.encode() + b"\n")

    def hears(self):
        return self.lines.readline()

    def go(self):
        self.lines.close()
        self.socket.close()


class Chat(unittest.TestCase):
    def setUp(self):
        self.server = subprocess.Popen([CHAT_SERVER, "0"], stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.server.stdout.close)
        self.addCleanup(self.server.kill)
        self.port = int(self.server.stdout.readline().rsplit(":", 1)[1])

    def guest(self, name=None):
        made = Guest(self.port, name)
        self.addCleanup(made.go)
        return made

    def test_each_hears_the_others(self):
        ada = self.guest("ada")
        self.assertEqual(ada.greeting, "Here are nobody. Who are you?\n")
        bob = self.guest("bob")
        self.assertEqual(bob.greeting, "Here are ada. Who are you?\n")
        self.assertEqual(ada.hears(), "bob has come\n")
        bob.say("hello\r")
        self.assertEqual(ada.hears(), "bob: hello\n")
        ada.say("h\u00f6r zu")
        self.assertEqual(bob.hears(), "ada: h\u00f6r zu\n")
        bob.go()
        self.assertEqual(ada.hears(), "bob has gone\n")

    def test_a_name_is_given_once(self):
        ada = self.guest("ada")
        self.guest("bob")
        ada.hears()
        for name in "ada", "":
            other = self.guest(name)
            self.assertEqual(other.hears(), "That name is taken.\n")
            self.assertEqual(other.hears(), "")

    def test_ends_in_order(self):
        for which in signal.SIGTERM, signal.SIGINT:
            with self.subTest(which):
                server = subprocess.Popen([CHAT_SERVER, "0"], stdout=subprocess.PIPE, text=True)
                guest = Guest(int(server.stdout.readline().rsplit(":", 1)[1]), "ada")
                server.send_signal(which)
                self.assertEqual(guest.hears(), "")
                guest.go()
                self.assertEqual(server.wait(20), 0)
                server.stdout.close()

    def test_says_how_it_is_used(self):
        for arguments in [], ["x"], ["99999"], ["1", "2"]:
            done = subprocess.run([CHAT_SERVER, *arguments], capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 2)
            self.assertIn("usage:", done.stderr)


if __name__ == "__main__":
    unittest.main()
