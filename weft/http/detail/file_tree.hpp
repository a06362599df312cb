// file_tree: opens files beneath a directory, and nothing that lies elsewhere. All of it blocks, so
// it is called on a thread.
//
// The kernel resolves the whole path at once and refuses to step out (openat2, RESOLVE_BENEATH), so
// no link can be changed between a check and its use. Where it can't, no link is followed at all.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <weft/http/date.hpp>

namespace weft::http::detail {

/// An open file or directory.
class open_file {
 public:
  enum class kind : std::uint8_t { regular, directory, other };

  /// Takes over the descriptor. Throws std::system_error.
  explicit open_file(int fd);
  open_file(const open_file&) = delete;
  open_file& operator=(const open_file&) = delete;
  ~open_file();

  kind type() const noexcept { return type_; }
  std::uint64_t size() const noexcept { return size_; }
  date modified() const noexcept { return modified_; }
  /// A strong entity tag, with its quotes: size and time of change to the nanosecond.
  const std::string& tag() const noexcept { return tag_; }
  /// Up to `size` bytes at `offset`: fewer only at the file's end. Throws std::system_error.
  std::string read(std::uint64_t offset, std::uint64_t size) const;

 private:
  int fd_;
  kind type_;
  std::uint64_t size_;
  date modified_;
  std::string tag_;
};

class file_tree {
 public:
  /// How a path is resolved: by the kernel in one step, or name by name without links.
  enum class way : std::uint8_t { beneath, without_links };

  /// Throws std::system_error unless the root is a directory.
  explicit file_tree(const std::string& root);
  file_tree(const file_tree&) = delete;
  file_tree& operator=(const file_tree&) = delete;
  ~file_tree();

  /// Opens for reading what lies at "a/b" beneath the root. Null with `error` set to an errno where
  /// there is nothing for us: ENOENT for all that isn't there or lies elsewhere, EACCES. Never
  /// waits for a pipe's other end. Throws std::system_error for what is no property of the path.
  std::unique_ptr<open_file> open(const std::string& relative, int& error) const;

  way how() const noexcept { return way_; }
  void set_way(way w) noexcept { way_ = w; }

 private:
  int open_beneath(const std::string& relative) const noexcept;
  int open_without_links(const std::string& relative) const noexcept;

  int root_;
  way way_;
};

}  // namespace weft::http::detail
