#pragma once
// The certificate that the shop shows, and the rules of every session under it. Its files may be replaced
// while people are served: sessions go on under the one they began with, later ones get the new one, and
// files that cannot be used leave what is in force as it is.
//
// The rules are Mozilla's "intermediate" (Server Side TLS 5.7) without finite-field Diffie-Hellman: TLS 1.3
// and 1.2, forward secrecy and authenticated encryption only, X25519, P-256 and P-384, the client's order of
// preference, no compression, no renegotiation, no early data (a request could be played again).
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "chassis/runtime/runtime.hpp"
#include "chassis/telemetry/brief_lock.hpp"

struct ssl_ctx_st;

namespace madang::tls {

struct Files {
  std::string certificate;  // PEM: the shop's own first, then those that lead to a root
  std::string key;          // PEM, without a password, readable by nobody but its owner and group
};

// Says which file and what is wrong with it, for the person who keeps the shop.
struct CannotUse : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Certificate {
 public:
  // Throws CannotUse. One that has run out is taken: a shop that does not open helps nobody.
  Certificate(Files, runtime::Time now);

  // What a new session begins with. Any thread.
  [[nodiscard]] std::shared_ptr<ssl_ctx_st> in_force() const;
  [[nodiscard]] runtime::Time ends() const { return ends_; }  // any thread

  // To be called each second or so, by one task. Takes the files when they are others than those that were
  // tried last and stand as they did at the look before (whoever renews writes two, one after the other);
  // when asked to; and once a day, since the keys of session tickets live no longer than what is in force.
  // True: they were taken, for one of the first two reasons. Throws CannotUse once for each state of the files
  // and when asked, also for a certificate that has run out; what was in force still is.
  bool look(runtime::Time now);
  void ask() { asked_ = true; }  // any thread: the next look takes the files, whatever they are

 private:
  void take(runtime::Time now);

  const Files files_;
  mutable telemetry::BriefLock lock_;
  std::shared_ptr<ssl_ctx_st> in_force_;  // under lock_
  std::atomic<runtime::Time> ends_{};
  std::string tried_, seen_;  // how the files stood: when they were tried last, at the last look
  runtime::Time taken_{};
  std::atomic<bool> asked_ = false;
};

}  // namespace madang::tls
