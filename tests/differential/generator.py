"""Makes a program of a seed: the same one in every Python, whatever its hash order.

Programs end: they are trees without loops. Nothing can await what awaits it, as a task awaits only
tasks with larger numbers than its own, and what is made of these: a circle can't even be cancelled in
CPython, which recurses without end.
"""

from chance import ALWAYS, ENDS, FAMILIES, IN_CALLBACKS, KINDS, SAME, Chance
from rivals import Rivals


class Generator(Rivals):
    def __init__(self, seed):
        self.chance = Chance(seed)
        self.left = 12 + self.chance.below(40)      # actions still to make
        self.numbers = {}                           # how many names of each kind there are
        self.actions = 0
        self.families = self.some_families()
        self.eager = self.chance.percent(10)        # the loop's task factory is the eager one
        self.weights = dict(ALWAYS)
        for family in self.families:
            for word, weight in FAMILIES[family][1].items():
                times = 4 if family == self.families[0] else 1
                self.weights[word] = self.weights.get(word, 0) + weight * times
        if self.eager:
            # CPython refuses to start a task eagerly in a context that runs further out, and leaves half of it.
            self.weights.pop("spawn_with", None)
        self.objects = {}
        for family, kinds in KINDS.items():
            if family in self.families:
                for i in range(1 + self.chance.below(1 if family == self.families[0] else 2)):
                    self.objects[f"{self.chance.one_of(kinds)}{i}"] = self.chance.below(3)
        self.names = {"f": [n for n in self.objects if n[0] == "f"]}
        self.owner = 0      # the number of the task whose body is made

    def some_families(self):
        """Half of the programs are about one thing, under cancels, and little else."""
        if self.chance.percent(50):
            return [self.chance.one_of(list(FAMILIES)), "cancel", self.chance.one_of(list(FAMILIES))]
        return ["cancel", *(f for f, (often, _) in FAMILIES.items() if self.chance.percent(often))]

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
        made = [[n for n in self.names.get(kind, ()) if self.made_by[n] >= self.owner] for kind in "gz"]
        return tasks, self.names["f"] + made[1], made[0]

    # ---- bodies

    def body(self, name, size):
        """A coroutine of about so many actions."""
        do = []
        for _ in range(size):
            if self.left <= 0:
                break
            self.left -= 1
            word = self.chance.weighted(self.weights)
            if word == "rivals":
                do += self.make_rivals()
                continue
            action = self.action(word)
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
        self.made_by = {}       # whose task made a gather or a shield
        main = {"name": "t0", "do": []}
        for name in [self.new("t") for _ in range(1 + self.chance.below(5))]:
            main["do"].append([self.number(), "spawn", name, self.task_body(name), False])
        if self.chance.percent(30):
            main["do"].append([self.number(), "sleep", self.chance.below(3)])
        if self.chance.percent(40):
            main["do"] += self.make_rivals()
        while self.left > 0:
            main["do"] += self.body("t0", self.left)["do"]
            if len(main["do"]) > 12:
                break
        return {"objects": self.objects, "eager": self.eager, "main": main}

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
        return None if arguments is None else [number, SAME.get(word, word), *arguments]

    def make_sleep(self):
        return [self.delay()]

    def make_spawn(self):
        name = self.new("t")
        return [name, self.task_body(name), False]

    def make_spawn_eagerly(self):
        name = self.new("t")
        return [name, self.task_body(name), True]

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
        # With eager tasks all are of one kind: a list of both is made in another order in C++.
        kind = self.chance.one_of((0, 100)) if self.eager else 50
        for _ in range(self.chance.below(4)):
            if some and self.chance.percent(kind):
                found.append(self.chance.one_of(some))
            elif kind < 100:
                found.append(self.small_body())
        return found

    def make_gather(self):
        found = self.some_awaitables()
        name = self.new("g")
        self.made_by[name] = self.owner
        return [name, found, self.chance.percent(40)]

    make_make_gather = make_gather

    def awaitable(self):
        tasks, futures, _ = self.awaitable_names()
        some = tasks + futures
        return self.chance.one_of(some) if some and self.chance.percent(50) else self.small_body()

    def limit(self):
        return self.delay() if self.chance.percent(40) else None

    def make_wait_for(self):
        return [self.awaitable(), self.delay()]

    def make_shield(self):
        return [self.awaitable()]

    def make_make_shield(self):
        what = self.awaitable()
        name = self.new("z")
        self.made_by[name] = self.owner
        return [name, what]

    def make_wait_many(self):
        tasks, futures, gathers = self.awaitable_names()
        some = tasks + futures + gathers
        if not some:
            return None
        names = [self.chance.one_of(some) for _ in range(1 + self.chance.below(4))]
        return [names, self.limit(), self.chance.one_of(("ALL_COMPLETED", "FIRST_COMPLETED", "FIRST_EXCEPTION"))]

    def make_as_completed(self):
        return [self.some_awaitables(), self.limit(), self.chance.percent(50)]

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
        name = self.any_name("tttfgz")
        return [name, *self.message()]

    def make_cancel_me(self):
        return self.message()

    def make_uncancel(self):
        return [self.any_name("t")]

    def make_uncancel_me(self):
        return []

    def make_outcome(self):
        return [self.any_name("tfgz")]

    def make_set_result(self):
        name = self.any_name("f")
        return name and [name, self.small()]

    make_set_exception = make_set_result

    def make_add_done(self):
        whose = self.any_name("tfgz")
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
        return [self.object("lsn")]

    make_release = make_locked = make_acquire

    def make_hold(self):
        return [self.object("lsn"), self.small_body()]

    def make_hold_condition(self):
        """Mostly to wait, or to notify, while it is held."""
        name = self.object("k")
        body = self.small_body()
        if self.chance.percent(85):
            said = self.chance.one_of((["wait", name], ["wait", name], ["notify", name, 1], ["notify_all", name]))
            body["do"].insert(self.chance.below(len(body["do"]) + 1), [self.number(), *said])
        return [name, body]

    def make_wait_condition(self):
        return [self.object("k")]

    make_notify_all = make_wait_condition

    def make_hold_until(self):
        """Waits for an event's being set, under a condition."""
        event = self.object("e")
        if event is None:
            return None
        name = self.object("k")
        return [name, {"name": self.new("c"), "do": [[self.number(), "wait_until", name, event]]}]

    def make_notify(self):
        return [self.object("k"), 1 + self.chance.below(2)]

    def make_wait_barrier(self):
        return [self.object("b")]

    make_reset = make_abort = make_n_waiting = make_wait_barrier

    def make_wait(self):
        return [self.object("e")]

    make_set = make_clear = make_wait

    def make_put(self):
        return [self.object("qip"), self.small()]

    def make_shutdown(self):
        return [self.object("qip"), self.chance.percent(40)]

    make_put_nowait = make_put

    def make_get(self):
        return [self.object("qip")]

    make_get_nowait = make_task_done = make_join = make_qsize = make_get

    def make_var_set(self):
        return [self.chance.one_of(("v0", "v1")), self.small()]

    def make_var_get(self):
        return [self.chance.one_of(("v0", "v1"))]

    def make_copy_context(self):
        return [self.new("u")]

    def make_run_in(self):
        context = self.any_name("u")
        return context and [self.new("a"), context, self.callback_body()]

    def make_spawn_with(self):
        context = self.any_name("u")
        if context is None:
            return None
        name = self.new("t")
        return [name, context, self.task_body(name)]

    def make_call_soon_with(self):
        context = self.any_name("u")
        return context and [self.new("h"), context, self.callback_body()]

    def make_add_done_with(self):
        context, whose = self.any_name("u"), self.any_name("tfgz")
        return context and [self.new("d"), whose, context, self.callback_body()]

    def make_with_var(self):
        return [self.chance.one_of(("v0", "v1")), self.small(), self.small_body()]


def generate(seed):
    return Generator(seed).program()
