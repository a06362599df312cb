#include <weft/core/context.hpp>

#include <atomic>
#include <map>

#include <weft/core/detail/task_base.hpp>

namespace weft {
namespace detail {

/// A list of bindings, which is never changed once it is in its place; or a cell.
struct context_data {
  std::atomic<std::uint32_t> references{1};
  const bool is_cell = false;
  unsigned entered = 0;  // a cell's: so often it runs further out
  context_ref list;      // a cell's
  std::map<std::uint64_t, context_value> bindings;
};

void retain(context_data* data) noexcept {
  data->references.fetch_add(1, std::memory_order_relaxed);
}

void release(context_data* data) noexcept {
  if (data->references.fetch_sub(1, std::memory_order_acq_rel) == 1) delete data;
}

namespace {

constinit thread_local context_ref ambient;
constinit const context_ref none;

/// Where the context of what runs now is kept, to be read.
const context_ref& current_context() noexcept {
  if (entered_context) [[unlikely]]
    return *entered_context;
  if (here && here->current) {
    const task_base::extra* e = here->current->more_if_any();
    return e ? e->context : none;
  }
  return ambient;
}
context_ref& current_context_to_write() {
  context_ref& place = entered_context         ? *entered_context
                       : here && here->current ? here->current->more().context
                                               : ambient;
  return place && place.get()->is_cell ? place.get()->list : place;
}

const context_ref& list_of(const context_ref& kept) noexcept {
  if (kept && kept.get()->is_cell) [[unlikely]]
    return kept.get()->list;
  return kept;
}

/// Something else begins inside of what runs now, whose cell nobody in there may enter again.
void leave_behind() noexcept {
  context_data* current = current_context().get();
  if (current && current->is_cell) ++current->entered;
}
void come_back() noexcept {
  context_data* current = current_context().get();
  if (current && current->is_cell && current->entered > 0) --current->entered;
}

void check_is_free(const context_data& cell) {
  if (cell.entered > 0 || current_context().get() == &cell) {
    throw usage_error("this context can't be entered: it runs already");
  }
}

context_ref make_cell(context_ref list) {
  return context_ref(new context_data{.is_cell = true, .list = std::move(list), .bindings = {}});
}

}  // namespace

context_ref& ambient_context() noexcept { return ambient; }

context_ref capture_context() noexcept { return list_of(current_context()); }

void task_base::copy_context_of_maker() noexcept {
  if (const context_ref& list = list_of(current_context())) more().context = list;
}

outside_context_scope::outside_context_scope() noexcept {
  leave_behind();
  left_ = std::exchange(entered_context, nullptr);
}
outside_context_scope::~outside_context_scope() {
  entered_context = left_;
  come_back();
}

std::uint64_t new_context_key() noexcept {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

context_value context_get(std::uint64_t key) {
  const context_data* data = list_of(current_context()).get();
  if (!data) return nullptr;
  auto found = data->bindings.find(key);
  return found == data->bindings.end() ? nullptr : found->second;
}

context_value context_set(std::uint64_t key, context_value value) {
  context_ref& place = current_context_to_write();
  // Others may hold the list: it is copied, never changed.
  auto* changed = new context_data;
  context_ref adopted(changed);
  if (place) changed->bindings = place.get()->bindings;
  context_value old;
  if (auto found = changed->bindings.find(key); found != changed->bindings.end()) {
    old = found->second;
    changed->bindings.erase(found);
  }
  if (value) changed->bindings.emplace(key, std::move(value));
  place = changed->bindings.empty() ? context_ref() : std::move(adopted);
  return old;
}

}  // namespace detail

context::context() : context(detail::context_ref()) {}
context::context(detail::context_ref data)
    : cell_(data && data.get()->is_cell ? std::move(data) : detail::make_cell(std::move(data))) {}

context context::copy() const { return context(cell_.get()->list); }

context copy_context() { return context(detail::capture_context()); }

context any_task::get_context() const {
  detail::context_ref& mine = base()->more().context;
  context shared(mine);
  mine = shared.cell();
  return shared;
}

task_options& task_options::context(const weft::context& in) {
  context_ = in.cell();
  return *this;
}

void task_options::check_context_is_free() const {
  if (context_) detail::check_is_free(*context_.get());
}

context::scope::scope(const context& c) : cell_(c.cell_) {
  detail::check_is_free(*cell_.get());
  detail::leave_behind();
  outer_ = std::exchange(detail::entered_context, &cell_);
}

context::scope::~scope() {
  detail::entered_context = outer_;
  detail::come_back();
}

}  // namespace weft
