#include <weft/io/signals.hpp>

#include <utility>

#include <weft/core/errors.hpp>
#include <weft/core/event_loop.hpp>

namespace weft {

signals::signals(std::initializer_list<int> numbers) : signals(std::vector<int>(numbers)) {}

signals::signals(std::vector<int> numbers)
    : loop_(&get_running_loop()), numbers_(std::move(numbers)) {
  if (numbers_.empty()) throw value_error("no signal to wait for");
  std::size_t done = 0;
  try {
    for (; done < numbers_.size(); ++done) loop_->signal_watchers().add(numbers_[done], *this);
  } catch (...) {
    while (done > 0) loop_->signal_watchers().remove(numbers_[--done], *this);
    throw;
  }
}

signals::~signals() {
  for (const int number : numbers_) loop_->signal_watchers().remove(number, *this);
}

void signals::signalled(int number) { come_.put_nowait(number); }

coro<int> signals::next() {
  const int number = co_await come_.get();
  co_return number;
}

coro<void> signal(int number) {
  std::vector<int> numbers(1, number);
  signals one(std::move(numbers));
  co_await one.next();
}

}  // namespace weft
