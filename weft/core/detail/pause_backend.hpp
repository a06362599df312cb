// A backend without I/O: it can wait and be woken. For loops that only run tasks, mostly in tests.
#pragma once

#include <weft/core/detail/backend.hpp>

namespace weft::detail {

class pause_backend final : public backend {
 public:
  pause_backend();
  ~pause_backend() override;

  void submit(operation& op) override;
  void cancel(operation& op) noexcept override;
  void wait(time_point deadline, completion_list& out) override;
  void wake() noexcept override;
  void detach(int) noexcept override {}
  bool poll_due() noexcept override { return !refused_.empty(); }
  std::string report() const override { return "none (a loop without input and output)"; }

 private:
  int event_;
  completion_list refused_;
};

}  // namespace weft::detail
