// Crawls four pages, each of which takes as many seconds as its number: a task for each, all of
// them started, then each awaited. 4 seconds in all, not 10.
#include <cstdio>
#include <string>
#include <vector>

#include <weft/weft.hpp>

#include "lesson.hpp"

using namespace weft;

coro<void> crawl_page(std::string url, std::chrono::duration<double> second) {
  std::printf("crawling %s\n", url.c_str());
  const int sleep_time = std::stoi(url.substr(url.find('_') + 1));
  co_await sleep(sleep_time * second);
  std::printf("OK %s\n", url.c_str());
}

coro<void> main_coro(std::vector<std::string> urls, std::chrono::duration<double> second) {
  const time_point start = get_running_loop().time();
  std::vector<task<void>> tasks;
  for (const std::string& url : urls) tasks.push_back(create_task(crawl_page(url, second)));
  for (task<void>& t : tasks) co_await t;
  std::printf("%ld s in all\n", lesson::since(start, second));
}

int main(int argc, char** argv) {
  const std::vector<std::string> urls{"url_1", "url_2", "url_3", "url_4"};
  run(main_coro(urls, lesson::second(argc, argv)));
}
