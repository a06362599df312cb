// A fetcher with a script instead of a network. An answer takes turns of the loop, not time, so a
// whole crawl is deterministic and needs no clock.

#pragma once

#include <apps/crawl/crawler.hpp>
#include <weft/flow/sleep.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace weft::crawl {

class fake_fetcher : public fetcher {
 public:
  struct script {
    fetch_result answer;
    int turns = 0;
  };

  /// Answers `address` with an HTML page.
  script& page(const std::string& address, const std::string& html) {
    script& s = answers_[address];
    s.answer.status = 200;
    s.answer.content_type = "text/html; charset=utf-8";
    s.answer.body = html;
    return s;
  }
  script& redirect(const std::string& address, const std::string& location, int status = 301) {
    script& s = answers_[address];
    s.answer.status = status;
    s.answer.location = location;
    return s;
  }
  script& failure(const std::string& address, fetch_failure failure,
                  const std::string& detail = {}) {
    script& s = answers_[address];
    s.answer.failure = failure;
    s.answer.detail = detail;
    return s;
  }
  script& status(const std::string& address, int status) {
    script& s = answers_[address];
    s.answer.status = status;
    s.answer.content_type = "text/html";
    s.answer.body = "<a href=/never-followed>";
    return s;
  }

  /// What is not in the script is a 404.
  coro<fetch_result> fetch(const fetch_request& request) override {
    const std::string address = request.address.text();
    const std::string host(request.address.authority());
    asked.push_back(address);
    most_at_once = std::max(most_at_once, ++at_once_);
    most_at_once_of_a_host = std::max(most_at_once_of_a_host, ++at_once_of_[host]);
    fetch_result answer;
    answer.status = 404;
    answer.content_type = "text/html";
    int turns = 1;
    if (const auto found = answers_.find(address); found != answers_.end()) {
      answer = found->second.answer;
      turns += found->second.turns;
    }
    for (; turns > 0; --turns) co_await sleep(duration::zero());
    --at_once_;
    --at_once_of_[host];
    if (after_each) after_each();
    co_return answer;
  }

  std::vector<std::string> asked;
  int most_at_once = 0;
  int most_at_once_of_a_host = 0;
  void (*after_each)() = nullptr;

 private:
  std::map<std::string, script> answers_;
  std::map<std::string, int> at_once_of_;
  int at_once_ = 0;
};

}  // namespace weft::crawl
