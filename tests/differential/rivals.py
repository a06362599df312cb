"""A motif of programs: some tasks in line for one object, then in one turn a wake-up and a cancel.

Who was woken and is cancelled before it runs must pass the wake-up on. Whether it did shows only when
somebody else stands behind it, whom nobody wakes anyway: chance alone seldom brings that about.
"""

from chance import IN_CALLBACKS

# What may be waited for, by the first letter of its name: a task is one that the rivals await.
SORTS = {"l": ["locked"], "s": ["locked"], "n": ["locked"], "k": ["condition"], "e": ["event"], "b": ["barrier"],
         "q": ["getters", "getters", "putters", "join"], "i": ["getters", "putters"], "p": ["getters", "putters"],
         "f": ["future"], "t": ["task"]}

# What happens once they wait: w a wake-up, c a cancel, u its withdrawal, a point a turn of the loop.
PLANS = ("wc", "wc", "wc", "cw", "cw", "wwc", "wcw", "wcc", "cwc", "wcu", "cuw", "wcuc", "cc", "w.c", "c.w")


class Rivals:
    """The part of the generator that makes them, as actions for any coroutine."""

    def make_rivals(self):
        kind = self.rivalled_kind()
        sort = self.chance.one_of(SORTS[kind])
        rivals = [self.new("t") for _ in range(2 + self.chance.below(3))]
        name = self.rivalled(kind, sort)
        self.left -= 4 + len(rivals)
        ticks = self.delay()
        do = getattr(self, "before_" + sort)(name)
        do += [self.act("spawn", rival, self.rival(rival, sort, name, ticks), False) for rival in rivals]
        if self.chance.percent(90):
            do.append(self.act("sleep", ticks))
        return do + self.strokes(sort, name, rivals)

    def act(self, word, *arguments):
        return [self.number(), word, *arguments]

    def nameless(self, do):
        return {"name": self.new("c"), "do": do}

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
        self.owner = outer
        return {"name": name, "do": do}

    def in_line(self, wait, ticks):
        """Once, or for so long, or again after a cancel."""
        way = self.chance.below(10)
        if way < 6:
            return wait()
        if way == 6:
            return [self.act("timeout", self.new("x"), ticks, self.nameless(wait()))]
        if way == 7:
            return [self.act("wait_for", self.nameless(wait()), ticks)]
        caught = self.chance.one_of(("cancelled", "all"))
        again = self.nameless(wait())
        return [self.act("try", self.nameless(wait()), caught, again, self.chance.percent(30), None)]

    def strokes(self, sort, name, rivals):
        """The wake-up and the cancel, in one turn: of a task, or of a callback."""
        do, whom = [], rivals[0]
        for stroke in self.chance.one_of(PLANS):
            if stroke == "w":
                do += getattr(self, "wake_" + sort)(name)
            elif stroke == "c":
                whom = self.chance.one_of((rivals[0], rivals[0], self.chance.one_of(rivals)))
                do.append(self.act("cancel", whom, *self.message()))
            else:
                do.append(self.act("uncancel", whom) if stroke == "u" else self.act("sleep", 0))
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

    before_event = before_barrier = before_getters = before_future = before_condition

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

    def wake_getters(self, name):
        if self.chance.percent(5):
            return [self.act("shutdown", name, False)]
        return [self.act("put_nowait", name, self.small())]

    def before_putters(self, name):
        return [self.act("put_nowait", name, self.small()) for _ in range(self.objects[name])]

    def wait_putters(self, name):
        return [self.act("put", name, self.small())]

    def wake_putters(self, name):
        return [self.act("get_nowait", name)]

    def before_join(self, name):
        return [self.act("put_nowait", name, self.small())]

    def wait_join(self, name):
        return [self.act("join", name)]

    def wake_join(self, name):
        return [self.act("task_done", name)]

    def before_task(self, name):
        return [self.act("spawn", name, self.task_body(name), False)]

    def wait_future(self, name):
        word = self.chance.one_of(("await", "await", "shield", "wait_for", "wait_many"))
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
