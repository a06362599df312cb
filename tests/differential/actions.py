"""What the actions of a program do, one method a word; values and outcomes as words."""

import asyncio
import contextvars

import harness
from harness import Boom
from ordered_loop import Group

TICK = 1 / 64       # a delay's unit: exact in a float and in nanoseconds

VARIABLES = {name: contextvars.ContextVar(name, default=0) for name in ("v0", "v1")}


def error_text(error):
    """Type, and text where the program gave one; groups with their members."""
    if isinstance(error, BaseExceptionGroup):
        return "group(" + ", ".join(map(error_text, error.exceptions)) + ")"
    return "ValueError" if type(error) is ValueError else harness.error_text(error)


def seconds(ticks):
    return None if ticks is None else ticks * TICK


def value_text(value):
    if isinstance(value, BaseException):
        return error_text(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(value_text, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return "none" if value is None else str(value)


def outcome(future):
    if not future.done():
        return "pending"
    if future.cancelled():
        return "cancelled"
    if future.exception() is not None:
        return "error " + error_text(future.exception())
    return "result " + value_text(future.result())


class Actions:
    """The half of a program's run that knows the words."""

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

    async def shield(self, what):
        found = self.awaitables([what])
        return await asyncio.shield(found[0]) if found else "nothing"

    async def wait_many(self, names, ticks, when):
        named = {}
        for name in names:
            if name in self.futures and self.futures[name] not in named.values():
                named[name] = self.futures[name]
        if not named:
            return "nothing"
        done, pending = await asyncio.wait(
            list(named.values()), timeout=seconds(ticks), return_when=getattr(asyncio, when))
        return " ".join(value_text([n for n, f in named.items() if f in some]) for some in (done, pending))

    async def as_completed(self, some, ticks, plain):
        told = []
        sequence = asyncio.as_completed(self.awaitables(some), timeout=seconds(ticks))
        if plain:
            for one in sequence:
                try:
                    told.append(await one)
                except Exception as error:
                    told.append(error)
        else:
            async for one in sequence:
                told.append(outcome(one))
        return told

    async def timeout(self, name, ticks, coroutine):
        scope = asyncio.timeout(seconds(ticks))
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
            self.log(body["name"], "caught " + error_text(error))
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

    async def wait_until(self, name, event):
        await self.objects[name].wait_for(self.objects[event].is_set)

    async def reset(self, name):
        await self.objects[name].reset()

    async def abort(self, name):
        await self.objects[name].abort()

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

    def spawn(self, name, coroutine, eager):
        options = {"eager_start": True} if eager else {}
        self.futures[name] = self.loop.create_task(
            self.coroutine(coroutine), name=name, **options)

    def spawn_in(self, group, name, coroutine):
        if group not in self.groups:
            return "nothing"
        self.futures[name] = self.groups[group].create_task(
            self.coroutine(coroutine), name=name)

    def make_gather(self, name, some, keep):
        self.futures[name] = asyncio.gather(*self.awaitables(some), return_exceptions=keep)

    def make_shield(self, name, what):
        found = self.awaitables([what])
        if not found:
            return "nothing"
        self.futures[name] = asyncio.shield(found[0])

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

    def notify(self, name, count):
        self.objects[name].notify(count)

    def notify_all(self, name):
        self.objects[name].notify_all()

    def n_waiting(self, name):
        return self.objects[name].n_waiting

    def shutdown(self, name, immediate):
        self.objects[name].shutdown(immediate)

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

    def copy_context(self, name):
        self.contexts[name] = contextvars.copy_context()

    def run_in(self, name, context, actions):
        if context not in self.contexts:
            return "nothing"
        self.contexts[context].run(self.callback(name, actions))

    def spawn_with(self, name, context, coroutine):
        if context not in self.contexts:
            return "nothing"
        self.futures[name] = self.loop.create_task(
            self.coroutine(coroutine), name=name, context=self.contexts[context])

    def call_soon_with(self, name, context, actions):
        if context not in self.contexts:
            return "nothing"
        self.handles[name] = self.loop.call_soon(
            self.callback(name, actions), context=self.contexts[context])

    def add_done_with(self, callback, name, context, actions):
        if name not in self.futures or context not in self.contexts:
            return "nothing"
        function = self.callback(callback, actions)
        self.callbacks[callback] = (self.futures[name], function)
        self.futures[name].add_done_callback(function, context=self.contexts[context])

    def block(self, ticks):
        self.loop.advance(ticks * TICK)


CAUGHT = {"boom": Boom, "timeout": TimeoutError, "cancelled": asyncio.CancelledError,
          "error": Exception, "all": BaseException}

AWAITED = {word.rstrip("_"): getattr(Actions, word) for word in (
    "sleep call await_ gather shield wait_many as_completed wait_for timeout group try_ raise_ raise_cancelled acquire hold wait "
    "wait_until reset abort put get join with_var").split()}
NOW = {word: getattr(Actions, word) for word in (
    "spawn spawn_in make_gather make_shield cancel cancel_me uncancel uncancel_me outcome set_result set_exception "
    "add_done remove_done call_soon call_later cancel_handle reschedule set clear release locked "
    "notify notify_all n_waiting shutdown "
    "put_nowait get_nowait task_done qsize var_set var_get copy_context run_in spawn_with call_soon_with "
    "add_done_with block").split()}
