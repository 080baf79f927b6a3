#include "chassis/http/connection.hpp"

#include <algorithm>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <cstdint>
#include <utility>

#include "chassis/http/body_pipe.hpp"
#include "chassis/http/target.hpp"

namespace madang::http {

namespace {

constexpr std::uint64_t linger_bytes_max = 16 * 1024 * 1024;
constexpr unsigned in_a_row_max = 16;

std::unique_ptr<tls::Session> session_on(int socket, const tls::Certificate* certificate) {
  if (certificate == nullptr) return nullptr;
  return std::make_unique<tls::Session>(*certificate->in_force(), socket);
}

}  // namespace

struct Connection::Exchange {
  Exchange(std::uint64_t its_number, Head&& head, Target&& target)
      : number{its_number},
        decoder{head.framing},
        frame{.head_only = head.method == Method::head,
              .keep_alive = head.keep_alive,
              .is_1_0 = !head.is_1_1,
              .date = {}} {
    request->method = frame.head_only ? Method::get : head.method;
    request->target = std::move(head.target);
    request->path = std::move(target.path);
    request->query = std::move(target.query);
    request->headers = std::move(head.headers);
  }

  const std::uint64_t number;
  const std::shared_ptr<Request> request = std::make_shared<Request>();  // the handler's too
  BodyDecoder decoder;
  AnswerFrame frame;
  Plan plan;
  runtime::Time began;
  std::uint64_t body_bytes_max = 0;
  std::uint64_t body_bytes = 0;
  std::uint64_t counted_bytes = 0;  // of Common::bodies_bytes
  std::shared_ptr<BodyPipe> pipe;
  bool paused = false;  // the pipe has no room
};

Connection::Connection(Loop& loop, int socket, std::string address, bool came_before_draining)
    : loop_{loop},
      socket_{loop.context, socket},
      channel_{socket, session_on(socket, loop.common.options.certificate)},
      address_{std::move(address)},
      came_before_draining_{came_before_draining},
      scanner_{loop.common.options.head} {}

Connection::~Connection() = default;

void Connection::start() {
  if (channel_.is_secure()) {
    enter(State::shaking_hands, loop_.common.options.handshake_time);
    return shake_hands();
  }
  enter(State::waiting, loop_.common.options.idle_time);
  await_bytes();
}

void Connection::shake_hands() {
  if (state_ != State::shaking_hands) return;
  loop_.look_at_clock();
  ServerMetrics& metrics = loop_.common.metrics;
  switch (channel_.shake_hands()) {
    case Channel::Hands::must_wait:
      return socket_.async_wait(
          channel_.awaited(), [self = shared_from_this()](const boost::system::error_code& error) {
            if (!error) self->shake_hands();
          });
    case Channel::Hands::shaken:
      (channel_.is_resumed() ? metrics.resumed : metrics.shaken).add();
      enter(State::waiting, loop_.common.options.idle_time);
      return read();  // a request may have come with the last of it
    case Channel::Hands::of_plain_http:
      metrics.hands_refused.add();
      channel_.speak_plainly();
      return refuse({"malformed-request", "Here TLS is spoken: the address begins with https."});
    case Channel::Hands::refused: metrics.hands_refused.add(); return linger();
  }
}

void Connection::enter(State state, Duration for_at_most) {
  state_ = state;
  if (state == State::waiting && loop_.common.draining)
    for_at_most = std::min(for_at_most, loop_.common.options.drain_idle_time);
  limit_ = loop_.now + for_at_most;
}

// ---- bytes in ----

bool Connection::can_use_bytes() const {
  return state_ == State::waiting || state_ == State::head || state_ == State::lingering ||
         (state_ == State::body && !exchange_->paused);
}

void Connection::await_bytes() {
  if (awaiting_bytes_) return;
  awaiting_bytes_ = true;
  // Under TLS a read may have to wait until something could be written.
  const auto event = state_ == State::lingering ? Channel::Event::wait_read : channel_.awaited();
  socket_.async_wait(event, [self = shared_from_this()](const boost::system::error_code& error) {
    self->awaiting_bytes_ = false;
    if (!error) self->read();
  });
}

void Connection::read() {
  if (!can_use_bytes()) return;  // resume() asks again
  loop_.look_at_clock();
  in_a_row_ = 0;
  if (state_ == State::lingering) return read_away();
  const auto [outcome, count] = channel_.read(loop_.scratch);
  switch (outcome) {
    case Channel::Outcome::moved: return feed(std::string_view{loop_.scratch}.substr(0, count));
    case Channel::Outcome::must_wait: return await_bytes();
    case Channel::Outcome::ended: return met_end();
    case Channel::Outcome::broken: return close();
  }
}

void Connection::read_away() {
  const auto [outcome, count] = channel_.read_away(loop_.scratch);
  progress_ += count;
  const bool goes_on = outcome == Channel::Outcome::moved || outcome == Channel::Outcome::must_wait;
  if (!goes_on || progress_ > linger_bytes_max) return close();
  await_bytes();
}

// The client sends no more, but it may still read.
void Connection::met_end() {
  if (state_ == State::head || state_ == State::body)
    return refuse({"malformed-request", "The request ended before it was complete."});
  close();
}

void Connection::feed(std::string_view fresh) {
  if (!input_.empty()) {
    input_ += fresh;
    fresh = input_;
  }
  const std::size_t used = consume(fresh);
  if (state_ == State::lingering || state_ == State::closed) input_.clear();
  else if (input_.empty()) input_.assign(fresh.substr(used));
  else input_.erase(0, used);
  if (can_use_bytes()) await_bytes();
}

// Goes from state to state as far as the bytes reach; how many are dealt with.
std::size_t Connection::consume(std::string_view bytes) {
  std::size_t used = 0;
  while (true) {
    const std::string_view rest = bytes.substr(used);
    if (state_ == State::waiting) {
      if (rest.empty()) return used;
      if (in_a_row_ >= in_a_row_max) {  // others have their turn first
        boost::asio::post(loop_.context, [self = shared_from_this()] {
          self->in_a_row_ = 0;
          self->resume();
        });
        return used;
      }
      scanner_ = HeadScanner{loop_.common.options.head};
      enter(State::head, loop_.common.options.header_time);
    } else if (state_ == State::head) {
      const auto length = scanner_.scan(rest);
      if (length && !*length) return used;
      if (length) {
        used += **length;
        begin_request(rest.substr(0, **length), rest.size() > **length);
      } else {
        refuse(length.error());
      }
    } else if (state_ == State::body) {
      const std::size_t taken = take_body(rest);
      used += taken;
      if (taken == 0 && state_ == State::body) return used;
    } else {
      return used;
    }
  }
}

// ---- a request takes shape ----

void Connection::begin_request(std::string_view head_bytes, bool more_is_here) {
  const Common& common = loop_.common;
  auto head = parse_head(head_bytes, common.options.head);
  if (!head) return refuse(head.error());
  auto target = parse_target(head->target);
  if (!target) return refuse({"malformed-request", target.error()});
  const Framing framing = head->framing;
  const bool expects_continue = head->expects_continue;
  exchange_ = std::make_unique<Exchange>(++exchanges_, std::move(*head), std::move(*target));
  exchange_->began = loop_.now;

  Request& request = *exchange_->request;
  Plan& plan = exchange_->plan;
  plan = common.planner(request.method, request.path);
  const bool is_streamed = plan.body == Plan::Body::streamed;
  if (!plan.time_max)
    plan.time_max = is_streamed ? common.options.streaming_time : common.options.total_time;
  exchange_->body_bytes_max = plan.body_bytes_max.value_or(common.options.body_bytes_max);
  request.client_address = common.options.proxies.client_of(address_, request.headers);
  request.deadline = loop_.now + *plan.time_max;
  const auto random = [this] { return loop_.random(); };
  const auto parent =
      telemetry::TraceContext::parse(request.headers.get("traceparent").value_or(""));
  request.trace = parent ? telemetry::child_of(*parent, random) : telemetry::new_trace(random);
  begin_body(framing, expects_continue, more_is_here);
}

void Connection::begin_body(const Framing& framing, bool expects_continue, bool more_is_here) {
  const Common& common = loop_.common;
  const Plan& plan = exchange_->plan;
  const bool is_streamed = plan.body == Plan::Body::streamed;
  const bool has_body = !framing || *framing > 0;
  if (framing && *framing > exchange_->body_bytes_max) return refuse({"body-too-large", ""});
  // Not worth reading a body for: there will be no one to take it.
  if (has_body && plan.run == Plan::Run::in_pool && common.pools[plan.pool]->is_full())
    return shed();
  enter(State::body, is_streamed ? common.options.stall_time : *plan.time_max);
  progress_ = 0;
  if (is_streamed) {
    open_pipe(framing);
    run_in_pool();
  }
  if (has_body && expects_continue && !more_is_here && state_ == State::body) send_continue();
}

void Connection::open_pipe(const Framing& framing) {
  auto on_room = [weak = weak_from_this(), loop = loop_.shared_from_this()] {
    boost::asio::post(loop->context, [weak] {
      if (const auto self = weak.lock()) self->room_in_pipe();
    });
  };
  exchange_->pipe =
      std::make_shared<BodyPipe>(loop_.common.runtime, framing,
                                 loop_.common.options.streamed_buffer_bytes, std::move(on_room));
  exchange_->request->stream = exchange_->pipe;
}

void Connection::room_in_pipe() {
  if (state_ != State::body || !exchange_->paused) return;
  exchange_->paused = false;
  loop_.look_at_clock();
  enter(State::body, loop_.common.options.stall_time);
  resume();
}

// A piece of the body; how many bytes are dealt with.
std::size_t Connection::take_body(std::string_view bytes) {
  const std::size_t room = exchange_->pipe ? exchange_->pipe->room() : SIZE_MAX;
  exchange_->paused = room == 0;
  const auto step = exchange_->decoder.next(bytes, room);
  if (!step) {
    refuse(step.error());
    return 0;
  }
  if (!step->data.empty()) store(step->data);
  if (state_ == State::body && exchange_->decoder.done()) body_is_whole();
  return step->used;
}

void Connection::store(std::string_view data) {
  exchange_->body_bytes += data.size();
  if (exchange_->body_bytes > exchange_->body_bytes_max) return refuse({"body-too-large", ""});
  if (exchange_->pipe) return exchange_->pipe->write(data);
  exchange_->counted_bytes += data.size();
  const auto all = loop_.common.bodies_bytes.fetch_add(data.size()) + data.size();
  if (all > loop_.common.options.all_bodies_bytes_max) return shed();
  exchange_->request->body += data;
}

void Connection::body_is_whole() {
  state_ = State::running;
  limit_ = exchange_->request->deadline;
  if (exchange_->pipe) exchange_->pipe->finish();
  else if (exchange_->plan.run == Plan::Run::quick) run_here();
  else run_in_pool();
}

void Connection::run_here() {
  const Common& common = loop_.common;
  const auto request = exchange_->request;
  try {
    auto answer = guarded(common.handler, *request, common.problems, common.report);
    if (auto* known = answer.known()) return respond(std::move(**known));
    std::move(answer).start(reply());
  } catch (const runtime::Stopped&) {
    close();
  }
}

void Connection::run_in_pool() {
  Common& common = loop_.common;
  Workers& pool = *common.pools[exchange_->plan.pool];
  auto admission = pool.take_place();
  if (!admission) return shed();
  auto work = [&common, request = exchange_->request,
               reply = reply(std::move(admission))]() mutable {
    // Whoever waited in the queue for all of its time has gone.
    if (common.runtime.now() >= request->deadline) return;
    guarded(common.handler, *request, common.problems, common.report).start(std::move(reply));
  };
  if (!pool.try_run(std::move(work))) shed();
}

// To the exchange that runs now, from any thread and at any time: the request stands until it is
// answered, though the client may have gone, or been told that its time is over; so does its place in the pool.
chassis::Reply<Response> Connection::reply(Workers::Place admission) {
  auto take = [weak = weak_from_this(), loop = std::weak_ptr{loop_.shared_from_this()},
               request = exchange_->request, number = exchange_->number,
               admission = std::move(admission)](chassis::OrFailed<Response>&& outcome) mutable {
    admission = nullptr;
    const auto there = loop.lock();
    if (!there || !outcome) return;  // guarded: it fails only when nobody has come to run it
    boost::asio::dispatch(there->context, [weak, number, response = *std::move(outcome)]() mutable {
      if (const auto self = weak.lock()) self->answer_is_ready(number, std::move(response));
    });
  };
  return chassis::Reply<Response>{std::move(take), loop_.home()};
}

// A fresh connection takes 25 bytes at once; one that does not is not worth going on with.
void Connection::send_continue() {
  constexpr std::string_view answer = "HTTP/1.1 100 Continue\r\n\r\n";
  if (channel_.write(answer, {}, false).bytes != answer.size()) close();
}

// ---- an answer goes out ----

void Connection::refuse(const Fault& fault) {
  Problem problem{std::string{fault.slug}};
  if (!fault.detail.empty()) problem = std::move(problem).with("reason", fault.detail);
  const Language language = exchange_ ? preferred_language(*exchange_->request) : Language::en;
  close_after_ = true;
  auto response = loop_.common.problems.answer(problem, language);
  if (response.status == 503) response.headers.set("Retry-After", "1");
  answer_unheard(std::move(response));
}

void Connection::shed() {
  loop_.common.shed[exchange_->plan.pool]->add();
  if (state_ != State::running) close_after_ = true;  // its body is not read
  Response response =
      loop_.common.problems.answer({"overloaded"}, preferred_language(*exchange_->request));
  response.headers.set("Retry-After", "1");
  answer_unheard(std::move(response));
}

void Connection::answer_unheard(Response response) {
  const auto& report = loop_.common.options.report_unheard;
  if (report && exchange_) report(*exchange_->request, response, exchange_->began);
  respond(std::move(response));
}

void Connection::answer_is_ready(std::uint64_t exchange, Response response) {
  const bool is_awaited = exchange_ && exchange_->number == exchange &&
                          (state_ == State::running || state_ == State::body);
  if (!is_awaited) return;
  loop_.look_at_clock();
  in_a_row_ = 0;
  if (state_ == State::body) close_after_ = true;  // answered before all of it was read
  respond(std::move(response));
  if (state_ == State::waiting) resume();
}

void Connection::respond(Response response) {
  Common& common = loop_.common;
  AnswerFrame frame = exchange_ ? exchange_->frame : AnswerFrame{};
  close_after_ = close_after_ || !frame.keep_alive || common.draining;
  frame.keep_alive = !close_after_;
  frame.is_secure = channel_.is_secure();
  frame.date = loop_.date();
  try {
    outgoing_.begin(std::move(response), frame);
  } catch (const std::runtime_error& defect) {
    if (common.report && exchange_) common.report(*exchange_->request, defect.what());
    response = common.problems.answer({"internal-error"}, Language::en);
    outgoing_.begin(std::move(response), frame);
  }
  common.metrics.answered(outgoing_.status());
  release_body("the rest of the body was not awaited");
  enter(State::sending, common.options.stall_time);
  progress_ = 0;
  flush();
}

void Connection::release_body(std::string_view why) {
  if (!exchange_) return;
  if (exchange_->pipe) exchange_->pipe->fail("request-timeout", why);
  loop_.common.bodies_bytes.fetch_sub(std::exchange(exchange_->counted_bytes, 0));
}

void Connection::flush() {
  switch (outgoing_.write_to(channel_)) {
    case Outgoing::Progress::done: return answer_is_sent();
    case Outgoing::Progress::blocked:
      return socket_.async_wait(
          channel_.awaited(), [self = shared_from_this()](const boost::system::error_code& error) {
            if (!error) self->flush_then_resume();
          });
    case Outgoing::Progress::paused:
      return boost::asio::post(loop_.context,
                               [self = shared_from_this()] { self->flush_then_resume(); });
    case Outgoing::Progress::ended:
    case Outgoing::Progress::broken: loop_.common.metrics.cut_short.add(); return close();
  }
}

void Connection::flush_then_resume() {
  if (state_ != State::sending) return;
  loop_.look_at_clock();
  in_a_row_ = 0;
  flush();
  if (state_ == State::waiting) resume();
}

void Connection::answer_is_sent() {
  loop_.look_at_clock();
  ++in_a_row_;
  if (exchange_) {
    const std::chrono::duration<double> took = loop_.now - exchange_->began;
    loop_.common.metrics.latency.observe(took.count());
    exchange_.reset();
  }
  if (close_after_) return linger();
  enter(State::waiting, loop_.common.options.idle_time);
}

// ---- ends ----

// Closing with unread bytes resets the connection, and the client may never see the answer.
void Connection::linger() {
  enter(State::lingering, loop_.common.options.linger_time);
  progress_ = 0;
  if (!channel_.finish()) return close();
  await_bytes();
}

void Connection::close() {
  if (state_ == State::closed) return;
  if (state_ == State::waiting && channel_.is_secure()) channel_.finish();
  state_ = State::closed;
  release_body("the client has gone");
  exchange_.reset();
  outgoing_.release();
  boost::system::error_code ignored;
  static_cast<void>(socket_.close(ignored));
  loop_.common.left(address_, came_before_draining_);
  loop_.forget(*this);
}

void Connection::cut_off() {
  if (state_ == State::sending || state_ == State::running) loop_.common.metrics.cut_short.add();
  close();
}

void Connection::begin_draining() {
  if (state_ == State::waiting) enter(State::waiting, loop_.common.options.idle_time);
}

void Connection::tick() {
  if (state_ == State::waiting && input_.empty()) {
    input_ = {};  // an idle connection holds no buffers
    outgoing_.release();
  }
  if (loop_.now < limit_) return;
  const auto& options = loop_.common.options;
  const bool is_streamed = exchange_ && exchange_->pipe;
  if (state_ == State::sending || (state_ == State::body && is_streamed)) {
    const auto moved = state_ == State::sending ? outgoing_.sent() : exchange_->body_bytes;
    const bool client_is_not_to_blame = state_ == State::body && exchange_->paused;
    const bool in_time = state_ == State::sending || loop_.now < exchange_->request->deadline;
    if (in_time && (client_is_not_to_blame || moved - progress_ >= options.stall_bytes)) {
      progress_ = moved;
      limit_ = loop_.now + options.stall_time;
      return;
    }
  }
  if (state_ != State::waiting && state_ != State::lingering) loop_.common.metrics.timed_out.add();
  if (state_ == State::head || state_ == State::body) refuse({"request-timeout", ""});
  else if (state_ == State::running) refuse({"deadline-passed", ""});
  else cut_off();
}

}  // namespace madang::http
