// static_files: a handler that serves the files beneath a directory.
//
//   http::server srv = co_await http::start_server(http::static_files("/srv/www"), "", 8080);
//
// GET and HEAD, with Range, validators and their conditions. A directory is its index.html; without
// the slash it is a redirect to the name with one. Nothing outside the directory is ever served: a
// link is followed as long as it stays beneath it. Files are opened and read on the loop's executor
// for files, never in the loop.
#pragma once

#include <memory>
#include <string>

#include <weft/core/coro.hpp>
#include <weft/http/mime_types.hpp>
#include <weft/http/request.hpp>
#include <weft/http/response_writer.hpp>

namespace weft::http {

/// Options of static_files.
struct static_files_options {
  static_files_options() {}

  /// What a directory serves; empty: nothing. There are no listings.
  std::string index = "index.html";
  /// Serve names that begin with a dot too.
  bool hidden_files = false;
  /// Added to each text type as its charset. None by default: an HTML document says its own, which
  /// a header would overrule; the document's author knows better than the server's.
  std::string charset;
  /// Cache-Control of each file, if any.
  std::string cache_control;
  mime_types types = mime_types::load();
};

/// A handler for start_server. Copies share what they serve.
class static_files {
 public:
  /// Opens the directory, which blocks; later renames of it don't matter. Throws std::system_error.
  explicit static_files(const std::string& root, static_files_options options = {});

  /// Serves one request. Suspends while files are read and while the client takes its time. A file
  /// that shrinks meanwhile breaks the connection off. Throws what response_writer::write does.
  coro<void> operator()(const request& r, response_writer& w) const;

 private:
  struct parts;
  static coro<void> serve(std::shared_ptr<const parts> p, const request& r, response_writer& w);
  std::shared_ptr<const parts> parts_;
};

}  // namespace weft::http
