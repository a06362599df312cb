#include <weft/core/detail/mail_pool.hpp>

#include <atomic>
#include <mutex>
#include <new>
#include <utility>

#include <weft/core/detail/frame_pool.hpp>

namespace weft::detail {
namespace {

class mail_pool {
 public:
  static void* take(std::size_t size);
  static void give(void* memory) noexcept;

 private:
  struct block {
    mail_pool* home;  // null: of no pool
    block* next;
  };
  static constexpr std::size_t room = 112;         // for an object; more comes from operator new
  static constexpr std::size_t most_kept = 65536;  // 8 MB

  struct owner;
  static mail_pool& of_this_thread();
  block* make();

  block* free_ = nullptr;  // the owner's
  mail_pool* next_idle_ = nullptr;
  alignas(64) std::atomic<block*> returned_{nullptr};  // by other threads
  std::atomic<std::size_t> made_{0};                   // and not deleted
};

constinit std::mutex idle_mutex;
constinit mail_pool* idle = nullptr;

struct mail_pool::owner {
  mail_pool* pool = nullptr;
  ~owner() {
    if (!pool) return;
    std::lock_guard guard(idle_mutex);
    pool->next_idle_ = std::exchange(idle, pool);
    mine = nullptr;
  }
  static constinit thread_local mail_pool* mine;
};
constinit thread_local mail_pool* mail_pool::owner::mine = nullptr;

mail_pool& mail_pool::of_this_thread() {
  if (owner::mine) [[likely]]
    return *owner::mine;
  static thread_local owner at_exit;
  {
    std::lock_guard guard(idle_mutex);
    if (idle) owner::mine = std::exchange(idle, idle->next_idle_);
  }
  if (!owner::mine) owner::mine = new mail_pool;
  at_exit.pool = owner::mine;
  return *owner::mine;
}

mail_pool::block* mail_pool::make() {
  auto* made = static_cast<block*>(::operator new(sizeof(block) + room));
  made->home = this;
  made_.fetch_add(1, std::memory_order_relaxed);
  return made;
}

void* mail_pool::take(std::size_t size) {
  if (!WEFT_FRAME_POOL || size > room) {
    auto* alone = static_cast<block*>(::operator new(sizeof(block) + size));
    alone->home = nullptr;
    return alone + 1;
  }
  mail_pool& mine = of_this_thread();
  if (!mine.free_) mine.free_ = mine.returned_.exchange(nullptr, std::memory_order_acquire);
  block* taken = mine.free_ ? std::exchange(mine.free_, mine.free_->next) : mine.make();
  return taken + 1;
}

void mail_pool::give(void* memory) noexcept {
  block* given = static_cast<block*>(memory) - 1;
  mail_pool* home = given->home;
  if (!home) return ::operator delete(given);
  if (home->made_.load(std::memory_order_relaxed) > most_kept) {
    home->made_.fetch_sub(1, std::memory_order_relaxed);
    return ::operator delete(given);
  }
  block* head = home->returned_.load(std::memory_order_relaxed);
  do {
    given->next = head;
  } while (!home->returned_.compare_exchange_weak(head, given, std::memory_order_release,
                                                  std::memory_order_relaxed));
}

}  // namespace

void* allocate_mail(std::size_t size) { return mail_pool::take(size); }
void free_mail(void* memory) noexcept { mail_pool::give(memory); }

}  // namespace weft::detail
