// cancel_log: a loop's last requests to cancel a task, for who asks where a cancel came from. A
// ring, so that a request costs a few stores and nothing in the task.
#pragma once

#include <cstdint>
#include <source_location>
#include <string>

namespace weft::detail {

struct task_base;

/// What asks to cancel, in scope: the line of the user's call, or a word for the library.
class cancel_site {
 public:
  explicit cancel_site(const char* what, std::source_location where = {}) noexcept
      : what_(what), where_(where), outer_(current) {
    current = this;
  }
  cancel_site(const cancel_site&) = delete;
  cancel_site& operator=(const cancel_site&) = delete;
  ~cancel_site() { current = outer_; }

  const char* what() const noexcept { return what_; }
  const std::source_location& where() const noexcept { return where_; }
  inline static constinit thread_local const cancel_site* current = nullptr;

 private:
  const char* what_;  // null: user code, in the current task or a callback
  std::source_location where_;
  const cancel_site* outer_;
};

class cancel_log {
 public:
  struct entry {
    const task_base* task = nullptr;
    std::uint64_t by_number = 0;  // of the task that asked, or 0
    std::string by_name;          // if it had one
    const char* what = nullptr;
    std::source_location where;
  };
  void note(const task_base& cancelled, const task_base* by) noexcept;
  const entry* last(const task_base& cancelled) const noexcept;

 private:
  static constexpr std::uint32_t size = 256;
  entry entries_[size];
  std::uint32_t next_ = 0;
};

}  // namespace weft::detail
