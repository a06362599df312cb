// The client's life among tasks, loops and other requests: cancels, limits, being closed.
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <tests/integration/server_process.hpp>
#include <weft/core/as_outcome.hpp>
#include <weft/flow/gather.hpp>
#include <weft/flow/sleep.hpp>
#include <weft/flow/timeout.hpp>
#include <weft/http/client.hpp>
#include <weft/run/new_event_loop.hpp>
#include <weft/run/run.hpp>

namespace weft::http {
namespace {

using namespace std::chrono_literals;

class http_client_life : public testing::Test {
 protected:
  static std::string url(const std::string& path) {
    static test::scripted_server one;
    return one.url(path);
  }
};

/// Until the client has as many requests at work, or for two seconds.
coro<> until_active(const client& web, std::size_t count) {
  for (int i = 0; i < 2000 && web.active() != count; ++i) co_await sleep(1ms);
  EXPECT_EQ(web.active(), count);
}

coro<> check_cancel(std::string never, std::string keep) {
  client web;
  task<client_response> waiting = create_task(web.get(never));
  co_await until_active(web, 1);
  waiting.cancel();
  outcome<client_response> ended = co_await as_outcome(waiting);
  EXPECT_TRUE(ended.cancelled());
  EXPECT_EQ(web.active(), 0u);
  // The connection would give that request's answer to this one.
  client_response next = co_await web.get(keep);
  EXPECT_FALSE(next.reused_connection);
}

TEST_F(http_client_life, drops_a_cancelled_request_at_once) {
  run(check_cancel, url("/never"), url("/keep"));
}

coro<> check_cancel_before_start(std::string hello) {
  client web;
  task<client_response> waiting = create_task(web.get(hello));
  waiting.cancel();
  outcome<client_response> ended = co_await as_outcome(waiting);
  EXPECT_TRUE(ended.cancelled());
  task<client_response> started = create_task(web.get(hello));
  co_await sleep(0s);
  started.cancel();
  outcome<client_response> stopped = co_await as_outcome(started);
  EXPECT_TRUE(stopped.cancelled());
  client_response next = co_await web.get(hello);
  EXPECT_EQ(next.status, 200);
}

TEST_F(http_client_life, can_be_cancelled_at_any_step) {
  run(check_cancel_before_start, url("/hello"));
}

coro<> check_cancelled_read(std::string held, std::string release) {
  client web;
  response_stream answer = co_await web.stream(held);
  std::string first = co_await answer.read_some();
  EXPECT_EQ(first, "first ");
  task<std::string> reading = create_task(answer.read_some());
  co_await sleep(0s);
  reading.cancel();
  outcome<std::string> ended = co_await as_outcome(reading);
  EXPECT_TRUE(ended.cancelled());
  co_await web.get(release);
  std::string second = co_await answer.read_all();
  EXPECT_EQ(second, "second");
}

TEST_F(http_client_life, keeps_a_stream_whose_read_was_cancelled) {
  run(check_cancelled_read, url("/held/cancelled"), url("/release/cancelled"));
}

coro<> check_timeout(std::string never) {
  client web;
  bool timed_out = false;
  try {
    co_await wait_for(web.get(never), 50ms);
  } catch (const timeout_error&) {
    timed_out = true;
  }
  EXPECT_TRUE(timed_out);
  EXPECT_EQ(web.active(), 0u);
}

TEST_F(http_client_life, goes_with_wait_for) { run(check_timeout, url("/never")); }

// ---- many at once

coro<> check_many(std::string address, std::size_t count, client_options options) {
  client web(options);
  std::vector<task<client_response>> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back(create_task(web.get(address)));
  co_await sleep(0s);
  EXPECT_EQ(web.active(), options.max_connections);
  EXPECT_EQ(web.waiting(), count - options.max_connections);
  std::size_t fresh = 0;
  for (task<client_response>& one : all) {
    client_response answer = co_await std::move(one);
    EXPECT_EQ(answer.status, 200);
    fresh += answer.reused_connection ? 0 : 1;
  }
  EXPECT_LE(fresh, options.max_connections);
  EXPECT_EQ(web.active(), 0u);
  EXPECT_EQ(web.waiting(), 0u);
}

TEST_F(http_client_life, serves_thousands_of_requests_over_a_few_connections) {
  client_options options;
  options.max_connections = 8;
  run(check_many, url("/keep"), std::size_t{3000}, options);
}

coro<> check_many_held(std::string wait, std::string release) {
  client_options options;
  options.max_connections = 500;
  client web(options);
  std::vector<task<client_response>> all;
  for (int i = 0; i < 400; ++i) all.push_back(create_task(web.get(wait)));
  co_await until_active(web, 400);
  co_await web.get(release);
  for (task<client_response>& one : all) {
    client_response answer = co_await std::move(one);
    EXPECT_EQ(answer.body, "released");
  }
}

TEST_F(http_client_life, keeps_hundreds_of_connections_open_at_once) {
  run(check_many_held, url("/wait/many"), url("/release/many"));
}

coro<> check_per_host(std::string first, std::string second, std::string release) {
  client_options options;
  options.max_connections_per_host = 2;
  client web(options);
  std::vector<task<client_response>> all;
  for (int i = 0; i < 5; ++i) all.push_back(create_task(web.get(first)));
  co_await until_active(web, 2);
  EXPECT_EQ(web.waiting(), 3u);
  client_response other = co_await web.get(second);  // another host isn't held up
  EXPECT_EQ(other.status, 200);
  client helper;
  co_await helper.get(release);
  for (task<client_response>& one : all) {
    client_response answer = co_await std::move(one);
    EXPECT_EQ(answer.body, "released");
  }
}

TEST_F(http_client_life, limits_connections_for_each_host) {
  test::scripted_server other;
  run(check_per_host, url("/wait/host"), other.url("/hello"), url("/release/host"));
}

coro<> check_waiting_times_out(std::string never, std::string hello) {
  client_options options;
  options.max_connections = 1;
  client web(options);
  task<client_response> working = create_task(web.get(never));
  co_await until_active(web, 1);
  client_request request(hello);
  request.total_timeout = 50ms;
  outcome<client_response> ended = co_await as_outcome(web.request(std::move(request)));
  std::string what;
  try {
    std::move(ended).value();
  } catch (const http_timeout_error& error) {
    what = error.what();
  }
  EXPECT_NE(what.find("it waited for a connection"), std::string::npos) << what;
  EXPECT_EQ(web.waiting(), 0u);
  task<client_response> next = create_task(web.get(hello));
  co_await sleep(0s);
  EXPECT_EQ(web.waiting(), 1u);
  working.cancel();
  client_response answer = co_await next;
  EXPECT_EQ(answer.status, 200);
}

TEST_F(http_client_life, counts_waiting_for_a_connection_as_time) {
  run(check_waiting_times_out, url("/never"), url("/hello"));
}

// ---- closing

coro<> check_destroyed(std::string never) {
  auto web = std::make_unique<client>();
  task<client_response> waiting = create_task(web->get(never));
  co_await until_active(*web, 1);
  web.reset();
  std::string what;
  try {
    co_await waiting;
  } catch (const client_closed_error& error) {
    what = error.what();
  }
  EXPECT_NE(what.find("the client was closed in mid-request"), std::string::npos) << what;
}

TEST_F(http_client_life, ends_its_requests_when_it_is_destroyed) {
  run(check_destroyed, url("/never"));
}

coro<> check_destroyed_early(std::string hello) {
  auto web = std::make_unique<client>();
  task<client_response> not_begun = create_task(web->get(hello));
  web.reset();
  bool closed = false;
  try {
    co_await not_begun;
  } catch (const client_closed_error&) {
    closed = true;
  }
  EXPECT_TRUE(closed);
  auto moved = std::make_unique<client>();
  not_begun = create_task(moved->get(hello));
  client kept = std::move(*moved);
  moved.reset();
  client_response answer = co_await not_begun;
  EXPECT_EQ(answer.status, 200);
}

TEST_F(http_client_life, refuses_requests_that_begin_after_it_was_destroyed) {
  run(check_destroyed_early, url("/hello"));
}

coro<> check_stream_outlives(std::string flood, std::string hello) {
  client web;
  response_stream answer = co_await web.stream(flood);
  web.close();
  bool failed = false;
  try {
    for (;;) {
      std::string piece = co_await answer.read_some();
      if (piece.empty()) break;
    }
  } catch (const client_closed_error&) {
    failed = true;
  }
  EXPECT_TRUE(failed);
  client_response next = co_await web.get(hello);
  EXPECT_EQ(next.status, 200);
}

TEST_F(http_client_life, can_be_used_after_it_was_closed) {
  run(check_stream_outlives, url("/endless-body"), url("/hello"));
}

coro<> leave_requests(client& web, std::string never, std::optional<response_stream>& stream,
                      std::string endless) {
  stream = co_await web.stream(endless);
  create_task(web.get(never)).set_name("left");
  co_await until_active(web, 2);
}

TEST_F(http_client_life, survives_the_end_of_its_loop) {
  client web;
  std::optional<response_stream> stream;
  run([&]() -> coro<> { return leave_requests(web, url("/never"), stream, url("/endless-body")); });
  EXPECT_EQ(web.active(), 0u);
  stream.reset();
  EXPECT_EQ(run(web.get(url("/hello"))).status, 200);
  EXPECT_EQ(run(web.get(url("/hello"))).status, 200);
}

TEST_F(http_client_life, survives_a_loop_that_closes_with_requests_in_flight) {
  client web;
  {
    std::unique_ptr<event_loop> loop = new_event_loop();
    loop->set_exception_handler([](const exception_context&) {});
    auto first = loop->create_task(web.get(url("/never")));
    auto second = loop->create_task(web.get(url("/endless-body")));
    loop->call_later(50ms, [&loop] { loop->stop(); });
    loop->run_forever();
    EXPECT_EQ(web.active(), 2u);
    loop->close();
  }
  EXPECT_EQ(web.active(), 0u);
  EXPECT_EQ(run(web.get(url("/hello"))).status, 200);
}

TEST_F(http_client_life, belongs_to_one_loop_at_a_time) {
  client web;
  runner first;
  EXPECT_EQ(first.run(web.get(url("/hello"))).status, 200);
  {
    runner second;
    EXPECT_THROW(second.run(web.get(url("/hello"))), usage_error);
  }
  EXPECT_EQ(first.run(web.get(url("/hello"))).status, 200);
}

coro<> check_moved(std::string hello) {
  client web;
  co_await web.get(hello);
  client moved = std::move(web);
  client_response answer = co_await moved.get(hello);
  EXPECT_TRUE(answer.reused_connection);
  moved = client();
  client_response fresh = co_await moved.get(hello);
  EXPECT_FALSE(fresh.reused_connection);
}

TEST_F(http_client_life, takes_its_connections_along_when_it_is_moved) {
  run(check_moved, url("/hello"));
}

coro<> check_killed(test::scripted_server& server, std::vector<std::string> paths) {
  client web;
  std::vector<task<client_response>> all;
  for (const std::string& path : paths) all.push_back(create_task(web.get(server.url(path))));
  co_await until_active(web, paths.size());
  co_await sleep(50ms);
  server.kill();
  for (task<client_response>& one : all) {
    bool failed = false;
    try {
      co_await std::move(one);
    } catch (const connection_closed_error&) {
      failed = true;
    }
    EXPECT_TRUE(failed);
  }
  bool refused = false;
  try {
    co_await web.get(server.url("/hello"));
  } catch (const could_not_connect_error&) {
    refused = true;
  }
  EXPECT_TRUE(refused);
}

TEST_F(http_client_life, reports_a_server_that_dies) {
  test::scripted_server server;
  run([&]() -> coro<> { return check_killed(server, {"/never", "/held/x", "/never"}); });
}

}  // namespace
}  // namespace weft::http
