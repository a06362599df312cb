"""A motif of programs: some tasks in line for one object, then in one turn a wake-up and a cancel. They are
alone, in a task group or in a gather, whose cancel reaches them too.

Who was woken and is cancelled before it runs must pass the wake-up on. Whether it did shows only when
somebody else stands behind it, whom nobody wakes anyway: chance alone seldom brings that about.
"""

from chance import IN_CALLBACKS

# What may be waited for, by the first letter of its name: a task is one that the rivals await.
SORTS = {"l": ["locked"], "s": ["locked"], "n": ["locked"], "k": ["condition"], "e": ["event"], "b": ["barrier"],
         "q": ["getters", "getters", "putters", "join"], "i": ["getters", "putters"], "p": ["getters", "putters"],
         "f": ["future"], "t": ["task"]}

# What happens once they wait: w a wake-up, c a cancel, u its withdrawal, t a timeout's new deadline, a point a
# turn of the loop.
PLANS = ("wc", "wc", "wc", "cw", "cw", "wwc", "wcw", "wcc", "cwc", "wcu", "cuw", "wcuc", "cc", "ccw", "wt", "tw",
         "tc", "w.c", "c.w", "c.c", "c.u", "wc.c", "wc.u", "w.w", "w.wc")


class Rivals:
    """The part of the generator that makes them, as actions for any coroutine."""

    def make_rivals(self):
        kind = self.rivalled_kind()
        sort = self.chance.one_of(SORTS[kind])
        rivals = [self.new("t") for _ in range(2 + self.chance.below(3))]
        name = self.rivalled(kind, sort)
        self.left -= 4 + len(rivals)
        before = getattr(self, "before_" + sort)(name)
        way = self.chance.one_of(("alone", "alone", "grouped", "gathered"))
        return before + getattr(self, "rivals_" + way)(sort, name, rivals)

    def rivals_alone(self, sort, name, rivals, ways=(), group=()):
        """`ways` are further names whose cancel reaches them."""
        ticks, timeouts = self.delay(), len(self.names.get("x", ()))
        word = "spawn_in" if group else "spawn"
        do = []
        for rival in rivals:
            body = self.rival(rival, sort, name, ticks)
            do.append(self.act(word, *group, rival, body) if group else self.act(word, rival, body, False))
        if ways and not group:
            do.append(self.act("make_gather", *ways, rivals, self.chance.percent(40)))
        if self.chance.percent(90):
            do.append(self.act("sleep", ticks))
        return do + self.strokes(sort, name, rivals + 2 * list(ways), self.names.get("x", [])[timeouts:])

    def rivals_grouped(self, sort, name, rivals):
        """In a task group, whose parent may be cancelled too."""
        group = self.new("r")
        do = self.rivals_alone(sort, name, rivals, [f"t{self.owner}"], [group])
        if self.chance.percent(15):
            do.append(self.act("raise", self.small()))
        whole = [self.act("group", group, self.nameless(do))]
        return whole if self.chance.percent(40) else self.caught(whole, [self.act("sleep", 0)])

    def rivals_gathered(self, sort, name, rivals):
        gather = self.new("g")
        self.made_by[gather] = self.owner
        do = self.rivals_alone(sort, name, rivals, [gather])
        return [*do, self.act("await", gather)] if self.chance.percent(70) else do

    def act(self, word, *arguments):
        return [self.number(), word, *arguments]

    def nameless(self, do):
        return {"name": self.new("c"), "do": do}

    def caught(self, do, handler):
        caught = self.chance.one_of(("cancelled", "error", "all"))
        return [self.act("try", self.nameless(do), caught, self.nameless(handler), self.chance.percent(25), None)]

    def rivalled_kind(self):
        """Mostly of what the program is about anyway."""
        some = [name[0] for name in self.objects]
        return self.chance.one_of(some if some and self.chance.percent(60) else list(SORTS))

    def rivalled(self, kind, sort):
        """One that there is, or one that nobody else knows."""
        if kind == "t":
            return self.new("t")    # numbered after its rivals, so that they may await it
        some = [name for name in self.objects if name[0] == kind]
        if some and self.chance.percent(40):
            return self.chance.one_of(some)
        name = f"{kind}{len(self.objects)}"
        self.objects[name] = 1 + self.chance.below(2) if sort == "putters" else self.chance.below(3)
        if kind == "f":
            self.names["f"].append(name)
        return name

    # ---- the rivals

    def rival(self, name, sort, what, ticks):
        outer, self.owner = self.owner, int(name[1:])
        do = [self.act("sleep", 0)] if self.chance.percent(10) else []
        do += self.in_line(lambda: getattr(self, "wait_" + sort)(what), ticks)
        if self.chance.percent(30):
            do += self.body(name, 1 + self.chance.below(2))["do"]
        elif self.chance.percent(15):
            do.append(self.act("raise", self.small()))
        self.owner = outer
        return {"name": name, "do": do}

    def in_line(self, wait, ticks, depth=2):
        """Once, or for so long, or until a cancel and then again or never."""
        way = self.chance.below(10) if depth else 0
        if way < 5:
            return wait()
        inner = self.in_line(wait, ticks, depth - 1)
        if way == 5:
            return [self.act("wait_for", self.nameless(inner), ticks)]
        if way < 8:
            limit = self.chance.one_of((ticks, ticks, ticks + 1, None))
            return [self.act("timeout", self.new("x"), limit, self.nameless(inner))]
        return self.caught(inner, wait() if self.chance.percent(60) else [self.act("raise", self.small())])

    def strokes(self, sort, name, some, timeouts):
        """The wake-up and the cancel, in one turn: of a task, or of a callback."""
        do, whom = [], some[0]
        for stroke in self.chance.one_of(PLANS):
            if stroke == "w":
                do += getattr(self, "wake_" + sort)(name)
            elif stroke == "c":
                whom = some[0] if self.chance.percent(50) else self.chance.one_of(some)
                do.append(self.act("cancel", whom, *self.message()))
            elif stroke == "t":
                do += [self.act("reschedule", self.chance.one_of(timeouts), self.delay())] if timeouts else []
            elif stroke == ".":
                do.append(self.act("sleep", 0))
            elif whom[0] == "t":
                do.append(self.act("uncancel", whom))
        if sort == "condition":
            return [self.act("hold", name, self.nameless(do))]
        if self.chance.percent(20) and all(action[1] in IN_CALLBACKS for action in do):
            return [self.act("call_soon", self.new("h"), do)]
        return do

    # ---- what they wait for: what is done before, how it is waited for, and what wakes one of them

    def before_locked(self, name):
        return [self.act("acquire", name) for _ in range(1 if name[0] == "l" else self.objects[name])]

    def wait_locked(self, name):
        return [self.act("acquire", name) if self.chance.percent(40) else self.act("hold", name, self.small_body())]

    def wake_locked(self, name):
        return [self.act("release", name)]

    def before_condition(self, _):
        return []

    before_event = before_barrier = before_getters = before_condition

    def wait_condition(self, name):
        return [self.act("hold", name, self.nameless([self.act("wait", name)]))]

    def wake_condition(self, name):
        return [self.act("notify", name, 1 + self.chance.below(2))]

    def wait_event(self, name):
        return [self.act("wait", name)]

    wait_barrier = wait_event

    def wake_event(self, name):
        return [self.act("set", name), *([self.act("clear", name)] if self.chance.percent(30) else [])]

    def wake_barrier(self, name):
        """One more that waits, mostly."""
        if self.chance.percent(30):
            return [self.act(self.chance.one_of(("reset", "abort")), name)]
        task = self.new("t")
        return [self.act("spawn", task, {"name": task, "do": [self.act("wait", name)]}, False)]

    def wait_getters(self, name):
        return [self.act("get", name)]

    def queue_changes(self, change, back=None):
        """Sometimes changed back before anybody has run, or shut down instead."""
        if self.chance.percent(10):
            return [self.act("shutdown", change[1], self.chance.percent(40))]
        return [self.act(*change), *([self.act(*back)] if back and self.chance.percent(20) else [])]

    def wake_getters(self, name):
        return self.queue_changes(("put_nowait", name, self.small()), ("get_nowait", name))

    def before_putters(self, name):
        return [self.act("put_nowait", name, self.small()) for _ in range(self.objects[name])]

    def wait_putters(self, name):
        return [self.act("put", name, self.small())]

    def wake_putters(self, name):
        return self.queue_changes(("get_nowait", name), ("put_nowait", name, self.small()))

    def before_join(self, name):
        return [self.act("put_nowait", name, self.small())]

    def wait_join(self, name):
        return [self.act("join", name)]

    def wake_join(self, name):
        return self.queue_changes(("task_done", name))

    def before_future(self, _):
        self.waiting_words = [self.chance.one_of(("await", "await", "shield", "wait_for", "wait_many"))]
        if self.chance.percent(50):
            self.waiting_words += ["await", "shield", "wait_for", "wait_many"]
        return []

    def before_task(self, name):
        made = self.act("spawn", name, self.task_body(name), False)
        return [made, *self.before_future(name)]

    def wait_future(self, name):
        word = self.chance.one_of(self.waiting_words)
        if word == "wait_many":
            return [self.act(word, [name], self.limit(), "FIRST_COMPLETED")]
        return [self.act(word, name, *([self.delay()] if word == "wait_for" else []))]

    wait_task = wait_future

    def wake_future(self, name):
        if self.chance.percent(20):
            return [self.act("cancel", name, *self.message())]
        return [self.act(self.chance.one_of(("set_result", "set_exception")), name, self.small())]

    def wake_task(self, name):
        return [self.act("cancel", name, *self.message())]
