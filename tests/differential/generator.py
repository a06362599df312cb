"""Makes a program of a seed: the same one in every Python, whatever its hash order.

Programs end: they are trees without loops. Nothing can await what awaits it, as a task awaits only
tasks with larger numbers than its own, and what is made of these: a circle can't even be cancelled in
CPython, which recurses without end.
"""

# How often each family of actions comes up in a program, in hundredths, and its actions' weights.
FAMILIES = {
    "cancel": (80, {"cancel": 6, "cancel_me": 1, "uncancel": 1, "uncancel_me": 1}),
    "errors": (60, {"try": 4, "raise": 2, "raise_cancelled": 1}),
    "gather": (40, {"gather": 5, "make_gather": 1}),
    "timeout": (40, {"timeout": 5, "reschedule": 2, "wait_for": 4}),
    "group": (35, {"group": 4, "spawn_in": 6}),
    "lock": (30, {"acquire": 2, "hold": 5, "release": 3, "locked": 1}),
    "semaphore": (30, {"acquire": 2, "hold": 5, "release": 3, "locked": 1}),
    "event": (30, {"wait": 5, "set": 4, "clear": 2}),
    "queue": (30, {"put": 4, "get": 5, "put_nowait": 2, "get_nowait": 1, "task_done": 1, "join": 2,
                   "qsize": 1}),
    "future": (40, {"await": 4, "set_result": 3, "set_exception": 1, "cancel": 1, "outcome": 1}),
    "callback": (35, {"add_done": 4, "remove_done": 1}),
    "loop": (35, {"call_soon": 4, "call_later": 3, "cancel_handle": 2, "block": 1}),
    "context": (15, {"var_set": 2, "var_get": 3, "with_var": 2}),
}
ALWAYS = {"sleep": 14, "spawn": 4, "await": 8, "call": 2, "outcome": 1, "return": 1}

# What a callback may do: actions that don't wait.
IN_CALLBACKS = ("spawn", "cancel", "uncancel", "outcome", "set", "clear", "release", "put_nowait", "get_nowait",
                "set_result", "set_exception", "call_soon", "cancel_handle", "remove_done", "reschedule",
                "var_set", "var_get", "raise", "locked", "qsize", "spawn_in", "task_done")


ENDS = ("return", "raise", "raise_cancelled")   # what comes after is never done


class Chance:
    """splitmix64."""

    def __init__(self, seed):
        self.state = seed & 0xFFFFFFFFFFFFFFFF

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
        return z ^ (z >> 31)

    def below(self, n):
        return (self.next() >> 11) % n

    def percent(self, n):
        return self.below(100) < n

    def one_of(self, some):
        return some[self.below(len(some))]

    def weighted(self, weights):
        at = self.below(sum(weights.values()))
        for word, weight in weights.items():
            at -= weight
            if at < 0:
                return word
        raise AssertionError


class Generator:
    def __init__(self, seed):
        self.chance = Chance(seed)
        self.left = 12 + self.chance.below(40)      # actions still to make
        self.numbers = {}                           # how many names of each kind there are
        self.actions = 0
        self.families = [f for f, (often, _) in FAMILIES.items() if self.chance.percent(often)]
        self.weights = dict(ALWAYS)
        for family in self.families:
            for word, weight in FAMILIES[family][1].items():
                self.weights[word] = self.weights.get(word, 0) + weight
        self.objects = {}
        for kind, family in (("l", "lock"), ("s", "semaphore"), ("e", "event"), ("q", "queue"), ("f", "future")):
            if family in self.families:
                for i in range(1 + self.chance.below(2)):
                    self.objects[f"{kind}{i}"] = self.chance.below(3)
        self.names = {"f": [n for n in self.objects if n[0] == "f"]}
        self.owner = 0      # the number of the task whose body is made

    # ---- names

    def new(self, kind):
        number = self.numbers.get(kind, 0)
        self.numbers[kind] = number + 1
        name = f"{kind}{number}"
        if kind != "c":
            self.names.setdefault(kind, []).append(name)
        return name

    def any_name(self, kinds):
        some = [name for kind in kinds for name in self.names.get(kind, ())]
        return self.chance.one_of(some) if some else None

    def object(self, kinds):
        some = [name for name in self.objects if name[0] in kinds]
        return self.chance.one_of(some) if some else None

    def awaitable_names(self):
        """What the task at hand may await: tasks that come after it, some of them not made yet."""
        tasks = [n for n in self.names.get("t", ()) if int(n[1:]) > self.owner]
        made = self.numbers.get("t", 1)
        tasks += [f"t{n}" for n in range(made, made + 2)] if self.chance.percent(8) else []
        gathers = [n for n in self.names.get("g", ()) if self.gather_owner[n] >= self.owner]
        return tasks, self.names["f"], gathers

    # ---- bodies

    def body(self, name, size):
        """A coroutine of about so many actions."""
        do = []
        for _ in range(size):
            if self.left <= 0:
                break
            self.left -= 1
            action = self.action(self.chance.weighted(self.weights))
            if action:
                do.append(action)
                if action[1] in ENDS:
                    break
        return {"name": name, "do": do}

    def small_body(self):
        return self.body(self.new("c"), 1 + self.chance.below(4))

    def task_body(self, name):
        outer, self.owner = self.owner, int(name[1:])
        made = self.body(name, 2 + self.chance.below(6))
        self.owner = outer
        return made

    def callback_body(self):
        weights = {w: n for w, n in self.weights.items() if w in IN_CALLBACKS and w != "spawn"}
        weights["spawn"] = 1
        do = []
        for _ in range(self.chance.below(3)):
            self.left -= 1
            action = self.action(self.chance.weighted(weights))
            if action:
                do.append(action)
        return do

    def program(self):
        self.new("t")
        self.gather_owner = {}
        main = {"name": "t0", "do": []}
        for name in [self.new("t") for _ in range(1 + self.chance.below(5))]:
            main["do"].append([self.number(), "spawn", name, self.task_body(name)])
        if self.chance.percent(30):
            main["do"].append([self.number(), "sleep", self.chance.below(3)])
        while self.left > 0:
            main["do"] += self.body("t0", self.left)["do"]
            if len(main["do"]) > 12:
                break
        return {"objects": self.objects, "main": main}

    # ---- actions

    def number(self):
        self.actions += 1
        return self.actions

    def delay(self):
        return self.chance.one_of((0, 0, 0, 1, 1, 2, 2, 3, 4, 6))

    def message(self):
        return [self.chance.one_of(("m1", "m2"))] if self.chance.percent(25) else []

    def small(self):
        return 1 + self.chance.below(9)

    def action(self, word):
        number = self.number()
        arguments = getattr(self, "make_" + word)()
        return None if arguments is None else [number, word, *arguments]

    def make_sleep(self):
        return [self.delay()]

    def make_spawn(self):
        name = self.new("t")
        return [name, self.task_body(name)]

    def make_spawn_in(self):
        group = self.any_name("r")
        if group is None:
            return None
        name = self.new("t")
        return [group, name, self.task_body(name)]

    def make_await(self):
        tasks, futures, gathers = self.awaitable_names()
        some = tasks + futures + gathers
        return [self.chance.one_of(some)] if some else None

    def make_call(self):
        return [self.small_body()]

    def make_return(self):
        return [self.small()] if self.owner else None

    def some_awaitables(self):
        tasks, futures, _ = self.awaitable_names()
        some = tasks + futures
        found = []
        for _ in range(self.chance.below(4)):
            if some and self.chance.percent(50):
                found.append(self.chance.one_of(some))
            else:
                found.append(self.small_body())
        return found

    def make_gather(self):
        found = self.some_awaitables()
        name = self.new("g")
        self.gather_owner[name] = self.owner
        return [name, found, self.chance.percent(40)]

    make_make_gather = make_gather

    def make_wait_for(self):
        tasks, futures, _ = self.awaitable_names()
        some = tasks + futures
        what = self.chance.one_of(some) if some and self.chance.percent(50) else self.small_body()
        return [what, self.delay()]

    def make_timeout(self):
        ticks = None if self.chance.percent(10) else self.delay()
        name = self.new("x")
        return [name, ticks, self.small_body()]

    def make_reschedule(self):
        name = self.any_name("x")
        return name and [name, None if self.chance.percent(15) else self.delay()]

    def make_group(self):
        name = self.new("r")
        return [name, self.small_body()]

    def make_try(self):
        caught = self.chance.one_of(("boom", "timeout", "cancelled", "cancelled", "error", "all", "all"))
        body = self.small_body()
        handler = self.small_body() if self.chance.percent(50) else None
        final = self.small_body() if self.chance.percent(35) else None
        return [body, caught, handler, self.chance.percent(30), final]

    def make_raise(self):
        return [self.small()]

    def make_raise_cancelled(self):
        return []

    def make_cancel(self):
        name = self.any_name("tttfg")
        return [name, *self.message()]

    def make_cancel_me(self):
        return self.message()

    def make_uncancel(self):
        return [self.any_name("t")]

    def make_uncancel_me(self):
        return []

    def make_outcome(self):
        return [self.any_name("tfg")]

    def make_set_result(self):
        name = self.any_name("f")
        return name and [name, self.small()]

    make_set_exception = make_set_result

    def make_add_done(self):
        whose = self.any_name("tfg")
        return [self.new("d"), whose, self.callback_body()]

    def make_remove_done(self):
        name = self.any_name("d")
        return name and [name]

    def make_call_soon(self):
        return [self.new("h"), self.callback_body()]

    def make_call_later(self):
        return [self.new("h"), self.delay(), self.callback_body()]

    def make_cancel_handle(self):
        name = self.any_name("h")
        return name and [name]

    def make_block(self):
        return [1 + self.chance.below(4)]

    def make_acquire(self):
        return [self.object("ls")]

    make_release = make_locked = make_acquire

    def make_hold(self):
        return [self.object("ls"), self.small_body()]

    def make_wait(self):
        return [self.object("e")]

    make_set = make_clear = make_wait

    def make_put(self):
        return [self.object("q"), self.small()]

    make_put_nowait = make_put

    def make_get(self):
        return [self.object("q")]

    make_get_nowait = make_task_done = make_join = make_qsize = make_get

    def make_var_set(self):
        return [self.chance.one_of(("v0", "v1")), self.small()]

    def make_var_get(self):
        return [self.chance.one_of(("v0", "v1"))]

    def make_with_var(self):
        return [self.chance.one_of(("v0", "v1")), self.small(), self.small_body()]


def generate(seed):
    return Generator(seed).program()
