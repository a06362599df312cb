#include <weft/core/exception_context.hpp>

#include <cstdio>

#include <weft/core/await_chain.hpp>
#include <weft/core/errors.hpp>

namespace weft {

std::string describe(const exception_context& context) {
  std::string text = "weft: " + context.message;
  if (context.where.line() != 0) {
    text += std::string(" (") + context.where.file_name() + ":" +
            std::to_string(context.where.line()) + ")";
  }
  if (!context.exception) return text;
  text += "\n  " + describe(context.exception);
  std::string chain = format_await_chain(context.exception);
  if (!chain.empty()) chain.pop_back();
  return chain.empty() ? text : text + "\n" + chain;
}

void print_exception(const exception_context& context) noexcept {
  try {
    std::fprintf(stderr, "%s\n", describe(context).c_str());
  } catch (...) {
    std::fputs("weft: out of memory while reporting an error\n", stderr);
  }
}

}  // namespace weft
