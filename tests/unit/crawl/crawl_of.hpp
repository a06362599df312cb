// One crawl of a scripted site, whole, and what it wrote.

#pragma once

#include <gtest/gtest.h>
#include <apps/crawl/crawler.hpp>
#include <tests/unit/crawl/fake_fetcher.hpp>
#include <weft/sim/virtual_time.hpp>

#include <unistd.h>

#include <nlohmann/json.hpp>

#include <cstdio>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace weft::crawl {

inline constexpr const char* start = "http://h/";

class crawl_of {
 public:
  explicit crawl_of(fake_fetcher& network, crawl_limits limits = {},
                    scope_kind kind = scope_kind::host,
                    const std::vector<std::string>& starts = {start})
      : scope_(kind),
        file_(testing::TempDir() + std::to_string(getpid()) + ".crawler_test.jsonl"),
        records_(file_) {
    for (const std::string& s : starts) scope_.add_start(resolve_url(s, nullptr).target);
    crawler_ = std::make_unique<crawler>(network, records_, scope_, limits);
    for (const std::string& s : starts) crawler_->add_start(resolve_url(s, nullptr).target);
    run_virtual(crawler_->run());
    result = crawler_->make_report(std::chrono::seconds(1));
    std::ifstream lines(file_);
    for (std::string line; std::getline(lines, line);) {
      const nlohmann::json record = nlohmann::json::parse(line);
      const std::string address = record["url"];
      EXPECT_TRUE(records.emplace(address, record).second) << "two records for " << address;
    }
    std::remove(file_.c_str());
  }

  std::vector<std::string> urls() const {
    std::vector<std::string> all;
    for (const auto& [address, record] : records) all.push_back(address);
    return all;
  }
  int depth(const std::string& address) const { return records.at(address)["depth"]; }

  report result;
  std::map<std::string, nlohmann::json> records;

 private:
  scope scope_;
  std::string file_;
  record_writer records_;
  std::unique_ptr<crawler> crawler_;
};

}  // namespace weft::crawl
