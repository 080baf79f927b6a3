#pragma once
#include <atomic>
#include <cstdint>

#include "chassis/runtime/runtime.hpp"
#include "chassis/telemetry/security_note.hpp"
#include "identity/application/ports/outbound/attempts.hpp"

namespace madang::identity {

struct AttemptLimits {
  Pace registering{}, signing_in{};  // each from one network address
  Patience against_one_person{};
  std::size_t keys_max = 65'536;
};

// Any thread. An address of IPv6 counts by its first 64 bits, which is what one customer of a
// provider has at least. Addresses come from sockets, so they are written in one way.
class AttemptsInMemory final : public Attempts {
 public:
  explicit AttemptsInMemory(runtime::Runtime&, const AttemptLimits& = {},
                            telemetry::SecurityLog = {});
  std::optional<Wait> to_register(const std::string& from) override;
  std::optional<Wait> to_sign_in(const std::string& from, const EmailFingerprint&) override;
  void signed_in(const EmailFingerprint&) override;
  void sign_in_failed() override { ++sign_ins_failed_; }
  void refresh_token_stolen(const PersonId&) override;

  // Since the start.
  [[nodiscard]] std::uint64_t sign_ins_failed() const { return sign_ins_failed_; }
  [[nodiscard]] std::uint64_t tokens_stolen() const { return tokens_stolen_; }

 private:
  [[nodiscard]] Instant now() const;

  runtime::Runtime& runtime_;
  const telemetry::SecurityLog watch_;
  std::unique_ptr<runtime::Monitor> counting_;
  SteadyPace registering_, signing_in_;
  GrowingWait against_one_person_;
  std::atomic<std::uint64_t> sign_ins_failed_ = 0, tokens_stolen_ = 0;
};

std::string network_of(const std::string& address);

}  // namespace madang::identity
