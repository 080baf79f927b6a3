#pragma once
// A body on its way from the I/O thread, which must never wait, to the handler that reads it, which
// may. Holds at most `capacity` bytes; when it is full the connection stops reading and the client is
// held up by TCP, until the reader has made room.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "chassis/http/message.hpp"
#include "chassis/runtime/runtime.hpp"

namespace madang::http {

class BodyPipe final : public BodyReader {
 public:
  // `on_room` is called on the reader's task when half of a pipe that had no room is free again.
  BodyPipe(runtime::Runtime&, std::optional<std::uint64_t> declared_length, std::size_t capacity,
           std::function<void()> on_room);

  // For the I/O thread.
  [[nodiscard]] std::size_t room();    // having said 0, it calls on_room later
  void write(std::string_view bytes);  // no more than there was room
  void finish();
  void fail(std::string_view slug, std::string_view what);  // the first end counts

  // For the handler.
  std::size_t read(std::span<std::byte> into) override;
  [[nodiscard]] std::optional<std::uint64_t> declared_length() const override { return declared_; }

 private:
  std::unique_ptr<runtime::Monitor> monitor_;
  const std::optional<std::uint64_t> declared_;
  const std::size_t capacity_;
  const std::function<void()> on_room_;
  std::string bytes_;
  std::size_t taken_ = 0;  // of bytes_, from its front
  bool awaits_room_ = false;
  bool finished_ = false;
  std::optional<BodyFailed> failed_;
};

}  // namespace madang::http
