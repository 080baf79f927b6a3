#pragma once
// The keys that sign access tokens. Three at most are out at a time: the next one is published
// before it signs anything, so that no verifier meets a key that it could not have heard of; the
// current one signs; the previous one's tokens are honoured until the turn after.
//
// Stored as one secret, replaced at once:
//
//   token-keys = "turned " <milliseconds since 1970> LF
//                "next " <base64url of the scalar> LF "current " … LF [ "previous " … LF ]
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chassis/runtime/runtime.hpp"
#include "chassis/security/es256.hpp"
#include "chassis/security/secrets.hpp"
#include "kernel/instant.hpp"

namespace madang::security {

// Any thread.
class SigningKeys {
 public:
  // Reads them, or makes them at the first start. Throws Corrupt and Unavailable as Secrets do.
  SigningKeys(Secrets&, runtime::Runtime&, TurnedBy = TurnedBy::this_process);

  [[nodiscard]] Es256PrivateKey current() const;
  // Where another process turns them it may have done so just now: then they are read anew before one is unknown.
  [[nodiscard]] std::optional<Es256PublicKey> find(std::string_view key_id) const;

  // The public halves of all of them as a JWK set (RFC 7517), to be served as
  // application/jwk-set+json. Let caches keep it for less than the time between two turns.
  [[nodiscard]] std::string jwks() const;

  // next becomes current, current becomes previous. Turn twice to disown a key that leaked.
  void rotate();
  // Turns when the last turn was so long ago; whether it did. To be asked now and then.
  bool rotate_after(runtime::Duration);
  [[nodiscard]] kernel::Instant turned_at() const;
  // Takes over what another process has made of them.
  void read_anew() const;

  // Rises with each turn: what was verified under an older set is to be verified again.
  [[nodiscard]] std::uint64_t turn() const { return turn_.load(std::memory_order_acquire); }

 private:
  struct Ring {
    kernel::Instant turned_at;
    Es256PrivateKey next, current;
    std::optional<Es256PrivateKey> previous;

    [[nodiscard]] std::optional<Es256PublicKey> find(std::string_view key_id) const;
  };
  static Ring parse(std::string_view text);
  static std::string text_of(const Ring&);
  [[nodiscard]] Es256PrivateKey new_key() const;
  [[nodiscard]] kernel::Instant now() const;
  [[nodiscard]] std::shared_ptr<const Ring> ring() const;
  void store(Ring);
  void take(Ring) const;

  Secrets& secrets_;
  runtime::Runtime& runtime_;
  mutable Staleness staleness_;
  mutable runtime::Mutex turning_;
  std::unique_ptr<runtime::Monitor> reading_;  // of what follows
  mutable std::shared_ptr<const Ring> ring_;
  mutable std::atomic<std::uint64_t> turn_ = 0;
};

}  // namespace madang::security
