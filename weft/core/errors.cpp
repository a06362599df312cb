#include <weft/core/errors.hpp>

#include <cxxabi.h>

#include <cstdlib>
#include <typeinfo>

namespace weft {
namespace {

std::string type_name(const std::type_info& type) {
  int status = 0;
  char* readable = abi::__cxa_demangle(type.name(), nullptr, nullptr, &status);
  std::string name = status == 0 ? readable : type.name();
  std::free(readable);
  return name;
}

}  // namespace

std::pair<exception_group, exception_group> exception_group::split_by(test_function call,
                                                                      void* test) const {
  std::pair<exception_group, exception_group> parts{{message_, {}}, {message_, {}}};
  if (call(test, std::make_exception_ptr(*this))) {
    parts.first = *this;
    return parts;
  }
  for (const std::exception_ptr& one : exceptions_) {
    try {
      std::rethrow_exception(one);
    } catch (const exception_group& nested) {
      auto [matching, rest] = nested.split_by(call, test);
      if (!matching.empty()) parts.first.exceptions_.push_back(std::make_exception_ptr(matching));
      if (!rest.empty()) parts.second.exceptions_.push_back(std::make_exception_ptr(rest));
    } catch (...) {  // looks only: the group keeps it
      (call(test, one) ? parts.first : parts.second).exceptions_.push_back(one);
    }
  }
  return parts;
}

std::string describe(const std::exception_ptr& error) {
  if (!error) return "no error";
  try {
    std::rethrow_exception(error);
  } catch (const exception_group& group) {
    std::string text = std::string(group.what()) + " (";
    for (const std::exception_ptr& one : group.exceptions()) {
      if (text.back() != '(') text += "; ";
      text += describe(one);
    }
    return text + ")";
  } catch (const std::exception& e) {
    return type_name(typeid(e)) + ": " + e.what();
  } catch (const cancelled_error& e) {
    return e.has_message() ? "weft::cancelled_error: " + e.message() : "weft::cancelled_error";
  } catch (...) {
    const std::type_info* type = abi::__cxa_current_exception_type();
    return type ? type_name(*type) : "an exception of unknown type";
  }
}

}  // namespace weft
