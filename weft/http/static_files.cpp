#include <weft/http/static_files.hpp>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <random>
#include <string_view>
#include <utility>
#include <vector>

#include <weft/core/event_loop.hpp>
#include <weft/core/executor.hpp>
#include <weft/http/detail/conditions.hpp>
#include <weft/http/detail/file_tree.hpp>
#include <weft/http/detail/served_path.hpp>

namespace weft::http {

struct static_files::parts {
  detail::file_tree tree;
  static_files_options options;
};

namespace {

using detail::byte_range;
using detail::open_file;

/// Smaller files are read by the job that opens them.
constexpr std::uint64_t small_file = 64 * 1024;
constexpr std::uint64_t piece_size = 128 * 1024;

/// What was found for a path.
struct found_file {
  std::shared_ptr<const open_file> file;  // null: the status says why
  int status = 404;
  std::string name;  // of the file, for its type
  std::optional<std::string> content;
};

/// On a thread.
found_file find(const detail::file_tree& tree, std::string path, bool directory,
                std::string index) {
  found_file found;
  int error = 0;
  std::shared_ptr<const open_file> file = tree.open(path, error);
  if (file && file->type() == open_file::kind::directory) {
    if (!directory) {
      found.status = 301;
      return found;
    }
    if (index.empty()) return found;
    path = path.empty() ? index : path + '/' + index;
    file = tree.open(path, error);
  } else if (directory) {
    return found;
  }
  if (!file) {
    found.status = error == EACCES ? 403 : 404;
    return found;
  }
  if (file->type() != open_file::kind::regular) return found;
  if (file->size() <= small_file) found.content = file->read(0, file->size());
  found.status = 200;
  found.name = std::move(path);
  found.file = std::move(file);
  return found;
}

/// On a thread. The file is held, so that it is open though its request may be gone.
std::string read_piece(const std::shared_ptr<const open_file>& file, std::uint64_t offset,
                       std::uint64_t size) {
  return file->read(offset, size);
}

/// What is sent: a text of ours, then a part of the file.
struct body_part {
  std::string text;
  byte_range range;
};

std::string content_range(const byte_range& range, std::uint64_t size) {
  return "bytes " + std::to_string(range.first) + '-' +
         std::to_string(range.first + range.size - 1) + '/' + std::to_string(size);
}

/// A line that no file holds by chance, nor by somebody's will.
std::string boundary() {
  static const std::uint64_t seed = std::random_device{}() * 0x1'0000'0001ULL;
  static std::atomic<std::uint64_t> count{0};
  std::uint64_t mixed = seed + ++count * 0x9e3779b97f4a7c15ULL;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ULL;
  return "part-" + std::to_string(mixed ^ (mixed >> 31));
}

/// Parts the file for several ranges, as multipart/byteranges.
std::vector<body_part> multipart(const std::vector<byte_range>& ranges, std::uint64_t size,
                                 const std::string& type, std::string_view mark) {
  std::vector<body_part> all;
  for (const byte_range& range : ranges) {
    std::string text = all.empty() ? "--" : "\r\n--";
    text.append(mark).append("\r\nContent-Type: ").append(type);
    text.append("\r\nContent-Range: ").append(content_range(range, size)).append("\r\n\r\n");
    all.push_back(body_part{std::move(text), range});
  }
  all.push_back(body_part{"\r\n--" + std::string(mark) + "--\r\n", byte_range{0, 0}});
  return all;
}

/// The same place with a slash, as the client wrote it. Only one at the front: "//host/" would be
/// another site.
std::string with_slash(const request& r) {
  std::string_view path = r.path();
  path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
  std::string place = '/' + std::string(path) + '/';
  if (r.target.find('?') != std::string::npos) place.append("?").append(r.query());
  return place;
}

/// What there is to say where no file is served.
response without_file(const request& r, int status) {
  return status == 301 ? redirect_to(with_slash(r), 301) : plain_response(status);
}

coro<void> send_parts(const found_file& found, std::vector<body_part> all, response_writer& w) {
  for (body_part& part : all) {
    if (!part.text.empty()) co_await w.write(std::move(part.text));
    byte_range left = part.range;
    while (left.size > 0) {
      std::string piece;
      if (found.content) {
        const std::string_view content = *found.content;
        piece = content.substr(std::min<std::size_t>(left.first, content.size()), left.size);
      } else {
        piece = co_await run_in_executor(get_running_loop().executor_for(executor_purpose::files),
                                         &read_piece, found.file, left.first,
                                         std::min(left.size, piece_size));
      }
      if (piece.empty()) co_return;  // it shrank: the server breaks off what is too short
      left.first += piece.size();
      left.size -= piece.size();
      co_await w.write(std::move(piece));
    }
  }
}

}  // namespace

static_files::static_files(const std::string& root, static_files_options options)
    : parts_(new parts{detail::file_tree(root), std::move(options)}) {}

coro<void> static_files::operator()(const request& r, response_writer& w) const {
  return serve(parts_, r, w);
}

coro<void> static_files::serve(std::shared_ptr<const parts> p, const request& r,
                               response_writer& w) {
  const static_files_options& options = p->options;
  if (r.method != "GET" && r.method != "HEAD") {
    response refused = plain_response(405);
    refused.headers.add("Allow", "GET, HEAD");
    co_await w.send(std::move(refused));
    co_return;
  }
  const detail::served_path path = detail::resolve_served_path(r.path());
  if (path.refusal != 0 || (path.hidden && !options.hidden_files)) {
    co_await w.send(plain_response(path.refusal != 0 ? path.refusal : 404));
    co_return;
  }
  const auto look = [](const std::shared_ptr<const parts>& kept, const std::string& relative,
                       bool directory) {
    return find(kept->tree, relative, directory, kept->options.index);
  };
  executor& files = get_running_loop().executor_for(executor_purpose::files);
  const found_file found = co_await run_in_executor(files, look, p, path.relative, path.directory);
  if (!found.file) {
    co_await w.send(without_file(r, found.status));
    co_return;
  }

  const std::uint64_t size = found.content ? found.content->size() : found.file->size();
  const date now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const detail::validators file{found.file->tag(), std::min(found.file->modified(), now)};
  std::string type(options.types.type_of(found.name));
  if (!options.charset.empty() && type.compare(0, 5, "text/") == 0) {
    type += "; charset=" + options.charset;
  }
  w.headers().add("Last-Modified", format_date(file.modified)).add("ETag", file.tag);
  w.headers().add("Accept-Ranges", "bytes");
  if (!options.cache_control.empty()) w.headers().add("Cache-Control", options.cache_control);
  w.set_status(detail::evaluate_conditions(r.headers, file, true));
  if (w.status() == 412) co_await w.send(plain_response(412));
  if (w.status() != 200) co_return;

  std::vector<body_part> body;
  const auto ranges = r.is_head() ? std::nullopt : detail::wanted_ranges(r.headers, file, size);
  if (ranges && ranges->empty()) {
    response refused = plain_response(416);
    refused.headers.add("Content-Range", "bytes */" + std::to_string(size));
    co_await w.send(std::move(refused));
    co_return;
  }
  if (ranges && ranges->size() > 1) {
    const std::string mark = boundary();
    body = multipart(*ranges, size, type, mark);
    type = "multipart/byteranges; boundary=" + mark;
  } else {
    body.push_back(body_part{{}, ranges ? ranges->front() : byte_range{0, size}});
    if (ranges) w.headers().add("Content-Range", content_range(ranges->front(), size));
  }
  std::uint64_t length = 0;
  for (const body_part& part : body) length += part.text.size() + part.range.size;
  if (ranges) w.set_status(206);
  w.headers().add("Content-Type", type).add("Content-Length", std::to_string(length));
  if (!w.sends_body()) co_return;
  co_await send_parts(found, std::move(body), w);
}

}  // namespace weft::http
