// The task-local context as tasks and callbacks carry it: a counted pointer to an immutable list of
// bindings, null for the empty context, so that what uses no context variable pays nothing; or to a
// cell, which stands for now this list, now that one, and is shared by all that were given the same
// `context`. weft/core/context.hpp is the public face.
#pragma once

#include <utility>

namespace weft::detail {

struct context_data;
void retain(context_data* data) noexcept;
void release(context_data* data) noexcept;

/// The counts are atomic: a context travels to a pool's threads.
class context_ref {
 public:
  context_ref() noexcept = default;
  /// Takes over one count.
  explicit context_ref(context_data* adopted) noexcept : data_(adopted) {}
  context_ref(const context_ref& other) noexcept : data_(other.data_) {
    if (data_) [[unlikely]]
      retain(data_);
  }
  context_ref(context_ref&& other) noexcept : data_(std::exchange(other.data_, nullptr)) {}
  context_ref& operator=(context_ref other) noexcept {
    std::swap(data_, other.data_);
    return *this;
  }
  ~context_ref() {
    if (data_) [[unlikely]]
      release(data_);
  }
  context_data* get() const noexcept { return data_; }
  explicit operator bool() const noexcept { return data_ != nullptr; }

 private:
  context_data* data_ = nullptr;
};

/// The cell of the innermost context::run of this thread, or null.
inline constinit thread_local context_ref* entered_context = nullptr;

/// The context outside tasks: of callbacks while they run, and of a thread without a loop.
context_ref& ambient_context() noexcept;

/// A snapshot of the context of what runs now, to be kept for later.
context_ref capture_context() noexcept;

/// Runs with another ambient context, in scope.
class ambient_context_scope {
 public:
  explicit ambient_context_scope(context_ref& with) noexcept : mine_(with) {
    std::swap(ambient_context(), mine_);
  }
  ambient_context_scope(const ambient_context_scope&) = delete;
  ambient_context_scope& operator=(const ambient_context_scope&) = delete;
  ~ambient_context_scope() { std::swap(ambient_context(), mine_); }

 private:
  context_ref& mine_;
};

/// What runs inside begins outside of every context::run: a loop, the first step of an eager task.
class outside_context_scope {
 public:
  outside_context_scope() noexcept;
  outside_context_scope(const outside_context_scope&) = delete;
  outside_context_scope& operator=(const outside_context_scope&) = delete;
  ~outside_context_scope();

 private:
  context_ref* left_;
};

}  // namespace weft::detail
