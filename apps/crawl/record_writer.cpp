#include <apps/crawl/record_writer.hpp>

#include <nlohmann/json.hpp>

#include <cerrno>
#include <cmath>
#include <system_error>

namespace weft::crawl {

std::string to_json_line(const page_record& record) {
  // Ordered, so that a line reads in the order in which its fields are documented.
  nlohmann::ordered_json json;
  json["url"] = record.url;
  json["status"] = record.status;
  json["type"] = record.type;
  json["bytes"] = record.bytes;
  json["milliseconds"] = std::round(record.milliseconds * 1000) / 1000;
  json["depth"] = record.depth;
  json["links"] = record.links;
  json["title"] = record.title;
  json["redirects"] = record.redirects;
  json["missing_anchors"] = record.missing_anchors;
  json["error"] = record.error;
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

record_writer::record_writer(const std::string& path) : path_(path) {
  if (path.empty()) return;
  file_.reset(path == "-" ? stdout : std::fopen(path.c_str(), "we"));
  if (!file_) fail(errno);
}

void record_writer::write(const page_record& record) {
  ++count_;
  if (!file_) return;
  const std::string line = to_json_line(record) + "\n";
  if (std::fwrite(line.data(), 1, line.size(), file_.get()) != line.size()) fail(errno);
}

void record_writer::flush() {
  if (file_ && std::fflush(file_.get()) != 0) fail(errno);
}

void record_writer::fail(int error) const {
  throw std::system_error(error, std::generic_category(), path_);
}

void record_writer::closer::operator()(std::FILE* file) const {
  if (file != stdout) std::fclose(file);
}

}  // namespace weft::crawl
