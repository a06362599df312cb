// The same crawl by gather, which makes the tasks and awaits them in one. 4 seconds in all.
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
  std::vector<coro<void>> pages;
  for (const std::string& url : urls) pages.push_back(crawl_page(url, second));
  co_await gather(std::move(pages));
  std::printf("%ld s in all\n", lesson::since(start, second));
}

int main(int argc, char** argv) {
  const std::vector<std::string> urls{"url_1", "url_2", "url_3", "url_4"};
  run(main_coro(urls, lesson::second(argc, argv)));
}
