// loop_line: how another thread reaches a loop that may close meanwhile.
#pragma once

#include <mutex>

#include <weft/core/detail/counted.hpp>
#include <weft/core/detail/scheduler.hpp>

namespace weft {
class event_loop;
}  // namespace weft

namespace weft::detail {

/// Opened and shut in the loop's thread; letters come from any. Both sides own it.
class loop_line : public counted, public loop_resource {
 public:
  void open(event_loop& loop);
  /// Letters that are under way still arrive; more are not sent. Nothing if it is shut.
  void shut() noexcept;
  /// From any thread: arrived() is called in the loop, as by call_soon_threadsafe. Nothing if it is
  /// shut.
  void send();

 protected:
  /// In the loop's thread.
  virtual void arrived() = 0;
  /// The loop closes: lets go of what belongs to it.
  virtual void cut() noexcept = 0;

 private:
  struct letter;
  void loop_closing() noexcept override;

  std::mutex mutex_;
  event_loop* loop_ = nullptr;
};

}  // namespace weft::detail
