// weft-conformance: runs the ported scenarios and compares them with what CPython printed.
//
//   --list            the names of the ported ones
//   --run NAME        the trace of one, as weft gives it
//   --check NAME      compares one
//   --all             compares all; tells how many passed, failed, and aren't ported
//   --whole AREA...   fails when a scenario of these areas isn't ported
//   --traces FILE     the recordings (default: tests/conformance/scenarios.jsonl)
//
// Exit status: 0, 1 for a difference, 2 for bad usage.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "scenario.hpp"

namespace {

using lines = std::vector<std::string>;
using recordings = std::map<std::string, lines>;

recordings read_recordings(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  recordings all;
  for (std::string line; std::getline(file, line);) {
    const auto record = nlohmann::json::parse(line);
    all[record.at("name").get<std::string>()] = record.at("trace").get<lines>();
  }
  return all;
}

const conformance::scenario* find(const std::vector<conformance::scenario>& all,
                                  const std::string& name) {
  for (const auto& one : all) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

void print(const lines& some, const char* before) {
  for (const std::string& line : some) std::printf("%s%s\n", before, line.c_str());
}

void print_difference(const lines& wanted, const lines& got) {
  std::printf("     %-38s | %s\n", "CPython", "weft");
  for (std::size_t i = 0; i < std::max(wanted.size(), got.size()); ++i) {
    const std::string left = i < wanted.size() ? wanted[i] : "-";
    const std::string right = i < got.size() ? got[i] : "-";
    std::printf("   %c %-38s | %s\n", left == right ? ' ' : '!', left.c_str(), right.c_str());
  }
}

bool check(const conformance::scenario& one, const recordings& recorded) {
  const auto found = recorded.find(one.name);
  if (found == recorded.end()) {
    std::printf("FAILED %s: no scenario has this name\n", one.name);
    return false;
  }
  const conformance::scenario_result result = run(one);
  if (result.trace == found->second && result.faults.empty()) return true;
  std::printf("FAILED %s\n", one.name);
  print(result.faults, "   ! ");
  if (result.trace != found->second) print_difference(found->second, result.trace);
  return false;
}

int check_all(const std::vector<conformance::scenario>& all, const recordings& recorded) {
  std::size_t passed = 0;
  std::size_t not_ported = 0;
  for (const auto& one : all) passed += check(one, recorded);
  for (const auto& [name, trace] : recorded) not_ported += find(all, name) == nullptr;
  const std::size_t failed = all.size() - passed;
  std::printf("%zu passed, %zu failed\n%zu not ported\n", passed, failed, not_ported);
  return failed == 0 ? 0 : 1;
}

int check_whole(const std::vector<conformance::scenario>& all, const recordings& recorded,
                const lines& areas) {
  std::size_t missing = 0;
  for (const std::string& area : areas) {
    std::size_t known = 0;
    for (const auto& [name, trace] : recorded) {
      if (name.rfind(area + "/", 0) != 0) continue;
      ++known;
      if (find(all, name)) continue;
      ++missing;
      std::printf("not ported: %s\n", name.c_str());
    }
    if (known == 0) throw std::invalid_argument("no scenario is in the area " + area);
  }
  return missing == 0 ? 0 : 1;
}

const conformance::scenario& named(const std::vector<conformance::scenario>& all,
                                   const lines& words) {
  if (words.size() != 1) throw std::invalid_argument("give the name of one scenario");
  const conformance::scenario* one = find(all, words[0]);
  if (!one) throw std::invalid_argument("no ported scenario has this name: " + words[0]);
  return *one;
}

int command(const std::string& what, const lines& words, const std::string& traces) {
  const std::vector<conformance::scenario> all = conformance::scenarios();
  if (what == "--list") {
    for (const auto& one : all) std::printf("%s\n", one.name);
    return 0;
  }
  if (what == "--run") {
    const conformance::scenario_result result = run(named(all, words));
    print(result.trace, "");
    print(result.faults, "fault: ");
    return result.faults.empty() ? 0 : 1;
  }
  const recordings recorded = read_recordings(traces);
  if (what == "--check") return check(named(all, words), recorded) ? 0 : 1;
  if (what == "--all") return check_all(all, recorded);
  if (what == "--whole") return check_whole(all, recorded, words);
  throw std::invalid_argument(
      "usage: weft-conformance [--traces FILE] --list | --run NAME | "
      "--check NAME | --all | --whole AREA...");
}

}  // namespace

int main(int argc, char** argv) {
  std::string traces = CONFORMANCE_TRACES;
  std::string what;
  lines words;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--traces" && i + 1 < argc) {
      traces = argv[++i];
    } else if (what.empty()) {
      what = word;
    } else {
      words.push_back(word);
    }
  }
  try {
    return command(what, words, traces);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "weft-conformance: %s\n", error.what());
    return 2;
  }
}
