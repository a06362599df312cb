// Readers that are fed by hand, records by several separators, and what a stream tells of itself.
#include <functional>
#include <string>
#include <string_view>
#include <system_error>
#include <variant>
#include <vector>

#include <weft/core/as_outcome.hpp>
#include <weft/core/errors.hpp>
#include <weft/core/task.hpp>
#include <weft/flow/sleep.hpp>
#include <weft/flow/timeout.hpp>
#include <weft/io/stream.hpp>

#include "tests/virtual_test.hpp"

using namespace weft;
using namespace std::chrono_literals;

VIRTUAL_TEST(stream_reader, that_is_fed_gives_the_bytes_to_who_waits) {
  stream_reader reader = fed_reader();
  task<std::string> reading = create_task(reader.read_exactly(6));
  co_await weft::sleep(0s);
  reader.feed_data("abc");
  co_await weft::sleep(1s);
  EXPECT_FALSE(reading.done());
  EXPECT_EQ(reader.buffered(), 3u);
  reader.feed_data("defg");
  const std::string six = co_await reading;
  EXPECT_EQ(six, "abcdef");
  reader.feed_eof();
  EXPECT_FALSE(reader.at_eof());
  const std::string rest = co_await reader.read();
  EXPECT_EQ(rest, "g");
  EXPECT_TRUE(reader.at_eof());
  EXPECT_THROW(reader.feed_data("h"), usage_error);
}

VIRTUAL_TEST(stream_reader, that_is_fed_wakes_who_waits_at_its_end) {
  stream_reader reader = fed_reader();
  task<std::string> reading = create_task(reader.read_some());
  co_await weft::sleep(0s);
  reader.feed_eof();
  const std::string nothing = co_await reading;
  EXPECT_EQ(nothing, "");
}

VIRTUAL_TEST(stream_reader, that_is_fed_keeps_its_bytes_when_a_read_is_cancelled) {
  stream_reader reader = fed_reader();
  reader.feed_data("abc");
  const outcome<std::string> late = co_await as_outcome(wait_for(reader.read_exactly(4), 1s));
  EXPECT_FALSE(late);
  reader.feed_data(std::string(100'000, 'x'));
  const std::string all = co_await reader.read_exactly(100'003);
  EXPECT_EQ(all.substr(0, 5), "abcxx");
}

VIRTUAL_TEST(stream_reader, with_a_socket_may_be_fed_too) {
  auto [a, b] = stream_pair();
  b.feed_data("first ");
  a.write("second");
  const std::string all = co_await b.read_exactly(12);
  EXPECT_EQ(all, "first second");
}

TEST(stream_reader, that_is_fed_may_outlive_its_loop) {
  stream_reader reader;
  run_virtual(
      [](stream_reader& made) -> coro<> {
        made = fed_reader();
        made.feed_data("left");
        co_return;
      },
      std::ref(reader));
  EXPECT_EQ(reader.buffered(), 4u);
}

VIRTUAL_TEST(stream_reader, refuses_a_limit_of_nothing_and_a_negative_count) {
  stream_options options;
  options.limit = 0;
  EXPECT_THROW(fed_reader(options), value_error);
  stream_reader reader = fed_reader();
  const outcome<std::string> o =
      co_await as_outcome(reader.read_exactly(static_cast<std::size_t>(-1)));
  EXPECT_THROW(std::rethrow_exception(o.exception()), value_error);
}

VIRTUAL_TEST(stream_reader, reads_until_the_separator_that_ends_first) {
  stream_reader reader = fed_reader();
  reader.feed_data("ab--cd;ef");
  const std::string first = co_await reader.read_until("--c", "-");
  EXPECT_EQ(first, "ab-");
  const std::string second = co_await reader.read_until("cd;", "d");
  EXPECT_EQ(second, "-cd");
  const std::string third = co_await reader.read_until("never", ";");
  EXPECT_EQ(third, ";");
  task<std::string> waiting = create_task(reader.read_until("longer than all", "\n"));
  co_await weft::sleep(0s);
  reader.feed_data("\n");
  const std::string fourth = co_await waiting;
  EXPECT_EQ(fourth, "ef\n");
}

VIRTUAL_TEST(stream_reader, refuses_no_separator_and_an_empty_one) {
  stream_reader reader = fed_reader();
  const std::vector<std::string_view> nothing;
  const outcome<std::string> none = co_await as_outcome(reader.read_until(nothing));
  EXPECT_THROW(std::rethrow_exception(none.exception()), value_error);
  const outcome<std::string> empty = co_await as_outcome(reader.read_until("a", ""));
  EXPECT_THROW(std::rethrow_exception(empty.exception()), value_error);
}

VIRTUAL_TEST(stream_reader, finds_a_separator_of_several_over_the_limit) {
  stream_options options;
  options.limit = 4;
  stream_reader reader = fed_reader(options);
  reader.feed_data("01234567");
  const outcome<std::string> unfound = co_await as_outcome(reader.read_until(";;", "\n"));
  EXPECT_THROW(std::rethrow_exception(unfound.exception()), limit_overrun_error);
  reader.feed_data("\n");
  const outcome<std::string> found = co_await as_outcome(reader.read_until(";;", "\n"));
  EXPECT_THROW(std::rethrow_exception(found.exception()), limit_overrun_error);
  EXPECT_EQ(reader.buffered(), 9u);
}

VIRTUAL_TEST(stream_writer, tells_of_its_connection_by_asyncios_names) {
  auto [a, b] = stream_pair();
  EXPECT_EQ(a.get_extra_info("socket", -1), a.fd());
  EXPECT_EQ(a.get_extra_info("nothing", 5), 5);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(a.get_extra_info("nothing")));
  EXPECT_TRUE(std::holds_alternative<address>(a.get_extra_info("peername")));
  EXPECT_TRUE(std::holds_alternative<address>(a.get_extra_info("sockname")));
  a.close();
  co_await a.wait_closed();
  EXPECT_EQ(a.get_extra_info("socket", 5), 5);
}

VIRTUAL_TEST(stream_reader, gives_what_it_has_after_a_close) {
  auto [a, b] = stream_pair();
  a.write("one\ntwo\n");
  const std::string one = co_await b.read_line();
  EXPECT_EQ(one, "one\n");
  b.close();
  const std::string two = co_await b.read_line();
  EXPECT_EQ(two, "two\n");
  const std::string end = co_await b.read_line();
  EXPECT_EQ(end, "");
  EXPECT_TRUE(b.at_eof());
}

VIRTUAL_TEST(stream_writer, tells_of_its_close_in_drain) {
  auto [a, b] = stream_pair();
  a.write("x");
  a.close();
  for (int i = 0; i < 2; ++i) {
    const outcome<void> drained = co_await as_outcome(a.drain());
    EXPECT_THROW(std::rethrow_exception(drained.exception()), std::system_error);
  }
  const std::string all = co_await b.read();
  EXPECT_EQ(all, "x");
}

VIRTUAL_TEST(stream_writer, lets_a_drain_that_began_before_the_close_end_well) {
  auto [a, b] = stream_pair();
  a.write(std::string(4 << 20, 'z'));
  auto drain = [](stream& to) -> coro<> { co_await to.drain(); };
  task<> draining = create_task(drain, std::ref(a));
  co_await weft::sleep(0s);
  a.close();
  const std::string all = co_await b.read();
  EXPECT_EQ(all.size(), std::size_t{4} << 20);
  co_await draining;
}

VIRTUAL_TEST(stream_writer, drains_within_the_bounds_that_are_set) {
  auto [a, b] = stream_pair();
  EXPECT_THROW(a.set_write_buffer_limits(1, 2), value_error);
  a.set_write_buffer_limits(0);
  a.write("x");
  co_await a.drain();
  EXPECT_EQ(a.unsent(), 0u);
  a.set_write_buffer_limits(1 << 20);
  a.write(std::string(1 << 20, 'x'));
  co_await a.drain();
  EXPECT_EQ(a.unsent(), std::size_t{1} << 20);
}

VIRTUAL_TEST(stream_reader, serves_who_finds_bytes_while_another_waits_for_more) {
  stream_reader reader = fed_reader();
  reader.feed_data("abc");
  task<std::string> five = create_task(reader.read_exactly(5));
  co_await weft::sleep(0s);
  const outcome<std::string> line = co_await as_outcome(reader.read_line());
  EXPECT_THROW(std::rethrow_exception(line.exception()), usage_error);
  const std::string two = co_await reader.read(2);
  EXPECT_EQ(two, "ab");
  reader.feed_data("defg");
  const std::string all = co_await five;
  EXPECT_EQ(all, "cdefg");
}

VIRTUAL_TEST(stream_reader, goes_on_waiting_when_another_took_what_woke_it) {
  stream_reader reader = fed_reader();
  task<std::string> woken = create_task(reader.read(10));
  co_await weft::sleep(0s);
  reader.feed_data("first");
  const std::string taken = co_await reader.read(10);
  EXPECT_EQ(taken, "first");
  co_await weft::sleep(1s);
  EXPECT_FALSE(woken.done());
  reader.feed_data("second");
  const std::string later = co_await woken;
  EXPECT_EQ(later, "second");
}

VIRTUAL_TEST(stream_reader, keeps_a_chunk_for_the_task_that_it_woke) {
  stream_reader reader = fed_reader();
  auto read_chunk = [](stream_reader& from) -> coro<std::string> {
    const chunk got = co_await from.read_chunk();
    co_return std::string(got.view());
  };
  task<std::string> reading = create_task(read_chunk, std::ref(reader));
  co_await weft::sleep(0s);
  reader.feed_data("abc");
  const outcome<std::string> other = co_await as_outcome(reader.read(1));
  EXPECT_THROW(std::rethrow_exception(other.exception()), usage_error);
  const std::string got = co_await reading;
  EXPECT_EQ(got, "abc");
}

VIRTUAL_TEST(stream_reader, is_looked_at_in_each_turn_of_virtual_time) {
  auto [a, b] = stream_pair();
  task<std::string> reading = create_task(b.read_some());
  co_await weft::sleep(0s);
  a.write("x");
  for (int turn = 0; turn < 3; ++turn) co_await weft::sleep(0s);
  EXPECT_TRUE(reading.done());
  co_await reading;
}
