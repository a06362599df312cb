// task_options: how a task is made, beside what it runs.
//
//   create_task(task_options().name("fetch").eager_start(), fetch, url);
//   create_task(eager_start, fetch, url);
#pragma once

#include <string>
#include <utility>

#include <weft/core/detail/context_data.hpp>

namespace weft {

class context;
namespace detail {
struct task_base;
}

/// First argument of create_task: the task runs to its first suspension inside the call.
/// asyncio: create_task(eager_start=True).
struct eager_start_t {
  explicit eager_start_t() = default;
};
inline constexpr eager_start_t eager_start{};

/// The keyword arguments of asyncio's create_task. What isn't said the loop's task factory may say.
class task_options {
 public:
  task_options() noexcept = default;
  task_options(eager_start_t) noexcept : start_(start::eager) {}  // NOLINT: is one

  /// What get_name() gives, instead of "Task-7".
  task_options& name(std::string text) noexcept {
    name_ = std::move(text);
    return *this;
  }
  /// Runs the task in this context itself, not in a copy of its maker's. Needs
  /// <weft/core/context.hpp>.
  task_options& context(const weft::context& in);
  /// Whether the first step runs inside create_task, if its loop runs then; else it is queued. A
  /// context that runs already refuses it: create_task throws usage_error.
  task_options& eager_start(bool eager = true) noexcept {
    start_ = eager ? start::eager : start::queued;
    return *this;
  }

  // For the library.
  bool says_how_to_start() const noexcept { return start_ != start::not_said; }
  bool starts_eagerly() const noexcept { return start_ == start::eager; }
  /// Before a task is made that starts at once: throws usage_error if its context runs already.
  void check_context_is_free() const;
  /// Gives a new task its name and context.
  void apply(detail::task_base& made) &&;

 private:
  enum class start : unsigned char { not_said, queued, eager };
  std::string name_;
  detail::context_ref context_;
  start start_ = start::not_said;
};

/// A task factory for event_loop::set_task_factory: tasks start eagerly unless their options say
/// otherwise. asyncio: eager_task_factory.
struct eager_task_factory_t {
  void operator()(task_options& options) const noexcept {
    if (!options.says_how_to_start()) options.eager_start();
  }
};
inline constexpr eager_task_factory_t eager_task_factory{};

namespace detail {

/// A loop's own say in how its tasks are made.
struct task_factory {
  virtual ~task_factory() = default;
  virtual void prepare(task_options& options) = 0;
};

}  // namespace detail
}  // namespace weft
