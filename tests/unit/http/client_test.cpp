// What a client does without a server; with one: tests/integration/http_client_test.cpp.
#include <gtest/gtest.h>

#include <string>
#include <type_traits>

#include <weft/core/errors.hpp>
#include <weft/http/client.hpp>
#include <weft/run/new_event_loop.hpp>

namespace weft::http {
namespace {

loop_options without_io() {
  loop_options options;
  options.backend = backend_choice::none;
  return options;
}

TEST(client, can_be_made_and_destroyed_without_a_loop) {
  client one;
  client other = std::move(one);
  EXPECT_EQ(other.active(), 0u);
  EXPECT_EQ(other.waiting(), 0u);
  other.close();
  other = client();
}

TEST(client, refuses_a_bad_url_before_it_asks_anybody) {
  auto loop = new_event_loop(without_io());
  client web;
  EXPECT_THROW(loop->run_until_complete(web.get("nowhere")), bad_url_error);
  EXPECT_THROW(loop->run_until_complete(web.get("ftp://host/")), unsupported_scheme_error);
  EXPECT_EQ(web.active(), 0u);
}

TEST(client, refuses_a_request_that_cannot_be_sent) {
  auto loop = new_event_loop(without_io());
  client web;
  EXPECT_THROW(loop->run_until_complete(web.request(client_request("http://host/", "A B"))),
               value_error);
  client_request request("http://host/");
  request.headers.add_unchecked("Bad Name", "x");
  EXPECT_THROW(loop->run_until_complete(web.request(request)), value_error);
  EXPECT_EQ(web.active(), 0u);
}

TEST(client, makes_requests_of_urls) {
  EXPECT_TRUE((std::is_convertible_v<const char*, client_request>));
  EXPECT_TRUE((std::is_convertible_v<std::string, client_request>));
  EXPECT_EQ(client_request("http://a/").method, "GET");
}

TEST(client, names_versions) {
  EXPECT_STREQ(to_string(http_version::http_1_0), "HTTP/1.0");
  EXPECT_STREQ(to_string(http_version::http_1_1), "HTTP/1.1");
  EXPECT_STREQ(to_string(http_version::http_2), "HTTP/2");
  EXPECT_STREQ(to_string(http_version::unknown), "HTTP/?");
}

TEST(client, tells_success_from_the_rest) {
  client_response answer;
  EXPECT_FALSE(answer.ok());
  answer.status = 204;
  EXPECT_TRUE(answer.ok());
  answer.status = 404;
  EXPECT_FALSE(answer.ok());
}

}  // namespace
}  // namespace weft::http
