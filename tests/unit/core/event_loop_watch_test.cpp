// add_reader and add_writer, on whichever kernel interface the machine gives.

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include <weft/core/event_loop.hpp>
#include <weft/flow/sleep.hpp>
#include <weft/run/new_event_loop.hpp>

#include "tests/virtual_test.hpp"

namespace weft {
namespace {

using namespace std::chrono_literals;

class pipe_pair {
 public:
  pipe_pair() {
    if (pipe(ends_.data()) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  }
  pipe_pair(const pipe_pair&) = delete;
  ~pipe_pair() {
    close(ends_[0]);
    close(ends_[1]);
  }
  int reading() const { return ends_[0]; }
  int writing() const { return ends_[1]; }
  void put(const std::string& text) const {
    if (write(writing(), text.data(), text.size()) < 0) throw std::runtime_error("write");
  }
  std::string take() const {
    std::array<char, 64> buffer{};
    const ssize_t n = read(reading(), buffer.data(), buffer.size());
    return std::string(buffer.data(), n > 0 ? static_cast<std::size_t>(n) : 0);
  }

 private:
  std::array<int, 2> ends_{};
};

VIRTUAL_TEST(add_reader, calls_back_when_there_is_something_to_read) {
  pipe_pair p;
  event_loop& loop = get_running_loop();
  future<std::string> got = make_future<std::string>();
  loop.add_reader(p.reading(), [&] {
    loop.remove_reader(p.reading());
    got.set_result(p.take());
  });
  loop.call_later(1s, [&] { p.put("hello"); });
  std::string text = co_await got;
  EXPECT_EQ(text, "hello");
}

VIRTUAL_TEST(add_reader, calls_back_again_while_there_is_more) {
  pipe_pair p;
  event_loop& loop = get_running_loop();
  future<> enough = make_future();
  int calls = 0;
  p.put("never read");
  loop.add_reader(p.reading(), [&] {
    if (++calls < 3) return;
    loop.remove_reader(p.reading());
    enough.set_result();
  });
  co_await enough;
  EXPECT_EQ(calls, 3);
}

VIRTUAL_TEST(add_reader, passes_its_arguments_at_each_call) {
  pipe_pair p;
  event_loop& loop = get_running_loop();
  future<> enough = make_future();
  const std::string text = "long enough that a move would leave nothing of it behind";
  std::string got;
  p.put("never read");
  loop.add_reader(
      p.reading(),
      [&](std::string argument) {
        got += argument;
        if (got.size() == text.size()) return;
        loop.remove_reader(p.reading());
        enough.set_result();
      },
      text);
  co_await enough;
  EXPECT_EQ(got, text + text);
}

VIRTUAL_TEST(add_reader, replaces_an_earlier_one) {
  pipe_pair p;
  event_loop& loop = get_running_loop();
  future<> second = make_future();
  bool first = false;
  loop.add_reader(p.reading(), [&] { first = true; });
  loop.add_reader(p.reading(), [&] {
    loop.remove_reader(p.reading());
    second.set_result();
  });
  p.put("x");
  co_await second;
  EXPECT_FALSE(first);
}

VIRTUAL_TEST(add_reader, may_be_replaced_by_its_own_callback) {
  pipe_pair p;
  event_loop& loop = get_running_loop();
  future<> second = make_future();
  p.put("x");
  loop.add_reader(p.reading(), [&] {
    loop.add_reader(p.reading(), [&] {
      loop.remove_reader(p.reading());
      second.set_result();
    });
  });
  co_await second;
}

VIRTUAL_TEST(add_reader, says_whether_there_was_one_to_remove) {
  pipe_pair p;
  event_loop& loop = get_running_loop();
  EXPECT_FALSE(loop.remove_reader(p.reading()));
  loop.add_reader(p.reading(), [] {});
  EXPECT_TRUE(loop.remove_reader(p.reading()));
  EXPECT_FALSE(loop.remove_reader(p.reading()));
  EXPECT_FALSE(loop.remove_writer(p.reading()));
  co_return;
}

VIRTUAL_TEST(add_reader, calls_nothing_after_it_was_removed) {
  pipe_pair p;
  event_loop& loop = get_running_loop();
  bool called = false;
  loop.add_reader(p.reading(), [&] { called = true; });
  p.put("x");
  loop.remove_reader(p.reading());
  co_await sleep(1s);
  EXPECT_FALSE(called);
}

VIRTUAL_TEST(add_reader, lets_go_of_its_callback_when_it_is_removed) {
  pipe_pair p;
  event_loop& loop = get_running_loop();
  auto held = std::make_shared<int>(0);
  loop.add_reader(p.reading(), [held] {});
  EXPECT_EQ(held.use_count(), 2);
  loop.remove_reader(p.reading());
  co_await sleep(1s);
  EXPECT_EQ(held.use_count(), 1);
}

VIRTUAL_TEST(add_reader, sees_the_other_end_close) {
  event_loop& loop = get_running_loop();
  std::array<int, 2> ends{};
  const int made = pipe(ends.data());
  EXPECT_EQ(made, 0);
  future<> closed = make_future();
  loop.add_reader(ends[0], [&] {
    loop.remove_reader(ends[0]);
    closed.set_result();
  });
  loop.call_later(1s, [&] { close(ends[1]); });
  co_await closed;
  close(ends[0]);
}

VIRTUAL_TEST(add_reader, reports_what_its_callback_throws_and_stays) {
  test::expect_report("descriptor | std::runtime_error: one");
  pipe_pair p;
  event_loop& loop = get_running_loop();
  future<> again = make_future();
  int calls = 0;
  p.put("x");
  loop.add_reader(p.reading(), [&] {
    if (++calls == 1) throw std::runtime_error("one");
    loop.remove_reader(p.reading());
    again.set_result();
  });
  co_await again;
  EXPECT_EQ(calls, 2);
}

VIRTUAL_TEST(add_writer, calls_back_when_there_is_room) {
  pipe_pair p;
  event_loop& loop = get_running_loop();
  future<> room = make_future();
  loop.add_writer(p.writing(), [&] {
    EXPECT_TRUE(loop.remove_writer(p.writing()));
    room.set_result();
  });
  co_await room;
}

TEST(add_reader, is_left_behind_by_a_loop_that_closes) {
  pipe_pair p;
  auto held = std::make_shared<int>(0);
  auto loop = new_event_loop();
  loop->add_reader(p.reading(), [held] {});
  loop->call_soon([&] { loop->stop(); });
  loop->run_forever();
  loop->close();
  EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace weft
