// Rows are kept in a table by the exception object's address. They go when the object is destroyed:
// the first row puts our function in the place of the object's destructor, in the header that the
// Itanium C++ ABI keeps before each exception object, and that function calls the real one. So a
// later exception at the same address begins anew, and nothing keeps an exception alive.

#include <weft/core/await_chain.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string_view>
#include <typeinfo>
#include <unordered_map>
#include <utility>

#include <cxxabi.h>

#include <weft/core/detail/cancel_log.hpp>
#include <weft/core/detail/exception_rows.hpp>
#include <weft/core/errors.hpp>

namespace weft {
namespace detail {
namespace {

constexpr std::size_t most_rows = 64;

/// The part of __cxa_exception that is needed: the same in libstdc++ and libc++abi on 64 bits.
/// https://itanium-cxx-abi.github.io/cxx-abi/abi-eh.html 2.2.1
struct exception_header {
  const std::type_info* type;
  void (*destructor)(void*);
  void* between[8];
  void* unwind[4];
};
static_assert(sizeof(exception_header) == 112);

/// An exception_ptr points to the exception object itself.
void* object_of(const std::exception_ptr& error) noexcept {
  return *reinterpret_cast<void* const*>(&error);
}
exception_header& header_of(void* object) noexcept {
  return static_cast<exception_header*>(object)[-1];
}

struct rows {
  void (*destructor)(void*);
  std::vector<std::source_location> lines;
};

/// Never destroyed: exceptions may outlive every static object.
struct table {
  std::mutex mutex;
  std::unordered_map<void*, rows> by_object;
};
table& all() {
  static auto* const made = new table;
  return *made;
}

void destroy_with_rows(void* object) {
  void (*destructor)(void*) = nullptr;
  {
    table& t = all();
    const std::lock_guard lock(t.mutex);
    auto found = t.by_object.find(object);
    if (found != t.by_object.end()) {
      destructor = found->second.destructor;
      t.by_object.erase(found);
    }
  }
  if (destructor) destructor(object);
}

/// Under the lock: the rows of this exception, made if it has none yet.
std::vector<std::source_location>& rows_of(table& t, void* object) {
  auto [place, is_new] = t.by_object.try_emplace(object);
  if (is_new) {
    place->second.destructor = header_of(object).destructor;
    header_of(object).destructor = &destroy_with_rows;
  }
  return place->second.lines;
}

constinit thread_local std::array<std::source_location, most_rows> cancel_rows{};

std::vector<stack_frame> frames_of(const std::source_location* first, std::size_t count) {
  std::vector<stack_frame> frames;
  for (std::size_t i = 0; i < count; ++i) {
    if (!is_inside_weft(first[i])) frames.push_back({first[i]});
  }
  return frames;
}

void format(const std::exception_ptr& error, const std::string& indent, std::string& text) {
  for (const stack_frame& frame : await_chain(error)) {
    text += indent + frame.where.file_name() + ":" + std::to_string(frame.where.line()) + " " +
            frame.where.function_name() + "\n";
  }
  try {
    std::rethrow_exception(error);
  } catch (const exception_group& group) {
    for (const std::exception_ptr& part : group.exceptions()) {
      text += indent + describe(part) + "\n";
      format(part, indent + "    ", text);
    }
  } catch (...) {  // looks only
  }
}

}  // namespace

bool is_inside_weft(const std::source_location& where) noexcept {
  // "coro<T> weft::detail::f(...) [with ...]": the name stands before the parameters.
  const std::string_view function = where.function_name();
  return function.substr(0, function.find('(')).find("weft::detail::") != std::string_view::npos;
}

std::uint16_t add_exception_row(const std::exception_ptr& error,
                                const std::source_location& where) noexcept {
  void* object = object_of(error);
  if (!object) return 0;
  try {
    table& t = all();
    const std::lock_guard lock(t.mutex);
    std::vector<std::source_location>& lines = rows_of(t, object);
    if (lines.size() < most_rows) lines.push_back(where);
    return static_cast<std::uint16_t>(lines.size());
  } catch (...) {  // no memory: the exception goes on without
    return 0;
  }
}

void cut_exception_rows(const std::exception_ptr& error, std::uint16_t length) noexcept {
  table& t = all();
  const std::lock_guard lock(t.mutex);
  auto found = t.by_object.find(object_of(error));
  if (found == t.by_object.end()) return;
  std::vector<std::source_location>& lines = found->second.lines;
  if (lines.size() > length) lines.erase(lines.begin() + length, lines.end());
}

std::uint16_t count_exception_rows(const std::exception_ptr& error) noexcept {
  table& t = all();
  const std::lock_guard lock(t.mutex);
  auto found = t.by_object.find(object_of(error));
  return found == t.by_object.end() ? std::uint16_t{0}
                                    : static_cast<std::uint16_t>(found->second.lines.size());
}

void add_cancel_row(const std::source_location& where) noexcept {
  if (cancel_row_count < most_rows) cancel_rows[cancel_row_count++] = where;
}

void take_over_cancel_rows(const std::exception_ptr& error) noexcept {
  for (std::uint32_t i = 0; i < cancel_row_count; ++i) add_exception_row(error, cancel_rows[i]);
}

void cancel_log::note(const task_base& cancelled, const task_base* by) noexcept {
  entry& e = entries_[next_++ % size];
  const cancel_site* site = cancel_site::current;
  e.task = &cancelled;
  e.what = site ? site->what() : nullptr;
  e.where = site ? site->where() : std::source_location();
  e.by_number = 0;
  e.by_name.clear();
  if (!by) return;
  const task_base::extra* more = by->more_if_any();
  e.by_number = more ? more->number : by->tag_ >> 1;
  if (more && !more->name.empty()) {
    try {
      e.by_name = more->name;
    } catch (...) {  // no memory: its number must do
    }
  }
}

const cancel_log::entry* cancel_log::last(const task_base& cancelled) const noexcept {
  for (std::uint32_t i = 1; i <= size; ++i) {
    const entry& e = entries_[(next_ - i) % size];
    if (e.task == &cancelled) return &e;
  }
  return nullptr;
}

}  // namespace detail

std::vector<stack_frame> await_chain(const std::exception_ptr& error) {
  if (!error) return {};
  if (detail::holds<cancelled_error>(error)) {
    return detail::frames_of(detail::cancel_rows.data(), detail::cancel_row_count);
  }
  detail::table& t = detail::all();
  const std::lock_guard lock(t.mutex);
  auto found = t.by_object.find(detail::object_of(error));
  if (found == t.by_object.end()) return {};
  return detail::frames_of(found->second.lines.data(), found->second.lines.size());
}

std::string format_await_chain(const std::exception_ptr& error) {
  std::string text;
  if (error) detail::format(error, "    ", text);
  return text;
}

namespace detail {
namespace {

std::terminate_handler handler_before = nullptr;

[[noreturn]] void print_chain_and_terminate() {
  if (const std::exception_ptr error = std::current_exception()) {
    const std::string chain = format_await_chain(error);
    if (!chain.empty()) {
      std::fprintf(stderr, "weft: the uncaught exception went through\n%s", chain.c_str());
    }
  }
  handler_before();
  std::abort();
}

}  // namespace

void print_chain_of_what_is_uncaught() noexcept {
  static const bool once = [] {
    handler_before = std::set_terminate(&print_chain_and_terminate);
    return true;
  }();
  static_cast<void>(once);
}

}  // namespace detail

std::optional<cancel_origin> cancelled_by(const any_task& task) {
  const auto* base = static_cast<const detail::task_base*>(task.state());
  if (!base || base->cancels_ == 0 || !base->scheduler_->cancels) return std::nullopt;
  const detail::cancel_log::entry* e = base->scheduler_->cancels->last(*base);
  if (!e) return std::nullopt;
  cancel_origin origin;
  origin.where = e->where;
  if (e->what) {
    origin.by = e->what;
  } else if (!e->by_name.empty()) {
    origin.by = "task '" + e->by_name + "'";
  } else {
    origin.by = e->by_number ? "task 'Task-" + std::to_string(e->by_number) + "'" : "a callback";
  }
  return origin;
}

}  // namespace weft
