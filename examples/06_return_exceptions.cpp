// One of three pages fails. gather throws its error at once, and the others go on; with
// return_exceptions nothing is thrown, and the error is one of the results.
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include <weft/weft.hpp>

#include "lesson.hpp"

using namespace weft;

coro<std::string> crawl_page(std::string url, std::chrono::duration<double> second) {
  const int sleep_time = std::stoi(url.substr(url.find('_') + 1));
  co_await sleep(sleep_time * second);
  if (sleep_time == 2) throw std::runtime_error(url + " is broken");
  co_return "OK " + url;
}

std::vector<coro<std::string>> three_pages(std::chrono::duration<double> second) {
  std::vector<coro<std::string>> pages;
  for (const char* url : {"url_1", "url_2", "url_3"}) pages.push_back(crawl_page(url, second));
  return pages;
}

coro<void> main_coro(std::chrono::duration<double> second) {
  const time_point start = get_running_loop().time();
  try {
    co_await gather(three_pages(second));
  } catch (const std::runtime_error& error) {
    std::printf("error after %ld s: %s\n", lesson::since(start, second), error.what());
  }

  const time_point again = get_running_loop().time();
  auto outcomes = co_await gather(return_exceptions, three_pages(second));
  std::printf("all three after %ld s:\n", lesson::since(again, second));
  for (const outcome<std::string>& one : outcomes) {
    if (one) {
      std::printf("  result: %s\n", one.value().c_str());
    } else {
      std::printf("  error:  %s\n", describe(one.exception()).c_str());
    }
  }
}

int main(int argc, char** argv) { run(main_coro(lesson::second(argc, argv))); }
