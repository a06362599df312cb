"""What CPython leaves open, settled: the order of sets, and what the collector takes."""

import asyncio
import itertools
import threading

import harness


def _plain(base):
    """Objects that a set keeps in the order of their coming, as long as it is small."""

    class Plain(base):
        def __hash__(self):
            return 0

        def __eq__(self, other):
            return self is other

    return Plain


_Future = _plain(asyncio.Future)


class _Task(_plain(asyncio.Task)):
    _count = itertools.count()

    def __init__(self, *args, **options):
        self.serial = next(_Task._count)    # before an eager one makes others
        super().__init__(*args, **options)


class Loop(harness.VirtualLoop):
    """Counts its turns; keeps all tasks and futures alive; sets of them are in order."""

    def __init__(self):
        super().__init__()
        self.turn = 0
        self.made = []
        self.futures = []

    def create_future(self):
        future = _Future(loop=self)
        self.futures.append(future)
        return future

    @staticmethod
    def _make_task(loop, coro, **options):
        task = _Task(coro, loop=loop, **options)
        loop.made.append(task)
        return task

    def _make_eagerly(self, coro, loop, **options):
        return self._make_task(loop, coro, **options)

    def run_until_idle(self, note_time):
        asyncio._set_running_loop(self)
        self._thread_id = threading.get_ident()     # else no task starts eagerly
        try:
            while True:
                self.turn += 1
                if not self._ready and all(t._cancelled for t in self._scheduled):
                    return
                self._run_once()
                note_time()
        finally:
            self._thread_id = None
            asyncio._set_running_loop(None)


class _OrderedSet(dict):
    def __init__(self, some=()):
        super().__init__((one, None) for one in some)

    def add(self, one):
        self[one] = None

    def discard(self, one):
        self.pop(one, None)


asyncio.tasks.set = _OrderedSet     # as_completed makes tasks of a set of coroutines


class Group(asyncio.TaskGroup):
    """Cancels its tasks in the order in which they were made."""

    def __init__(self):
        super().__init__()
        self._tasks = _OrderedSet()
