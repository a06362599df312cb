// served_path: what a request's path means in a tree of files.
//
// The path is decoded once and taken apart here, so that below it there are only plain names: no
// "..", no empty name, no slash or NUL that was hidden by an encoding.
#pragma once

#include <string>
#include <string_view>

namespace weft::http::detail {

struct served_path {
  int refusal = 0;         // a status, or 0
  std::string relative;    // "a/b", to be opened beneath the root; empty for the root itself
  bool directory = false;  // it ended in a slash
  bool hidden = false;     // a name begins with a dot
};

/// Takes a request's path, which begins with a slash, still percent-encoded.
served_path resolve_served_path(std::string_view path);

}  // namespace weft::http::detail
