"""The two sides: a process each, which is given programs and gives traces."""

import contextlib
import json
import pathlib
import select
import subprocess
import threading

HERE = pathlib.Path(__file__).parent


class Side:
    """Runs programs one after another in one process, started anew when it has died."""

    def __init__(self, name, command, patience=20, life=None):
        self.name = name
        self.command = command
        self.patience = patience    # seconds for a batch's first trace, and for each further one
        self.life = life            # batches begin with a new process when this one has given so many traces
        self.process = None

    def start(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.rest = b""
        self.given = 0

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            with contextlib.suppress(OSError):      # what it never read
                self.process.stdin.close()
            self.process.stdout.close()
            self.process = None

    def send(self, programs):
        """Beside the reading: either pipe may be full."""
        process = self.process

        def write():
            try:
                for program in programs:
                    process.stdin.write(json.dumps(program, separators=(",", ":")).encode() + b"\n")
                process.stdin.flush()
            except (OSError, ValueError):
                pass    # it has died, as read_trace will tell

        threading.Thread(target=write, daemon=True).start()

    def read_trace(self):
        while b"\n" not in self.rest:
            if not select.select([self.process.stdout], [], [], self.patience)[0]:
                self.stop()
                return [f"{self.name} hangs"]
            read = self.process.stdout.read1(1 << 16)
            if not read:
                code = self.process.wait()
                self.stop()
                return [f"{self.name} ended by {code}"]
            self.rest += read
        line, self.rest = self.rest.split(b"\n", 1)
        return json.loads(line)

    def traces(self, programs):
        """Of each program; what kills the process costs that process only."""
        if self.process and self.life and self.given >= self.life:
            self.stop()
        found = []
        while len(found) < len(programs):
            if not self.process:
                self.start()
            todo = programs[len(found):]
            self.send(todo)
            while self.process and len(found) < len(programs):
                found.append(self.read_trace())
                self.given += 1
        return found


def python_side():
    # It collects nothing, and beyond 2 GiB what it gives is garbage.
    return Side("CPython", ["node", str(HERE / "interpreter_314.mjs")], patience=120, life=40000)


def weft_side(program):
    return Side("weft", [str(program)])
