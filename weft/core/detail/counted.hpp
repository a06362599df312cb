// counted: a base for what several owners share, on any threads; shared<T>: one of them. A
// std::shared_ptr without <memory>, which costs each file 0.09 s.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace weft::detail {

/// Made by new, with one owner; destroyed with the last. To be the first base, or g++ 12 warns of the
/// delete.
class counted {
 public:
  counted() noexcept = default;
  counted(const counted&) = delete;
  counted& operator=(const counted&) = delete;

  void retain() const noexcept { owners_.fetch_add(1, std::memory_order_relaxed); }
  void release() const noexcept {
    if (owners_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

 protected:
  virtual ~counted() = default;

 private:
  mutable std::atomic<std::uint32_t> owners_{1};
};

template <class T>
class shared {
 public:
  shared() noexcept = default;
  shared(std::nullptr_t) noexcept {}  // NOLINT: as a pointer
  /// Takes over one owner's part.
  explicit shared(T* adopted) noexcept : object_(adopted) {}
  shared(const shared& other) noexcept : object_(other.object_) {
    if (object_) object_->retain();
  }
  shared(shared&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  shared& operator=(shared other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~shared() {
    if (object_) object_->release();
  }

  /// One more owner of what somebody else holds.
  static shared of(T& object) noexcept {
    object.retain();
    return shared(&object);
  }

  T* get() const noexcept { return object_; }
  T* operator->() const noexcept { return object_; }
  T& operator*() const noexcept { return *object_; }
  explicit operator bool() const noexcept { return object_ != nullptr; }

 private:
  T* object_ = nullptr;
};

}  // namespace weft::detail
