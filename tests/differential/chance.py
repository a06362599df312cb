"""What a program is made of, how often, and the chance that decides."""

# How often each family of actions comes up in a program, in hundredths, and its actions' weights.
FAMILIES = {
    "cancel": (0, {"cancel": 6, "cancel_me": 1, "uncancel": 1, "uncancel_me": 1}),
    "errors": (60, {"try": 4, "raise": 2, "raise_cancelled": 1}),
    "gather": (40, {"gather": 5, "make_gather": 1}),
    "shield": (30, {"shield": 4, "make_shield": 2}),
    "wait": (30, {"wait_many": 5}),
    "as_completed": (30, {"as_completed": 5}),
    "timeout": (40, {"timeout": 5, "reschedule": 2, "wait_for": 4}),
    "group": (35, {"group": 4, "spawn_in": 6}),
    "lock": (30, {"acquire": 2, "hold": 5, "release": 3, "locked": 1}),
    "semaphore": (30, {"acquire": 2, "hold": 5, "release": 3, "locked": 1}),
    "event": (30, {"wait": 5, "set": 4, "clear": 2}),
    "queue": (30, {"put": 4, "get": 5, "put_nowait": 2, "get_nowait": 1, "task_done": 1, "join": 2,
                   "qsize": 1, "shutdown": 1}),
    "condition": (25, {"hold_condition": 6, "wait_condition": 1, "notify": 1, "notify_all": 2, "hold_until": 2}),
    "barrier": (20, {"wait_barrier": 7, "reset": 1, "abort": 1, "n_waiting": 1}),
    "eager": (25, {"spawn_eagerly": 4}),
    "future": (40, {"await": 4, "set_result": 3, "set_exception": 1, "cancel": 1, "outcome": 1}),
    "callback": (35, {"add_done": 4, "remove_done": 1}),
    "loop": (35, {"call_soon": 4, "call_later": 3, "cancel_handle": 2, "block": 1}),
    "context": (25, {"var_set": 2, "var_get": 3, "with_var": 2, "copy_context": 5, "run_in": 3, "spawn_with": 3,
                     "call_soon_with": 3, "add_done_with": 2}),
}
ALWAYS = {"sleep": 14, "spawn": 4, "await": 8, "call": 2, "outcome": 1, "return": 1, "rivals": 1}

# What a callback may do: actions that don't wait.
IN_CALLBACKS = ("spawn", "cancel", "uncancel", "outcome", "set", "clear", "release", "put_nowait", "get_nowait",
                "set_result", "set_exception", "call_soon", "cancel_handle", "remove_done", "reschedule",
                "var_set", "var_get", "raise", "locked", "qsize", "spawn_in", "task_done", "notify", "notify_all",
                "shutdown", "spawn_eagerly", "copy_context", "run_in", "call_soon_with")


# What there are of a family, by the first letter of their names.
KINDS = {"lock": "l", "semaphore": "ssn", "event": "e", "queue": "qqip", "condition": "k", "barrier": "b",
         "future": "f"}

ENDS = ("return", "raise", "raise_cancelled")   # what comes after is never done


# The word of an action that has several makers.
SAME = {"hold_condition": "hold", "hold_until": "hold", "wait_condition": "wait", "wait_barrier": "wait", "spawn_eagerly": "spawn"}


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
