// mime_types: which media type a file name's extension stands for.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace weft::http {

/// A table of extensions. Made once and kept: load() reads a file.
class mime_types {
 public:
  /// The common types of the web, the same on each machine.
  static mime_types built_in();
  /// Those, and what a file in the form of /etc/mime.types adds ("type ext ext ..."); a file that
  /// can't be read adds nothing. Blocks.
  static mime_types load(const std::string& path = "/etc/mime.types");

  /// Adds what stands in lines "type ext ext ..."; '#' begins a comment.
  void add_lines(std::string_view lines);
  /// The extension without its dot; replaces an earlier one.
  void set(std::string_view extension, std::string_view type);

  /// By the last extension of the name, without regard to case: "text/html" for "a.b.HTML".
  /// "application/octet-stream" for one that isn't known, as a browser then saves it.
  std::string_view type_of(std::string_view file_name) const;

 private:
  std::map<std::string, std::string, std::less<>> types_;
};

}  // namespace weft::http
