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

from harness import Boom, group_text
from ordered_loop import Group, Loop

TICK = 1 / 64       # a delay's unit: exact in a float and in nanoseconds
ROUNDS = 3          # how often what is left over is cancelled

VARIABLES = {name: contextvars.ContextVar(name, default=0) for name in ("v0", "v1")}


def value_text(value):
    if isinstance(value, BaseException):
        return group_text(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(value_text, value)) + "]"
    return "none" if value is None else str(value).lower() if value in (True, False) \
        and isinstance(value, bool) else str(value)


def outcome(future):
    if not future.done():
        return "pending"
    if future.cancelled():
        return "cancelled"
    if future.exception() is not None:
        return "error " + group_text(future.exception())
    return "result " + value_text(future.result())


class Program:
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
        loop.run_until_idle(self.note_time)
        self.base = loop.turn
        for _ in range(ROUNDS):
            left = [task for task in loop.made if not task.done()]
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
        return {"l": asyncio.Lock, "e": asyncio.Event,
                "s": lambda: asyncio.Semaphore(size),
                "q": lambda: asyncio.Queue(size)}[kind]()

    def handle_exception(self, loop, context):
        if "handle" in context:     # of a callback; what the collector finds has none
            self.log("loop", "handler " + group_text(context["exception"]))

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
            self.log("%s#%d" % (who, number), "%s raised %s" % (word, group_text(error)))
            raise
        self.log("%s#%d" % (who, number), word + " " + value_text(text))

    def act_now(self, who, action):
        number, word, *arguments = action
        try:
            text = value_text(NOW[word](self, *arguments))
        except ValueError:      # its text is the library's own
            text = "raised ValueError"
        except Exception as error:
            text = "raised " + group_text(error)
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

    def awaitables(self, some):
        """Coroutines, and those of the named futures that there are."""
        found = []
        for one in some:
            if not isinstance(one, str):
                found.append(self.coroutine(one))
            elif one in self.futures:
                found.append(self.futures[one])
        return found

    # ---- actions that wait

    async def sleep(self, ticks):
        await asyncio.sleep(ticks * TICK)

    async def call(self, coroutine):
        return await self.coroutine(coroutine)

    async def await_(self, name):
        if name not in self.futures:
            return "nothing"
        return await self.futures[name]

    async def gather(self, name, some, keep):
        self.make_gather(name, some, keep)
        return await self.futures[name]

    async def wait_for(self, what, ticks):
        found = self.awaitables([what])
        if not found:
            return "nothing"
        return await asyncio.wait_for(found[0], ticks * TICK)

    async def timeout(self, name, ticks, coroutine):
        scope = asyncio.timeout(None if ticks is None else ticks * TICK)
        self.timeouts[name] = scope
        try:
            async with scope:
                return await self.coroutine(coroutine)
        finally:
            self.log(name, "expired " + value_text(scope.expired()))

    async def group(self, name, coroutine):
        self.groups[name] = group = Group()
        async with group:
            return await self.coroutine(coroutine)

    async def try_(self, body, caught, handler, reraise, final):
        try:
            result = await self.coroutine(body)
        except BaseException as error:
            if not isinstance(error, CAUGHT[caught]):
                raise
            self.log(body["name"], "caught " + group_text(error))
            if handler:
                result = await self.coroutine(handler)
            if reraise:
                raise
            return "caught"
        finally:
            if final:
                await self.coroutine(final)
        return result

    async def raise_(self, number):
        raise Boom(number)

    async def raise_cancelled(self):
        raise asyncio.CancelledError()

    async def acquire(self, name):
        return await self.objects[name].acquire()

    async def hold(self, name, coroutine):
        async with self.objects[name]:
            return await self.coroutine(coroutine)

    async def wait(self, name):
        return await self.objects[name].wait()

    async def put(self, name, value):
        await self.objects[name].put(value)

    async def get(self, name):
        return await self.objects[name].get()

    async def join(self, name):
        await self.objects[name].join()

    async def with_var(self, name, value, coroutine):
        token = VARIABLES[name].set(value)
        try:
            return await self.coroutine(coroutine)
        finally:
            VARIABLES[name].reset(token)

    # ---- actions that don't

    def spawn(self, name, coroutine):
        self.futures[name] = self.loop.create_task(self.coroutine(coroutine), name=name)

    def spawn_in(self, group, name, coroutine):
        if group not in self.groups:
            return "nothing"
        self.futures[name] = self.groups[group].create_task(
            self.coroutine(coroutine), name=name)

    def make_gather(self, name, some, keep):
        self.futures[name] = asyncio.gather(*self.awaitables(some), return_exceptions=keep)

    def cancel(self, name, *message):
        return self.futures[name].cancel(*message) if name in self.futures else "nothing"

    def cancel_me(self, *message):
        task = asyncio.current_task()
        return task.cancel(*message) if task else "nothing"

    def uncancel(self, name):
        return self.futures[name].uncancel() if name in self.futures else "nothing"

    def uncancel_me(self):
        task = asyncio.current_task()
        return task.uncancel() if task else "nothing"

    def outcome(self, name):
        return outcome(self.futures[name]) if name in self.futures else "nothing"

    def set_result(self, name, value):
        self.futures[name].set_result(value)

    def set_exception(self, name, number):
        self.futures[name].set_exception(Boom(number))

    def add_done(self, callback, name, actions):
        if name not in self.futures:
            return "nothing"
        function = self.callback(callback, actions)
        self.callbacks[callback] = (self.futures[name], function)
        self.futures[name].add_done_callback(function)

    def remove_done(self, callback):
        if callback not in self.callbacks:
            return "nothing"
        future, function = self.callbacks[callback]
        return future.remove_done_callback(function)

    def call_soon(self, name, actions):
        self.handles[name] = self.loop.call_soon(self.callback(name, actions))

    def call_later(self, name, ticks, actions):
        self.handles[name] = self.loop.call_later(
            ticks * TICK, self.callback(name, actions))

    def cancel_handle(self, name):
        if name not in self.handles:
            return "nothing"
        self.handles[name].cancel()
        return self.handles[name].cancelled()

    def reschedule(self, name, ticks):
        if name not in self.timeouts:
            return "nothing"
        self.timeouts[name].reschedule(
            None if ticks is None else self.loop.time() + ticks * TICK)

    def set(self, name):
        self.objects[name].set()

    def clear(self, name):
        self.objects[name].clear()

    def release(self, name):
        self.objects[name].release()

    def locked(self, name):
        return self.objects[name].locked()

    def put_nowait(self, name, value):
        self.objects[name].put_nowait(value)

    def get_nowait(self, name):
        return self.objects[name].get_nowait()

    def task_done(self, name):
        self.objects[name].task_done()

    def qsize(self, name):
        return self.objects[name].qsize()

    def var_set(self, name, value):
        VARIABLES[name].set(value)

    def var_get(self, name):
        return VARIABLES[name].get()

    def block(self, ticks):
        self.loop.advance(ticks * TICK)


CAUGHT = {"boom": Boom, "timeout": TimeoutError, "cancelled": asyncio.CancelledError,
          "error": Exception, "all": BaseException}

AWAITED = {word.rstrip("_"): getattr(Program, word) for word in (
    "sleep call await_ gather wait_for timeout group try_ raise_ raise_cancelled acquire hold wait "
    "put get join with_var").split()}
NOW = {word: getattr(Program, word) for word in (
    "spawn spawn_in make_gather cancel cancel_me uncancel uncancel_me outcome set_result set_exception "
    "add_done remove_done call_soon call_later cancel_handle reschedule set clear release locked "
    "put_nowait get_nowait task_done qsize var_set var_get block").split()}


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
