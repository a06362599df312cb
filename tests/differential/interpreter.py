"""Runs a program of the fuzzer's language on asyncio and gives its trace.

A program is a tree: {"objects": {name: size}, "main": coroutine}; a coroutine is {"name": ..., "do":
[action...]}; an action is [id, word, argument...]. What an argument is called says what it is: t3 is a
task, f0 a future, g2 a gather, l0 a lock, and so on. README.md lists the words.

A line of the trace is `time.turn who#id what /cancelling`: the loop's time in ticks, the turns of the
loop since the clock last moved, the coroutine and its action, what came of it, and the task's
cancelling() (- outside of tasks). interpreter.cpp is this file again, on weft.
"""

import asyncio
import contextvars
import gc
import json
import sys

from actions import AWAITED, NOW, TICK, Actions, error_text, outcome, value_text
from harness import Boom
from ordered_loop import Loop

ROUNDS = 3          # how often what is left over is cancelled
LATE = 1000         # ticks from one time to the next: longer than a program takes


class Program(Actions):
    """One run of one program."""

    def __init__(self, program, loop):
        self.loop = loop
        self.program = program
        self.trace = []
        self.last_time = 0.0
        self.base = 0           # the turn in which the clock moved last
        self.futures = {}       # tasks, futures and gathers that there are
        self.callbacks = {}     # done callbacks: (future, function)
        self.handles = {}
        self.timeouts = {}
        self.groups = {}
        self.contexts = {}
        self.objects = {}

    # ---- the trace

    def note_time(self):
        if self.loop.time() != self.last_time:
            self.last_time = self.loop.time()
            self.base = self.loop.turn

    def log(self, who, text):
        self.note_time()
        task = asyncio.current_task(self.loop)
        self.trace.append("%d.%d %s %s /%s" % (
            round(self.last_time / TICK), self.loop.turn - self.base, who, text,
            task.cancelling() if task else "-"))

    # ---- the run

    def run(self):
        loop = self.loop
        loop.set_exception_handler(self.handle_exception)
        asyncio._set_running_loop(loop)
        for name, size in self.program["objects"].items():
            self.objects[name] = self.make(name, size)
        self.futures["t0"] = contextvars.Context().run(
            lambda: loop.create_task(self.coroutine(self.program["main"]), name="t0"))
        if self.program["eager"]:
            loop.set_task_factory(asyncio.create_eager_task_factory(loop._make_eagerly))
        loop.run_until_idle(self.note_time)
        self.base = loop.turn
        for number in range(1, ROUNDS + 1):
            # Not when the last timer fired, which may have been one of nobody's any more.
            loop.advance(number * LATE * TICK - loop.time())
            left = [task for task in sorted(loop.made, key=lambda t: t.serial) if not task.done()]
            if not left:
                break
            self.log("loop", "idle, %d left" % len(left))
            for task in left:
                task.cancel()
            loop.run_until_idle(self.note_time)
            self.base = loop.turn
        for name in sorted(self.futures, key=lambda n: (n[0], int(n[1:]))):
            future = self.futures[name]
            asked = " /%d" % future.cancelling() if name[0] == "t" else ""
            self.trace.append("end %s %s%s" % (name, outcome(future), asked))
        trace, self.trace = self.trace, []
        return trace

    def make(self, name, size):
        kind = name[0]
        if kind == "f":
            self.futures[name] = self.loop.create_future()
            return self.futures[name]
        return {"l": asyncio.Lock, "e": asyncio.Event, "k": asyncio.Condition,
                "s": lambda: asyncio.Semaphore(size), "n": lambda: asyncio.BoundedSemaphore(size),
                "b": lambda: asyncio.Barrier(size + 1), "q": lambda: asyncio.Queue(size),
                "i": lambda: asyncio.LifoQueue(size), "p": lambda: asyncio.PriorityQueue(size)}[kind]()

    def handle_exception(self, loop, context):
        # Of a callback, or a shield; what the collector finds is neither.
        if "handle" in context or "shielded" in context["message"]:
            self.log("loop", "handler " + error_text(context["exception"]))

    # ---- coroutines

    async def coroutine(self, coroutine):
        who = coroutine["name"]
        self.log(who, "begin")
        for action in coroutine["do"]:
            if action[1] == "return":
                self.log(who, "return %d" % action[2])
                return action[2]
            if action[1] in NOW:
                self.act_now(who, action)
            else:
                await self.act(who, action)
        self.log(who, "end")
        return 0

    async def act(self, who, action):
        number, word, *arguments = action
        try:
            text = await AWAITED[word](self, *arguments)
        except BaseException as error:
            self.log("%s#%d" % (who, number), "%s raised %s" % (word, error_text(error)))
            raise
        self.log("%s#%d" % (who, number), word + " " + value_text(text))

    def act_now(self, who, action):
        number, word, *arguments = action
        try:
            text = value_text(NOW[word](self, *arguments))
        except Exception as error:
            text = "raised " + error_text(error)
        self.log("%s#%d" % (who, number), word + " " + text)

    def callback(self, name, actions):
        """A function for the loop; its last action may be to raise."""
        def call(*_):
            self.log(name, "begin")
            for action in actions:
                if action[1] == "raise":
                    raise Boom(action[2])
                self.act_now(name, action)
        return call


def run(line):
    """The trace of the program in a line of JSON, as a line of JSON."""
    loop = Loop()
    try:
        trace = Program(json.loads(line), loop).run()
    finally:
        asyncio._set_running_loop(None)
        loop.close()
    return json.dumps(trace)


def begin():
    """Before the first run."""
    gc.disable()
    sys.setrecursionlimit(10000)
