#include "chassis/http/body_pipe.hpp"

#include <algorithm>
#include <cstring>
#include <mutex>

namespace madang::http {

BodyPipe::BodyPipe(runtime::Runtime& runtime, std::optional<std::uint64_t> declared_length,
                   std::size_t capacity, std::function<void()> on_room)
    : monitor_{runtime.monitor()},
      declared_{declared_length},
      capacity_{capacity},
      on_room_{std::move(on_room)} {}

std::size_t BodyPipe::room() {
  const std::unique_lock section{*monitor_};
  const std::size_t held = bytes_.size() - taken_;
  awaits_room_ = held >= capacity_;
  return awaits_room_ ? 0 : capacity_ - held;
}

void BodyPipe::write(std::string_view bytes) {
  const std::unique_lock section{*monitor_};
  if (taken_ > capacity_) {
    bytes_.erase(0, taken_);
    taken_ = 0;
  }
  bytes_ += bytes;
  monitor_->notify_one();
}

void BodyPipe::finish() {
  const std::unique_lock section{*monitor_};
  finished_ = true;
  monitor_->notify_one();
}

void BodyPipe::fail(std::string_view slug, std::string_view what) {
  const std::unique_lock section{*monitor_};
  if (finished_ || failed_) return;
  failed_.emplace(std::string{slug}, std::string{what});
  monitor_->notify_one();
}

std::size_t BodyPipe::read(std::span<std::byte> into) {
  std::size_t count = 0;
  bool has_room = false;
  {
    const std::unique_lock section{*monitor_};
    while (bytes_.size() == taken_ && !finished_ && !failed_) monitor_->wait_until(runtime::never);
    if (bytes_.size() == taken_ && failed_) throw *failed_;
    count = std::min(into.size(), bytes_.size() - taken_);
    std::memcpy(into.data(), bytes_.data() + taken_, count);
    taken_ += count;
    if (taken_ == bytes_.size()) {
      bytes_.clear();
      taken_ = 0;
    }
    has_room = awaits_room_ && bytes_.size() - taken_ <= capacity_ / 2;
    if (has_room) awaits_room_ = false;
  }
  if (has_room) on_room_();
  return count;
}

}  // namespace madang::http
