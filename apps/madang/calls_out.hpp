#pragma once
// How the shop calls what its configuration names: the payment provider and the collector of traces. By TLS where the
// address begins with https, and then to nobody who does not prove to be it.
#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "apps/madang/settings.hpp"
#include "chassis/http/client.hpp"
#include "chassis/storage/files.hpp"

namespace madang::app {

// What is wrong, with whom, and why; for the log.
using Warn =
    std::function<void(std::string_view what, std::string_view whom, std::string_view why)>;

class CallsOut {
 public:
  // Throws std::invalid_argument for an address that is none, tls::CannotUse for authorities that are none.
  CallsOut(runtime::Runtime&, const Settings&, const std::string& origin, Warn);
  [[nodiscard]] http::Response call(const http::Request& request) { return client_.call(request); }

 private:
  std::optional<tls::Trust> trust_;
  http::Client client_;
};

// The payment provider elsewhere. Each call carries the shop's key, if it has one. A provider that does not take it
// (401, 403) says nothing of a payment: it counts as away, and whoever keeps the shop is told.
class ProviderElsewhere {
 public:
  // Throws as above, std::invalid_argument for a key that would be shown by plain HTTP on a network, and Corrupt
  // for one that is not there or that others can read.
  ProviderElsewhere(runtime::Runtime&, storage::FileSystem&, const Settings&, Warn);
  // From any task. Throws Unavailable.
  [[nodiscard]] http::Response call(http::Request);
  // Calls since the start for which it did not take the key.
  [[nodiscard]] std::uint64_t refusals() const { return refusals_; }

 private:
  const std::string origin_;
  CallsOut calls_;
  const Warn warn_;
  std::string authorization_;  // empty: there is no key
  std::atomic<std::uint64_t> refusals_ = 0;
};

}  // namespace madang::app
