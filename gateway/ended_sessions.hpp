#pragma once
// Which sessions have ended of late, so that what was given out for them opens nothing any more. It hears of
// them by identity's published messages and keeps them for twice the life of an access token: by then none
// is left, not even one that was signed a moment after its session was looked at.
//
// Where the outlet reads identity's own log (in one program), whoever was answered that a session has ended is
// refused at the very next request: what was committed before is heard before any token is judged. Behind a
// broker it holds once the message has arrived; docs/adr/0018-an-ended-session-is-refused-at-the-door.md.
#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "chassis/bus/bus.hpp"
#include "chassis/runtime/runtime.hpp"
#include "chassis/security/token.hpp"

namespace madang::gateway {

// Any thread. While nothing new has happened in identity, a question costs a look into memory.
class EndedSessions {
 public:
  // The outlet must outlive it. Reads what ended before it was there, so that a restart forgets nothing.
  // Throws Unavailable, Corrupt.
  EndedSessions(runtime::Runtime&, chassis::Outlet& identity, std::chrono::seconds token_lasts);

  // Whether the session has ended that this token was given for. Throws Unavailable, Corrupt: then nobody
  // knows, and nobody is let in.
  [[nodiscard]] bool has(const security::TokenClaims&);

  // That are kept; for tests.
  [[nodiscard]] std::size_t size() const;

 private:
  struct AllOf {  // of a person: every session of an earlier round
    std::int64_t round;
    std::optional<std::string> spared;
    kernel::Instant at;
  };
  using Key = std::variant<std::string, kernel::PersonId>;  // a session's, or of all of a person's

  void catch_up();
  void read_on();  // a batch
  void hear(const chassis::Message&);
  void end_all_of(const kernel::PersonId&, AllOf);
  void forget_before(kernel::Instant);

  runtime::Runtime& runtime_;
  chassis::Outlet& identity_;
  const std::chrono::seconds keeps_for_;
  runtime::Mutex reading_;  // of the reader and its position
  std::unique_ptr<chassis::MessageReader> reader_;
  chassis::Position position_ = 0;
  std::atomic<std::uint64_t> heard_ = 0;  // of what the outlet has counted

  std::unique_ptr<runtime::Monitor> keeping_;  // of what follows
  std::map<std::string, kernel::Instant, std::less<>> sessions_;
  std::map<kernel::PersonId, AllOf> people_;
  std::deque<std::pair<kernel::Instant, Key>> in_order_;  // in which they ended
};

}  // namespace madang::gateway
