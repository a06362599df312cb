"""A program as its Python and as its C++ source, for whoever must understand a difference."""

import json


def _bodies(action):
    return [a for a in action[2:] if isinstance(a, dict)]


class Writer:
    """What both languages share: every coroutine and callback becomes a function, the inner ones first."""

    def __init__(self, program):
        self.program = program
        self.functions = []

    def coroutine(self, body):
        lines = []
        for action in body["do"]:
            lines += self.action(action)
        self.functions.append(self.function(body["name"], lines))
        return body["name"] + "_body()"

    def callback(self, name, actions):
        lines = []
        for action in actions:
            lines += self.action(action)
        self.functions.append(self.callback_function(name, lines))
        return name + "_callback"

    def action(self, action):
        method = getattr(self, "write_" + action[1], None)
        return method(*action[2:]) if method else [self.plain(action)]

    def awaitable(self, what):
        return what if isinstance(what, str) else self.coroutine(what)

    def awaitables(self, some):
        return ", ".join(map(self.awaitable, some))

    def text(self):
        last = self.coroutine(self.program["main"])
        head = self.declarations()
        if self.program["eager"]:
            head.append(self.comment + " with the loop's eager task factory")
        return "\n".join([*head, *self.functions, "// main: " + last if self.comment == "//" else "# main: " + last])


def _indent(lines):
    return ["    " + line for line in lines]


class Python(Writer):
    comment = "#"
    MADE = {"l": "asyncio.Lock()", "e": "asyncio.Event()", "s": "asyncio.Semaphore(%d)", "q": "asyncio.Queue(%d)",
            "f": "asyncio.get_running_loop().create_future()", "k": "asyncio.Condition()",
            "b": "asyncio.Barrier(1 + %d)", "n": "asyncio.BoundedSemaphore(%d)", "i": "asyncio.LifoQueue(%d)",
            "p": "asyncio.PriorityQueue(%d)"}
    PLAIN = {"sleep": "await asyncio.sleep({0} / 64)", "await": "await {0}", "raise": "raise Boom({0})",
             "raise_cancelled": "raise asyncio.CancelledError()", "return": "return {0}",
             "acquire": "await {0}.acquire()", "wait": "await {0}.wait()", "put": "await {0}.put({1})",
             "get": "await {0}.get()", "reset": "await {0}.reset()", "abort": "await {0}.abort()",
             "n_waiting": "say({0}.n_waiting)",
             "wait_until": "await {0}.wait_for({1}.is_set)", "join": "await {0}.join()", "cancel_me": "asyncio.current_task().cancel({0})",
             "uncancel_me": "asyncio.current_task().uncancel()", "outcome": "say(outcome({0}))",
             "set_exception": "{0}.set_exception(Boom({1}))", "cancel_handle": "{0}.cancel()",
             "remove_done": "{0}_of.remove_done_callback({0}_callback)",
             "reschedule": "{0}.reschedule({1} and asyncio.get_running_loop().time() + {1} / 64)",
             "var_set": "{0}.set({1})", "var_get": "say({0}.get())", "block": "block({0} / 64)"}

    def declarations(self):
        return [f"{name} = {self.MADE[name[0]].replace('%d', str(size))}"
                for name, size in self.program["objects"].items()]

    def function(self, name, lines):
        return "\n".join([f"async def {name}_body():", *_indent(lines or ["pass"]), ""])

    def callback_function(self, name, lines):
        return "\n".join([f"def {name}_callback(*_):", *_indent(lines or ["pass"]), ""])

    def plain(self, action):
        arguments = [json.dumps(a) if a in ("m1", "m2") else str(a) for a in action[2:]]
        if action[1] in self.PLAIN:
            return self.PLAIN[action[1]].format(*arguments, "", "")
        return f"{arguments[0]}.{action[1]}({', '.join(arguments[1:])})"

    def scope(self, head, body):
        return [head, f"    await {self.coroutine(body)}"]

    def write_call(self, body):
        return ["await " + self.coroutine(body)]

    def write_spawn(self, name, body, eager):
        extra = ", eager_start=True" if eager else ""
        return [f"global {name}", f"{name} = asyncio.create_task({self.coroutine(body)}{extra})"]

    def write_spawn_in(self, group, name, body):
        return [f"global {name}", f"{name} = {group}.create_task({self.coroutine(body)})"]

    def write_make_gather(self, name, some, keep):
        extra = ", return_exceptions=True" if keep else ""
        return [f"global {name}", f"{name} = asyncio.gather({self.awaitables(some)}{extra})"]

    def write_gather(self, name, some, keep):
        return [*self.write_make_gather(name, some, keep), "await " + name]

    def write_wait_for(self, what, ticks):
        return [f"await asyncio.wait_for({self.awaitable(what)}, {ticks} / 64)"]

    def write_shield(self, what):
        return [f"await asyncio.shield({self.awaitable(what)})"]

    def write_make_shield(self, name, what):
        return [f"global {name}", f"{name} = asyncio.shield({self.awaitable(what)})"]

    def write_wait_many(self, names, ticks, when):
        return [f"done, pending = await asyncio.wait([{', '.join(names)}], timeout={ticks} and {ticks} / 64, "
                f"return_when=asyncio.{when})"]

    def write_as_completed(self, some, ticks, plain):
        sequence = f"asyncio.as_completed([{self.awaitables(some)}], timeout={ticks} and {ticks} / 64)"
        if plain:
            return [f"for one in {sequence}:", "    say(await attempt(one))"]
        return [f"async for one in {sequence}:", "    say(outcome(one))"]

    def write_timeout(self, name, ticks, body):
        delay = "None" if ticks is None else f"{ticks} / 64"
        return [f"global {name}", *self.scope(f"async with asyncio.timeout({delay}) as {name}:", body)]

    def write_group(self, name, body):
        return [f"global {name}", *self.scope(f"async with asyncio.TaskGroup() as {name}:", body)]

    def write_hold(self, name, body):
        return self.scope(f"async with {name}:", body)

    def write_with_var(self, name, value, body):
        return [f"token = {name}.set({value})", *self.scope("try:", body), "finally:", f"    {name}.reset(token)"]

    def write_try(self, body, caught, handler, reraise, final):
        kind = {"boom": "Boom", "timeout": "TimeoutError", "cancelled": "asyncio.CancelledError",
                "error": "Exception", "all": "BaseException"}[caught]
        handling = ["await " + self.coroutine(handler)] if handler else []
        handling += ["raise"] if reraise else []
        lines = [*self.scope("try:", body), f"except {kind}:", *_indent(handling or ["pass"])]
        return lines + (["finally:", "    await " + self.coroutine(final)] if final else [])

    def write_copy_context(self, name):
        return [f"global {name}", f"{name} = contextvars.copy_context()"]

    def write_run_in(self, name, context, actions):
        return [f"{context}.run({self.callback(name, actions)})"]

    def write_spawn_with(self, name, context, body):
        return [f"global {name}", f"{name} = asyncio.create_task({self.coroutine(body)}, context={context})"]

    def write_call_soon_with(self, name, context, actions):
        function = self.callback(name, actions)
        return [f"global {name}", f"{name} = asyncio.get_running_loop().call_soon({function}, context={context})"]

    def write_add_done_with(self, name, whose, context, actions):
        return [f"{whose}.add_done_callback({self.callback(name, actions)}, context={context})"]

    def write_add_done(self, name, whose, actions):
        return [f"{whose}.add_done_callback({self.callback(name, actions)})"]

    def write_call_soon(self, name, actions):
        return [f"global {name}", f"{name} = asyncio.get_running_loop().call_soon({self.callback(name, actions)})"]

    def write_call_later(self, name, ticks, actions):
        function = self.callback(name, actions)
        return [f"global {name}", f"{name} = asyncio.get_running_loop().call_later({ticks} / 64, {function})"]


class Cpp(Writer):
    comment = "//"
    MADE = {"l": "lock %s;", "e": "event %s;", "s": "semaphore %s(%d);", "q": "queue<int> %s(%d);",
            "f": "future<int> %s = make_future<int>();", "k": "condition %s;", "b": "barrier %s(1 + %d);",
            "n": "bounded_semaphore %s(%d);", "i": "lifo_queue<int> %s(%d);", "p": "priority_queue<int> %s(%d);"}
    PLAIN = {"sleep": "co_await sleep({0} * 15'625us);", "await": "co_await {0};", "raise": "throw Boom({0});",
             "raise_cancelled": "throw cancelled_error();", "return": "co_return {0};",
             "acquire": "co_await {0}.acquire();", "wait": "co_await {0}.wait();", "put": "co_await {0}.put({1});",
             "get": "co_await {0}.get();", "reset": "co_await {0}.reset();", "abort": "co_await {0}.abort();",
             "n_waiting": "say({0}.n_waiting());",
             "wait_until": "co_await {0}.wait_for([] {{ return {1}.is_set(); }});", "join": "co_await {0}.join();",
             "cancel_me": "current_task().cancel({0});", "uncancel_me": "current_task().uncancel();",
             "outcome": "say(outcome_of({0}));", "set_exception": "{0}.set_exception(Boom({1}));",
             "cancel_handle": "{0}.cancel();", "remove_done": "{0}_of.remove_done_callback({0});",
             "reschedule": "{0}.reschedule({1} * 15'625us);", "var_set": "{0}.set({1});",
             "var_get": "say({0}.get());", "block": "block({0} * 15'625us);"}
    CAUGHT = {"boom": "const Boom&", "timeout": "const timeout_error&", "cancelled": "const cancelled_error&",
              "error": "const std::exception&", "all": "..."}

    def __init__(self, program):
        super().__init__(program)
        self.names = []

    def declarations(self):
        lines = []
        for name, size in self.program["objects"].items():
            made = self.MADE[name[0]]
            lines.append(made % ((name, size) if "%d" in made else name))
        return lines + self.names

    def declare(self, kind, name):
        self.names.append(f"{kind} {name};")

    def function(self, name, lines):
        return "\n".join([f"coro<int> {name}_body() {{", *_indent(lines + ["co_return 0;"]), "}", ""])

    def callback_function(self, name, lines):
        return "\n".join([f"auto {name}_callback = [](auto&&...) {{", *_indent(lines), "};", ""])

    def plain(self, action):
        arguments = [a if isinstance(a, str) and a not in ("m1", "m2") else json.dumps(a) for a in action[2:]]
        if action[1] in self.PLAIN:
            return self.PLAIN[action[1]].format(*arguments, "", "").replace("null * 15'625us", "std::nullopt")
        return f"{arguments[0]}.{action[1]}({', '.join(arguments[1:])});"

    def write_call(self, body):
        return [f"co_await {self.coroutine(body)};"]

    def write_spawn(self, name, body, eager):
        self.declare("task<int>", name)
        return [f"{name} = create_task({'eager_start, ' if eager else ''}{self.coroutine(body)});"]

    def write_spawn_in(self, group, name, body):
        self.declare("task<int>", name)
        return [f"{name} = {group}.create_task({self.coroutine(body)});"]

    def write_make_gather(self, name, some, keep):
        first = "return_exceptions, " if keep else ""
        call = f"gather({first}{self.awaitables(some)})"
        return [f"auto {name} = {call};"]

    def write_gather(self, name, some, keep):
        return [*self.write_make_gather(name, some, keep), f"co_await {name};"]

    def write_wait_for(self, what, ticks):
        return [f"co_await wait_for({self.awaitable(what)}, {ticks} * 15'625us);"]

    def write_shield(self, what):
        return [f"co_await shield({self.awaitable(what)});"]

    def write_make_shield(self, name, what):
        self.declare("future<int>", name)
        return [f"{name} = shield({self.awaitable(what)});"]

    def write_wait_many(self, names, ticks, when):
        limit = "std::nullopt" if ticks is None else f"{ticks} * 15'625us"
        return [f"std::vector<any_future> some{{{', '.join(names)}}};",
                f"auto [done, pending] = co_await wait(some, {limit}, return_when::{when.lower()});"]

    def write_as_completed(self, some, ticks, plain):
        limit = "std::nullopt" if ticks is None else f"{ticks} * 15'625us"
        lines = [f"auto sequence = as_completed(list_of({self.awaitables(some)}), {limit});"]
        if plain:
            return [*lines, "for (coro<int> one : sequence) say(co_await attempt(std::move(one)));"]
        return [*lines, "while (auto one = co_await sequence.next()) say(outcome_of(one));"]

    def write_timeout(self, name, ticks, body):
        delay = "std::nullopt" if ticks is None else f"{ticks} * 15'625us"
        return [f"timeout_scope {name}({delay});", f"co_await with_timeout({name}, {self.coroutine(body)});"]

    def write_group(self, name, body):
        self.declare("task_group", name)
        return [f"co_await with_task_group({name}, {self.coroutine(body)});"]

    def write_hold(self, name, body):
        return ["{", f"    auto held = co_await {name}.scoped();", f"    co_await {self.coroutine(body)};", "}"]

    def write_with_var(self, name, value, body):
        return [f"auto token = {name}.set({value});", f"auto ended = co_await as_outcome({self.coroutine(body)});",
                f"{name}.reset(token);", "ended.value();"]

    def write_try(self, body, caught, handler, reraise, final):
        lines = ["std::exception_ptr error;", "try {", f"    co_await {self.coroutine(body)};",
                 f"}} catch ({self.CAUGHT[caught]}) {{", "    error = std::current_exception();", "}"]
        if handler:
            lines.append(f"if (error) co_await {self.coroutine(handler)};")
        if final:
            lines.append(f"co_await {self.coroutine(final)};  // whatever came before: finally")
        return lines + (["if (error) std::rethrow_exception(error);"] if reraise else [])

    def write_copy_context(self, name):
        self.declare("context", name)
        return [f"{name} = copy_context();"]

    def write_run_in(self, name, context, actions):
        return [f"{context}.run({self.callback(name, actions)});"]

    def write_spawn_with(self, name, context, body):
        self.declare("task<int>", name)
        return [f"{name} = create_task(task_options().context({context}), {self.coroutine(body)});"]

    def write_call_soon_with(self, name, context, actions):
        self.declare("handle", name)
        return [f"{name} = get_running_loop().call_soon({context}, {self.callback(name, actions)});"]

    def write_add_done_with(self, name, whose, context, actions):
        return [f"handle {name} = {whose}.add_done_callback({context}, {self.callback(name, actions)});"]

    def write_add_done(self, name, whose, actions):
        return [f"handle {name} = {whose}.add_done_callback({self.callback(name, actions)});"]

    def write_call_soon(self, name, actions):
        self.declare("handle", name)
        return [f"{name} = get_running_loop().call_soon({self.callback(name, actions)});"]

    def write_call_later(self, name, ticks, actions):
        self.declare("handle", name)
        return [f"{name} = get_running_loop().call_later({ticks} * 15'625us, {self.callback(name, actions)});"]


def as_python(program):
    return Python(program).text()


def as_cpp(program):
    return Cpp(program).text()
