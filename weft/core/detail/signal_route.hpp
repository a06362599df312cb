// signal_route: a signal of the process, led into an eventfd.
#pragma once

namespace weft::detail {

class signal_route {
 public:
  /// From now on each signal of that number adds one to an eventfd. Throws value_error for a number
  /// that is no signal's or can't be caught, std::system_error when descriptors run out.
  explicit signal_route(int number);
  signal_route(const signal_route&) = delete;
  signal_route& operator=(const signal_route&) = delete;
  /// The last route of a number puts back what was done about the signal before.
  ~signal_route();

  int fd() const noexcept { return fd_; }
  /// How many came since it was asked last.
  unsigned long take() const noexcept;

 private:
  int number_;
  int fd_;
  int place_;
};

}  // namespace weft::detail
