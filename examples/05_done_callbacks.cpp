// A callback for each task: the loop calls it, with the task, in the turn after the task ended.
#include <cstdio>
#include <string>
#include <vector>

#include <weft/weft.hpp>

#include "lesson.hpp"

using namespace weft;

coro<std::string> crawl_page(std::string url, std::chrono::duration<double> second) {
  std::printf("crawling %s\n", url.c_str());
  const int sleep_time = std::stoi(url.substr(url.find('_') + 1));
  co_await sleep(sleep_time * second);
  co_return "OK " + url;
}

coro<void> main_coro(std::vector<std::string> urls, std::chrono::duration<double> second) {
  std::vector<task<std::string>> tasks;
  for (const std::string& url : urls) tasks.push_back(create_task(crawl_page(url, second)));
  for (task<std::string>& t : tasks) {
    t.add_done_callback(
        [](const task<std::string>& done) { std::printf("result:  %s\n", done.result().c_str()); });
  }
  co_await gather(tasks);
}

int main(int argc, char** argv) {
  const std::vector<std::string> urls{"url_1", "url_2", "url_3", "url_4"};
  run(main_coro(urls, lesson::second(argc, argv)));
}
