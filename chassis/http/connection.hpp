#pragma once
// One client's connection, on one I/O thread. Private to the server.
//
//   hands being shaken (TLS alone)
//      |
//      v    first byte        head complete         body complete         answer ready
//   waiting ----------> head --------------> body --------------> running -----------> sending
//      ^                  |                    |                                       |     |
//      |                  +--- refused --------+-------------------------------------->|     |
//      +------------------------------- kept alive ------------------------------------+     |
//   closed <------------ lingering <------------------- to be closed -----------------------+
//
// Every state has a moment when it has lasted too long (`limit_`), looked at by the loop's tick. Bytes
// are read from the socket only in states that can use them, so a client that sends more than one
// request at a time is held up by TCP.
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "chassis/http/channel.hpp"
#include "chassis/http/loop.hpp"
#include "chassis/http/outgoing.hpp"
#include "chassis/http/wire.hpp"

namespace madang::http {

class Connection final : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Loop&, int socket, std::string address, bool came_before_draining);
  ~Connection();

  void start();
  void tick();
  void begin_draining();
  void cut_off();

  std::size_t place = 0;  // in the loop's list

 private:
  enum class State { shaking_hands, waiting, head, body, running, sending, lingering, closed };
  struct Exchange;

  // TLS, before anything else.
  void shake_hands();

  // Bytes in.
  void await_bytes();
  void read();
  void read_away();
  void met_end();
  void feed(std::string_view fresh);
  std::size_t consume(std::string_view bytes);
  void resume() { feed({}); }
  [[nodiscard]] bool can_use_bytes() const;

  // A request takes shape.
  void begin_request(std::string_view head, bool more_is_here);
  void begin_body(const Framing&, bool expects_continue, bool more_is_here);
  void open_pipe(const Framing&);
  void room_in_pipe();
  [[nodiscard]] std::size_t take_body(std::string_view bytes);
  void store(std::string_view data);
  void body_is_whole();
  void run_here();
  void run_in_pool();
  [[nodiscard]] chassis::Reply<Response> reply(Workers::Place = {});
  void send_continue();

  // An answer goes out.
  void refuse(const Fault&);
  void shed();
  void answer_unheard(Response);
  void respond(Response);
  void answer_is_ready(std::uint64_t exchange, Response);
  void release_body(std::string_view why);
  void flush();
  void flush_then_resume();
  void answer_is_sent();

  void enter(State, Duration for_at_most);
  void linger();
  void close();

  Loop& loop_;
  boost::asio::posix::stream_descriptor socket_;
  Channel channel_;
  const std::string address_;
  const bool came_before_draining_;
  State state_ = State::waiting;
  runtime::Time limit_;
  std::uint64_t progress_ = 0;  // bytes moved when limit_ was set
  bool awaiting_bytes_ = false;
  bool close_after_ = false;
  unsigned in_a_row_ = 0;  // requests answered without a look at other connections
  std::string input_;      // come, but not dealt with yet
  HeadScanner scanner_;
  std::uint64_t exchanges_ = 0;  // begun so far: the number of the current one
  std::unique_ptr<Exchange> exchange_;
  Outgoing outgoing_;
};

}  // namespace madang::http
