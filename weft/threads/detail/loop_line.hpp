// loop_line: how another thread reaches a loop that may close meanwhile.
#pragma once

#include <memory>
#include <mutex>

#include <weft/core/detail/scheduler.hpp>

namespace weft {
class event_loop;
}  // namespace weft

namespace weft::detail {

/// Opened and shut in the loop's thread; letters come from any. Held by shared pointers of both
/// sides.
class loop_line : public loop_resource, public std::enable_shared_from_this<loop_line> {
 public:
  loop_line() = default;
  loop_line(const loop_line&) = delete;
  loop_line& operator=(const loop_line&) = delete;
  virtual ~loop_line() = default;

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
