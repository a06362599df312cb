// Writes records as JSON, one a line.

#pragma once

#include <apps/crawl/page.hpp>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

namespace weft::crawl {

/// A record as one line of JSON, without the newline. Bytes that are no UTF-8 become U+FFFD; never
/// throws for any text.
std::string to_json_line(const page_record& record);

/// Appends records to a file. Lines are whole whenever the writer is flushed or destroyed.
class record_writer {
 public:
  /// Writes to a new file at `path`, "-" for standard output; an empty path writes nowhere and only
  /// counts. Throws std::system_error where the file can't be made.
  explicit record_writer(const std::string& path);

  /// Throws std::system_error where the disk is full or gone.
  void write(const page_record& record);
  /// Hands what was written to the system; throws as write does.
  void flush();
  /// How many records were written.
  std::uint64_t count() const { return count_; }

 private:
  struct closer {
    void operator()(std::FILE* file) const;
  };
  [[noreturn]] void fail(int error) const;

  std::string path_;
  std::unique_ptr<std::FILE, closer> file_;
  std::uint64_t count_ = 0;
};

}  // namespace weft::crawl
