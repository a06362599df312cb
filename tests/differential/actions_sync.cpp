// What is done with locks, semaphores, events, conditions, barriers and queues.
#include "program.hpp"

namespace differential {
namespace {

std::string truth(bool yes) { return yes ? "true" : "false"; }

template <class Queue>
coro<std::string> await_queue(Queue& queue, std::string word, const json& action) {
  if (word == "put") {
    co_await queue.put(action[3]);
    co_return "none";
  }
  if (word == "join") {
    co_await queue.join();
    co_return "none";
  }
  const int value = co_await queue.get();
  co_return std::to_string(value);
}

template <class Queue>
std::string use_queue(Queue& queue, const std::string& word, const json& action) {
  if (word == "put_nowait") {
    queue.put_nowait(action[3]);
  } else if (word == "get_nowait") {
    return std::to_string(queue.get_nowait());
  } else if (word == "task_done") {
    queue.task_done();
  } else if (word == "qsize") {
    return std::to_string(queue.qsize());
  } else {
    queue.shutdown(action[3].get<bool>());
  }
  return "none";
}

coro<std::string> await_barrier(barrier& one, std::string word) {
  if (word == "reset") {
    co_await one.reset();
    co_return "none";
  }
  if (word == "abort") {
    co_await one.abort();
    co_return "none";
  }
  const std::size_t number = co_await one.wait();
  co_return std::to_string(number);
}

}  // namespace

void program::make_object(const std::string& name, const json& size) {
  switch (name[0]) {
    case 'l':
      locks_.try_emplace(name);
      break;
    case 'k':
      conditions_.try_emplace(name);
      break;
    case 'e':
      events_.try_emplace(name);
      break;
    case 's':
      semaphores_.try_emplace(name, size.get<long>());
      break;
    case 'n':
      bounded_semaphores_.try_emplace(name, size.get<long>());
      break;
    case 'b':
      barriers_.try_emplace(name, size.get<long>() + 1);
      break;
    case 'q':
      queues_.try_emplace(name, size.get<int>());
      break;
    case 'i':
      lifo_queues_.try_emplace(name, size.get<int>());
      break;
    case 'p':
      priority_queues_.try_emplace(name, size.get<int>());
      break;
    default:
      futures_[name] = make_future<int>();
      handles_of_futures_[name] = futures_[name];
  }
}

semaphore& program::semaphore_named(const std::string& name) {
  if (name[0] == 'n') return bounded_semaphores_.at(name);
  return semaphores_.at(name);
}

coro<std::string> program::await_synchronised(const std::string& word, const json& action) {
  const std::string name = action[2];
  if (name[0] == 'q') co_return co_await await_queue(queues_.at(name), word, action);
  if (name[0] == 'i') co_return co_await await_queue(lifo_queues_.at(name), word, action);
  if (name[0] == 'p') co_return co_await await_queue(priority_queues_.at(name), word, action);
  if (name[0] == 'b') co_return co_await await_barrier(barriers_.at(name), word);
  if (word == "wait" && name[0] == 'k') {
    const bool woken = co_await conditions_.at(name).wait();
    co_return truth(woken);
  }
  if (word == "wait_until") {
    const event& awaited = events_.at(action[3]);
    const auto is_set = [&awaited] { return awaited.is_set(); };
    co_await conditions_.at(name).wait_for(is_set);
    co_return "none";
  }
  if (word == "wait") {
    co_await events_.at(name).wait();
  } else if (name[0] == 'l') {
    co_await locks_.at(name).acquire();
  } else if (name[0] == 'k') {
    co_await conditions_.at(name).acquire();
  } else {
    co_await semaphore_named(name).acquire();
  }
  co_return "true";
}

coro<std::string> program::hold(const json& action) {
  const std::string name = action[2];
  if (name[0] == 's') {
    const semaphore_guard held = co_await semaphores_.at(name).scoped();
    const int value = co_await coroutine(action[3]);
    co_return value_text(value);
  }
  // Without a guard, for which a release too many is none: here it is an error, as it is in Python.
  co_await await_synchronised("acquire", action);
  outcome<int> ended = co_await as_outcome(coroutine(action[3]));
  now_synchronised("release", action);
  co_return value_text(std::move(ended).value());
}

std::string program::now_synchronised(const std::string& word, const json& action) {
  const std::string name = action[2];
  switch (name[0]) {
    case 'q':
      return use_queue(queues_.at(name), word, action);
    case 'i':
      return use_queue(lifo_queues_.at(name), word, action);
    case 'p':
      return use_queue(priority_queues_.at(name), word, action);
    case 'b':
      return std::to_string(barriers_.at(name).n_waiting());
    case 'e':
      word == "set" ? events_.at(name).set() : events_.at(name).clear();
      return "none";
    case 'k':
      if (word == "notify_all") {
        conditions_.at(name).notify_all();
      } else if (word == "notify") {
        conditions_.at(name).notify(action[3].get<std::size_t>());
      } else if (word == "locked") {
        return truth(conditions_.at(name).locked());
      } else {
        conditions_.at(name).release();
      }
      return "none";
    case 'l':
      if (word == "locked") return truth(locks_.at(name).locked());
      locks_.at(name).release();
      return "none";
    default:
      if (word == "locked") return truth(semaphore_named(name).locked());
      semaphore_named(name).release();
      return "none";
  }
}

}  // namespace differential
