#pragma once
// TLS on one connected socket that never waits. Does as read(2) and write(2) do, and says what the socket must be
// ready for before it is called again. For one thread; does not own the socket.
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "chassis/tls/trust.hpp"

struct ssl_st;
struct ssl_ctx_st;

namespace madang::tls {

class Session {
 public:
  // The server's side, under what is in force now, which stays with this session to its end.
  Session(ssl_ctx_st&, int socket);
  // The client's side, to whoever proves to be this host: a name, or an address in numbers.
  Session(const Trust&, int socket, const std::string& host);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  enum class Outcome {
    done,
    awaits_readable,
    awaits_writable,
    ended,    // by the other side: it sends no more
    not_tls,  // the other side speaks plain HTTP; nothing was answered yet
    broken,   // the other side was told why, as far as TLS has a word for it
  };
  // Until it is done nothing can be read or written.
  Outcome shake_hands();
  // Of a client's: why the other side is not believed; empty when that is not what broke it.
  [[nodiscard]] std::string doubt() const;
  [[nodiscard]] bool is_resumed() const;  // by a ticket of an earlier session

  struct Moved {
    Outcome outcome;
    std::size_t bytes = 0;  // when done: at least one
  };
  Moved read(std::span<char> into);
  // A call that must wait is to be followed by one with the same bytes, or more.
  Moved write(std::string_view bytes);

  // Tells the other side that nothing more will come, if the socket takes it at once.
  void say_goodbye();

 private:
  [[nodiscard]] Outcome outcome_of(int result);

  struct Free {
    void operator()(ssl_st*) const;
  };
  std::unique_ptr<ssl_st, Free> ssl_;
};

}  // namespace madang::tls
