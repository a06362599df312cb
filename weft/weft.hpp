// What small programs need: coroutines, tasks, time, coordination and synchronisation. HTTP, pools
// and the rest have headers of their own.
#pragma once

#include <weft/core/as_outcome.hpp>
#include <weft/core/async_generator.hpp>
#include <weft/core/await_chain.hpp>
#include <weft/core/call_graph.hpp>
#include <weft/core/context.hpp>
#include <weft/core/coro.hpp>
#include <weft/core/errors.hpp>
#include <weft/core/event_loop.hpp>
#include <weft/core/executor.hpp>
#include <weft/core/future.hpp>
#include <weft/core/outcome.hpp>
#include <weft/core/task.hpp>
#include <weft/core/task_options.hpp>
#include <weft/flow/as_completed.hpp>
#include <weft/flow/gather.hpp>
#include <weft/flow/shield.hpp>
#include <weft/flow/sleep.hpp>
#include <weft/flow/task_group.hpp>
#include <weft/flow/timeout.hpp>
#include <weft/flow/wait.hpp>
#include <weft/run/run.hpp>
#include <weft/sync/barrier.hpp>
#include <weft/sync/bounded_semaphore.hpp>
#include <weft/sync/condition.hpp>
#include <weft/sync/event.hpp>
#include <weft/sync/lifo_queue.hpp>
#include <weft/sync/lock.hpp>
#include <weft/sync/priority_queue.hpp>
#include <weft/sync/queue.hpp>
#include <weft/sync/semaphore.hpp>
#include <weft/threads/concurrent_future.hpp>
#include <weft/threads/shutdown_default_executor.hpp>
#include <weft/threads/thread_pool.hpp>
#include <weft/threads/to_thread.hpp>
