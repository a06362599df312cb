#include <weft/core/outcome.hpp>

#include <cxxabi.h>

#include <typeinfo>

#include <weft/core/detail/exception_rows.hpp>

namespace weft::detail {

void outcome_base::raise() const {
  switch (kind_) {
    case outcome_kind::none:
      throw invalid_state_error("there is no result yet");
    case outcome_kind::moved:
      throw invalid_state_error(
          "the result was moved out by an earlier await of an rvalue: await the task as an lvalue "
          "to copy it");
    case outcome_kind::cancelled:
      if (!error_) throw cancelled_error(cancelled_error::goes_on());
      break;
    case outcome_kind::error:
      cut_exception_rows(error_, rows_);
      break;
    case outcome_kind::value:
      break;
  }
  std::rethrow_exception(error_);
}

void outcome_base::set_current_exception() noexcept {
  const std::type_info* type = abi::__cxa_current_exception_type();
  if (!type || *type != typeid(cancelled_error)) {
    error_ = std::current_exception();
    kind_ = outcome_kind::error;
    return;
  }
  kind_ = outcome_kind::cancelled;
  // Without a rethrow, which would cost as much as the cancel: an exception_ptr points to the
  // exception object itself in the Itanium ABI.
  std::exception_ptr current = std::current_exception();
  const auto* cancelled = *reinterpret_cast<cancelled_error* const*>(&current);
  if (cancelled->has_message()) error_ = std::move(current);
}

void outcome_base::set_current_exception(const std::source_location& where) noexcept {
  set_current_exception();
  if (kind_ == outcome_kind::error) {
    rows_ = add_exception_row(error_, where);
  } else {
    add_cancel_row(where);
  }
}

void outcome_base::set_exception(std::exception_ptr error) noexcept {
  kind_ = outcome_kind::error;
  error_ = std::move(error);
  if (!error_) return;
  rows_ = count_exception_rows(error_);
  try {
    std::rethrow_exception(error_);
  } catch (const cancelled_error& cancelled) {
    kind_ = outcome_kind::cancelled;
    if (!cancelled.has_message()) error_ = nullptr;
  } catch (...) {
    kind_ = outcome_kind::error;
  }
}

void outcome_base::set_cancelled(const std::string* message) {
  kind_ = outcome_kind::cancelled;
  error_ = message ? std::make_exception_ptr(cancelled_error(*message)) : nullptr;
}

}  // namespace weft::detail
