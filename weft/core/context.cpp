#include <weft/core/context.hpp>

#include <atomic>
#include <map>

#include <weft/core/detail/task_base.hpp>

namespace weft {
namespace detail {

struct context_data {
  std::atomic<std::uint32_t> references{1};
  std::map<std::uint64_t, std::shared_ptr<const void>> bindings;
};

void retain(context_data* data) noexcept {
  data->references.fetch_add(1, std::memory_order_relaxed);
}

void release(context_data* data) noexcept {
  if (data->references.fetch_sub(1, std::memory_order_acq_rel) == 1) delete data;
}

namespace {
constinit thread_local context_ref ambient;

/// Where the context of what runs now is kept, to be read.
const context_ref& current_context() noexcept {
  if (here && here->current) {
    static const context_ref none;
    const task_base::extra* e = here->current->more_if_any();
    return e ? e->context : none;
  }
  return ambient;
}
context_ref& current_context_to_write() {
  return here && here->current ? here->current->more().context : ambient;
}
}  // namespace

context_ref& ambient_context() noexcept { return ambient; }

context_ref capture_context() noexcept { return current_context(); }

std::uint64_t new_context_key() noexcept {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

std::shared_ptr<const void> context_get(std::uint64_t key) {
  const context_data* data = current_context().get();
  if (!data) return nullptr;
  auto found = data->bindings.find(key);
  return found == data->bindings.end() ? nullptr : found->second;
}

std::shared_ptr<const void> context_set(std::uint64_t key, std::shared_ptr<const void> value) {
  context_ref& place = current_context_to_write();
  // Others may hold the list: it is copied, never changed.
  auto* changed = new context_data;
  context_ref adopted(changed);
  if (place) changed->bindings = place.get()->bindings;
  std::shared_ptr<const void> old;
  if (auto found = changed->bindings.find(key); found != changed->bindings.end()) {
    old = found->second;
    changed->bindings.erase(found);
  }
  if (value) changed->bindings.emplace(key, std::move(value));
  place = changed->bindings.empty() ? context_ref() : std::move(adopted);
  return old;
}

}  // namespace detail

context copy_context() noexcept { return context(detail::capture_context()); }

context any_task::get_context() const noexcept {
  const detail::task_base::extra* e = base()->more_if_any();
  return e ? context(e->context) : context();
}

context::scope::scope(context& c) : context_(c) {
  std::swap(detail::current_context_to_write(), context_.data_);
}

context::scope::~scope() { std::swap(detail::current_context_to_write(), context_.data_); }

}  // namespace weft
