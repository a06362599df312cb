// weft-differential: reads programs, one a line as JSON, and prints the trace of each as a line, a
// JSON list, at once. Exit status: 0, or 2 for a line that is no program.
#include <cstdio>
#include <exception>
#include <iostream>
#include <string>

#include <weft/run/new_event_loop.hpp>

#include "program.hpp"

namespace {

std::vector<std::string> run(const nlohmann::json& source) {
  weft::loop_options options;
  options.backend = weft::backend_choice::none;
  const auto loop = weft::new_event_loop(options);
  loop->use_virtual_time(weft::time_point{});
  differential::program program(source, *loop);
  std::vector<std::string> trace = program.run();
  loop->set_exception_handler([](const weft::exception_context&) {});
  loop->close();  // what is left stands on the program
  return trace;
}

}  // namespace

int main() {
  try {
    for (std::string line; std::getline(std::cin, line);) {
      std::cout << nlohmann::json(run(nlohmann::json::parse(line))) << std::endl;
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "weft-differential: %s\n", error.what());
    return 2;
  }
}
