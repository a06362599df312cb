"""Two peers: the micro workloads and TCP echo on CPython's asyncio, or on uvloop.
peer.py asyncio|uvloop WORKLOAD N, peer.py asyncio|uvloop echo|hot PORT; echo is by a protocol, which is their fastest, hot
is echo beside a task that never waits."""

import asyncio
import concurrent.futures
import os
import random
import resource
import sys
import threading
import time

BATCH = 1000
HOUR = 3600
resident_at_height = 0


def resident_bytes():
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


async def leaf(i):
    return i


async def hopper(hops):
    for _ in range(hops):
        await asyncio.sleep(0)


async def spawn(n):
    for _ in range(n // BATCH):
        for one in [asyncio.create_task(leaf(i)) for i in range(BATCH)]:
            await one


async def gather(n):
    for _ in range(n // BATCH):
        sum(await asyncio.gather(*[leaf(i) for i in range(BATCH)]))


async def hop(n):
    await asyncio.gather(*[hopper(n // BATCH) for _ in range(BATCH)])


async def nested(n):
    total = 0
    for i in range(n):
        total += await leaf(i)


async def queue(n):
    items = asyncio.Queue(1)

    async def produce():
        for i in range(n):
            await items.put(i)

    async def consume():
        for _ in range(n):
            await items.get()

    await asyncio.gather(produce(), consume())


async def cancel(n):
    for _ in range(n // BATCH):
        tasks = [asyncio.create_task(asyncio.sleep(HOUR)) for _ in range(BATCH)]
        await asyncio.sleep(0)
        for one in tasks:
            one.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def timeout_ready(n):
    for i in range(n):
        async with asyncio.timeout(HOUR):
            await leaf(i)


async def timeout_turn(n):
    for _ in range(n):
        async with asyncio.timeout(HOUR):
            await asyncio.sleep(0)


async def sleep_many(n):
    global resident_at_height
    tasks = [asyncio.create_task(asyncio.sleep(random.random())) for _ in range(n)]
    await asyncio.sleep(0)
    resident_at_height = resident_bytes()
    await asyncio.gather(*tasks)


async def from_thread(n, waits):
    """Another thread hands callbacks to the loop, and waits for each or for none."""
    loop = asyncio.get_running_loop()
    all_done = loop.create_future()
    reply = threading.Semaphore(0)
    count = 0

    def callback():
        nonlocal count
        count += 1
        if waits:
            reply.release()
        if count == n:
            all_done.set_result(None)

    def other():
        os.sched_setaffinity(0, {1})
        for _ in range(n):
            loop.call_soon_threadsafe(callback)
            if waits:
                reply.acquire()

    os.sched_setaffinity(0, {0})
    thread = threading.Thread(target=other)
    thread.start()
    await all_done
    thread.join()


async def ping(n):
    await from_thread(n, True)


async def flood(n):
    await from_thread(n, False)


def work(i):
    return i * 2654435761 & 0xFFFFFFFF


async def jobs_one_by_one(n):
    loop = asyncio.get_running_loop()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for i in range(n):
            await loop.run_in_executor(pool, work, i)


async def jobs_in_batches(n):
    loop = asyncio.get_running_loop()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for _ in range(n // BATCH):
            await asyncio.gather(*[loop.run_in_executor(pool, work, i) for i in range(BATCH)])


class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)


async def echo(port):
    server = await asyncio.get_running_loop().create_server(Echo, "127.0.0.1", port, backlog=4096)
    await server.serve_forever()


async def spin():
    while True:
        await asyncio.sleep(0)


async def hot(port):
    spinning = asyncio.create_task(spin())
    await echo(port)
    await spinning


WORKLOADS = {
    "spawn": spawn, "gather": gather, "hop": hop, "nested": nested, "queue": queue, "cancel": cancel,
    "timeout0": timeout_ready, "timeout1": timeout_turn, "sleep": sleep_many, "xping": ping, "xflood": flood,
    "cpu1": jobs_one_by_one, "cpuN": jobs_in_batches, "echo": echo, "hot": hot,
}


def main():
    name, what, n = sys.argv[1], sys.argv[2], int(sys.argv[3])
    if name == "uvloop":
        import uvloop
        uvloop.install()
    before, start = resident_bytes(), time.perf_counter()
    asyncio.run(WORKLOADS[what](n))
    taken = time.perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = used.ru_utime + used.ru_stime
    height = (resident_at_height - before) / n if resident_at_height else 0
    print(f"{name} {what} n={n} ns_per_op={taken * 1e9 / n:.2f} cpu_ns_per_op={cpu * 1e9 / n:.2f} "
          f"bytes_per_task={height:.0f}")


if __name__ == "__main__":
    main()
