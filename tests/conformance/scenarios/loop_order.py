"""The loop: FIFO turns, timers, blocking."""

from harness import *


@scenario("loop_order/call-soon-fifo", "call_soon callbacks run in the order of the calls")
async def fifo():
    loop = asyncio.get_running_loop()
    for i in range(5):
        loop.call_soon(say, i)
    await asyncio.sleep(0)


@scenario("loop_order/call-soon-and-tasks-share-a-queue", "callbacks and task steps stand in one queue")
async def share():
    async def child(n):
        say("task", n)

    loop = asyncio.get_running_loop()
    loop.call_soon(say, "callback", 1)
    a = asyncio.create_task(child(2))
    loop.call_soon(say, "callback", 3)
    b = asyncio.create_task(child(4))
    await asyncio.gather(a, b)


@scenario("loop_order/equal-timers-fifo", "timers of one delay made one after the other fire in that order")
async def equal_timers():
    loop = asyncio.get_running_loop()
    for i in range(8):
        loop.call_later(1, say, i)
    await asyncio.sleep(2)


@scenario("loop_order/call-at", "call_at takes a time on the loop's clock")
async def call_at():
    loop = asyncio.get_running_loop()
    await asyncio.sleep(1)
    loop.call_at(3, lambda: say("at", now()))
    loop.call_at(2, lambda: say("at", now()))
    await asyncio.sleep(5)


@scenario("loop_order/call-later-zero-vs-call-soon", "call_later(0) comes after the call_soon made beside it")
async def later_zero():
    loop = asyncio.get_running_loop()
    loop.call_later(0, say, "later 0")
    loop.call_soon(say, "soon")
    await ticks(3)


@scenario("loop_order/sleep0-vs-short-sleep", "sleep(0) resumes in the next turn, before any timer")
async def sleep0_short():
    async def child(name, delay):
        await asyncio.sleep(delay)
        say(name, now())

    await asyncio.gather(child("sleep 1", 1), child("sleep 0", 0))


@scenario("loop_order/negative-sleep", "a negative sleep is sleep(0)")
async def negative_sleep():
    asyncio.get_running_loop().call_soon(say, "other")
    await asyncio.sleep(-5)
    say("after", now())


@scenario("loop_order/past-deadlines", "timers with deadlines in the past fire in the next turn, by deadline")
async def past():
    loop = asyncio.get_running_loop()
    await asyncio.sleep(10)
    loop.call_at(5, say, "five")
    loop.call_at(3, say, "three")
    loop.call_soon(say, "soon")
    await ticks(2)
    say(now())


@scenario("loop_order/cancelled-timer", "a cancelled timer does not fire; others do")
async def cancelled_timer():
    loop = asyncio.get_running_loop()
    a = loop.call_later(1, say, "never")
    loop.call_later(2, say, "fires")
    a.cancel()
    await asyncio.sleep(3)
    say(a.cancelled())


@scenario("loop_order/overdue-timer-before-next-turn-callbacks", "overdue timers queue behind what is ready already and before what that makes")
async def overdue():
    def ready():
        say("ready")
        loop.call_soon(say, "made by ready")

    loop = asyncio.get_running_loop()
    loop.call_later(1, say, "timer")
    block(2)
    loop.call_soon(ready)
    await ticks(3)


@scenario("loop_order/round-robin", "tasks that yield take turns in a fixed ring")
async def round_robin():
    async def child(name, n):
        for i in range(n):
            say(name, i)
            await asyncio.sleep(0)

    await asyncio.gather(child("a", 3), child("b", 1), child("c", 2))


@scenario("loop_order/new-task-joins-at-the-end", "a task made mid-ring joins the ring behind those ready")
async def joins():
    async def child(name):
        for i in range(2):
            say(name, i)
            if name == "a" and i == 0:
                made.append(asyncio.create_task(child("new")))
            await asyncio.sleep(0)

    made = []
    await asyncio.gather(child("a"), child("b"))
    await made[0]


@scenario("loop_order/sleep-chain-accumulates", "sleeps one after the other add up exactly")
async def accumulate():
    for i in range(4):
        await asyncio.sleep(1)
        say(now())


@scenario("loop_order/interleaved-sleeps", "sleepers of different periods interleave by time; at a tie the one whose sleep began first goes first")
async def interleaved():
    async def ticker(name, period, n):
        for i in range(n):
            await asyncio.sleep(period)
            say(name, now())

    await asyncio.gather(ticker("a", 2, 3), ticker("b", 3, 2))


@scenario("loop_order/await-task-vs-sleep0", "awaiting a task that ends in its first step takes two turns")
async def task_vs_sleep0():
    async def quick():
        say("quick")

    async def counter():
        for i in range(4):
            say("turn", i)
            await asyncio.sleep(0)

    ring = asyncio.create_task(counter())
    await asyncio.create_task(quick())
    say("main resumes")
    await ring


@scenario("loop_order/gather-adds-a-turn", "gather resumes its awaiter one turn later than the child's own awaiter")
async def gather_turn():
    async def quick():
        await asyncio.sleep(0)

    async def plain():
        await task
        say("plain awaiter")

    async def gathered():
        await asyncio.gather(task)
        say("gather awaiter")

    task = asyncio.create_task(quick())
    g = asyncio.create_task(gathered())
    p = asyncio.create_task(plain())
    await asyncio.gather(g, p)


@scenario("loop_order/wakeups-in-order-of-release", "tasks released in one turn resume in the order of release")
async def release():
    async def waiter(name):
        await futures[name]
        say(name)

    loop = asyncio.get_running_loop()
    futures = {n: loop.create_future() for n in "abc"}
    tasks = [asyncio.create_task(waiter(n)) for n in "abc"]
    await asyncio.sleep(0)
    for n in "bca":
        futures[n].set_result(None)
    await asyncio.gather(*tasks)


@scenario("loop_order/timer-made-by-timer", "a timer made by a timer with no delay fires in a later turn at the same time")
async def timer_by_timer():
    def first():
        say("first", now())
        loop.call_later(0, lambda: say("second", now()))

    loop = asyncio.get_running_loop()
    loop.call_later(1, first)
    loop.call_later(1, lambda: say("beside", now()))
    await asyncio.sleep(2)


@scenario("loop_order/many-timers", "a hundred timers fire in the order of their deadlines")
async def many():
    loop = asyncio.get_running_loop()
    fired = []
    for i in range(100):
        loop.call_later((i * 37) % 101 + 1, fired.append, (i * 37) % 101)
    await asyncio.sleep(200)
    say(len(fired), fired == sorted(fired), fired[:4])


@scenario("loop_order/many-cancelled-timers", "of two hundred timers only those not cancelled fire")
async def many_cancelled():
    loop = asyncio.get_running_loop()
    fired = []
    handles = [loop.call_later(i + 1, fired.append, i) for i in range(200)]
    for i, handle in enumerate(handles):
        if i % 50:
            handle.cancel()
    await asyncio.sleep(300)
    say(fired, now())


@scenario("loop_order/sleep-resumes-a-turn-after-its-timer", "a sleep's timer wakes the task, which runs a turn later: behind what callbacks of that turn queued")
async def sleep_resumes_a_turn_after():
    loop = asyncio.get_running_loop()

    async def sleeper():
        await asyncio.sleep(1)
        say("sleeper", now())

    loop.call_later(1, lambda: loop.call_soon(say, "callback of a callback"))
    task = asyncio.create_task(sleeper())
    await task
    say("end", now())


@scenario("loop_order/sleep-takes-two-turns", "when its time has come a sleep takes one turn to wake its task and another to resume it: what a callback of that moment queues runs in between")
async def sleep_takes_two_turns():
    loop = asyncio.get_running_loop()
    loop.call_later(1, lambda: loop.call_soon(say, "callback"))
    await asyncio.sleep(1)
    say("sleeper")


@scenario("loop_order/due-timer-cancelled-by-another", "a timer that is due and cancelled by one before it in the same turn does not run")
async def due_cancelled():
    loop = asyncio.get_running_loop()
    loop.call_later(1, lambda: second.cancel())
    second = loop.call_later(1, say, "never")
    loop.call_later(1, say, "third")
    await asyncio.sleep(2)
    say(second.cancelled())


@scenario("loop_order/timer-tells-when", "a timer's handle tells its deadline")
async def tells_when():
    loop = asyncio.get_running_loop()
    await asyncio.sleep(2)
    say(round(loop.call_later(3, say, "never").when()), round(loop.call_at(9, say, "never").when()))
