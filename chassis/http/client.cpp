#include "chassis/http/client.hpp"

#include <algorithm>
#include <charconv>
#include <mutex>
#include <optional>
#include <vector>

#include "chassis/http/socket.hpp"
#include "chassis/http/wire.hpp"
#include "chassis/ports/failures.hpp"

namespace madang::http {

namespace {

constexpr std::size_t head_bytes_max = 64 * 1024;
constexpr std::size_t header_count_max = 128;

constexpr std::string_view plain = "http://", secure = "https://";
constexpr runtime::Duration warns_every = std::chrono::minutes{1};

struct Origin {
  bool is_secure;
  std::string authority, host, port;  // the first as the origin has it
};

Origin parse_origin(const std::string& text) {
  const auto refuse = [&] [[noreturn]] {
    throw std::invalid_argument{"not an origin such as http://127.0.0.1:8090: " + text};
  };
  const bool is_secure = text.starts_with(secure);
  if (!is_secure && !text.starts_with(plain)) refuse();
  const std::string authority = text.substr((is_secure ? secure : plain).size());
  std::string host = authority;
  if (host.empty() || host.find_first_of("/?#@ ") != std::string::npos) refuse();
  std::string port = is_secure ? "443" : "80";
  const std::size_t colon = host.rfind(':');
  if (colon != std::string::npos && host.find(']', colon) == std::string::npos) {
    port = host.substr(colon + 1);
    host.resize(colon);
  }
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host.empty() || port.empty()) refuse();
  return {is_secure, authority, host, port};
}

// They speak of one connection, which is ours to speak of (RFC 9110 section 7.6.1).
bool is_of_the_connection(std::string_view name) {
  constexpr std::string_view names[] = {
      "Connection", "Content-Length",    "Expect",  "Host",       "Keep-Alive", "TE",
      "Trailer",    "Transfer-Encoding", "Upgrade", "traceparent"};
  return std::ranges::any_of(names, [&](auto one) { return equal_ignoring_case(one, name); });
}

std::string bytes_of(const Request& request, std::string_view host) {
  std::string text{text_of(request.method)};
  text += ' ' + request.target + " HTTP/1.1\r\nHost: ";
  text += host;
  text += "\r\n";
  const auto append = [&](std::string_view name, std::string_view value) {
    if (name.find_first_of("\r\n:") != std::string_view::npos ||
        value.find_first_of("\r\n") != std::string_view::npos)
      throw std::invalid_argument{"a header field holds a line break"};
    text += name;
    text += ": ";
    text += value;
    text += "\r\n";
  };
  for (const auto& [name, value] : request.headers)
    if (!is_of_the_connection(name)) append(name, value);
  if (request.trace.is_set()) append("traceparent", request.trace.traceparent());
  const bool may_have_body = request.method == Method::post || request.method == Method::put ||
                             request.method == Method::patch;
  if (may_have_body || !request.body.empty())
    append("Content-Length", std::to_string(request.body.size()));
  return text += "\r\n" + request.body;
}

bool may_be_repeated(const Request& request) {
  return (request.method != Method::post && request.method != Method::patch) ||
         request.headers.has("Idempotency-Key");
}

// Reads answers off one connection.
class AnswerReader {
 public:
  AnswerReader(Socket& socket, runtime::Time deadline, std::uint64_t body_max)
      : socket_{socket}, deadline_{deadline}, body_max_{body_max} {}

  Response read(Method asked) {
    Response response;
    do response = read_head();
    while (response.status < 200);  // interim answers
    const bool has_no_body =
        asked == Method::head || response.status == 204 || response.status == 304;
    if (!has_no_body) response.body = read_body(response.headers);
    may_be_kept_ = may_be_kept_ && bytes_.empty();
    return response;
  }
  [[nodiscard]] bool may_be_kept() const { return may_be_kept_; }
  [[nodiscard]] bool has_begun() const { return has_begun_; }

 private:
  bool read_more() {
    const auto fresh = socket_.read(deadline_);
    bytes_ += fresh;
    has_begun_ = has_begun_ || !fresh.empty();
    return !fresh.empty();
  }

  Response read_head() {
    std::size_t end = 0;
    while ((end = bytes_.find("\r\n\r\n")) == std::string::npos) {
      if (bytes_.size() > head_bytes_max) throw SocketFailed{"its answer has too long a head"};
      if (!read_more()) throw SocketFailed{"it closed the connection without an answer"};
    }
    const std::size_t line_end = bytes_.find("\r\n");
    const std::string_view line = std::string_view{bytes_}.substr(0, line_end);
    Response response;
    if (line.size() < 12 || !line.starts_with("HTTP/1.") ||
        std::from_chars(line.data() + 9, line.data() + 12, response.status).ec != std::errc{} ||
        response.status < 100)
      throw SocketFailed{"its answer is not HTTP"};
    const std::string lines = bytes_.substr(line_end + 2, end - line_end);
    auto headers = parse_fields(lines, header_count_max);
    if (!headers) throw SocketFailed{"its answer is malformed"};
    may_be_kept_ = line.starts_with("HTTP/1.1") && !headers->lists("Connection", "close");
    response.headers = std::move(*headers);
    bytes_.erase(0, end + 4);
    return response;
  }

  std::string read_body(const Headers& headers) {
    const auto length = headers.get("Content-Length");
    if (headers.has("Transfer-Encoding")) return read_framed(Framing{});
    if (!length) return read_to_the_end();
    std::uint64_t count = 0;
    const auto [end, error] =
        std::from_chars(length->data(), length->data() + length->size(), count);
    if (error != std::errc{} || end != length->data() + length->size())
      throw SocketFailed{"its answer is malformed"};
    return read_framed(Framing{count});
  }

  std::string read_framed(const Framing& framing) {
    std::string body;
    BodyDecoder decoder{framing};
    while (!decoder.done()) {
      const auto step = decoder.next(bytes_);
      if (!step) throw SocketFailed{"its answer is malformed"};
      body += step->data;
      if (body.size() > body_max_) throw SocketFailed{"its answer is too large"};
      if (step->used == 0 && !decoder.done() && !read_more())
        throw SocketFailed{"its answer ended in its middle"};
      bytes_.erase(0, step->used);
    }
    return body;
  }

  std::string read_to_the_end() {
    may_be_kept_ = false;
    while (read_more())
      if (bytes_.size() > body_max_) throw SocketFailed{"its answer is too large"};
    return std::exchange(bytes_, {});
  }

  Socket& socket_;
  runtime::Time deadline_;
  std::uint64_t body_max_;
  std::string bytes_;  // read, but not dealt with yet
  bool may_be_kept_ = false;
  bool has_begun_ = false;
};

}  // namespace

struct Client::Inside {
  struct Kept {
    std::unique_ptr<Socket> socket;
    runtime::Time since;
  };
  // One of the connections that may be open at a time.
  class Turn {
   public:
    Turn(Inside& inside, runtime::Time deadline) : inside_{inside} {
      const std::unique_lock section{*inside_.monitor};
      while (inside_.open >= inside_.options.connections_max)
        if (!inside_.monitor->wait_until(deadline)) throw SocketFailed{"too many calls at once"};
      ++inside_.open;
    }
    ~Turn() {
      inside_.monitor->lock_quietly();
      --inside_.open;
      inside_.monitor->notify_one();
      inside_.monitor->unlock();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    Inside& inside_;
  };

  std::unique_ptr<Socket> take_kept();
  void keep(std::unique_ptr<Socket>);
  std::optional<Response> try_on_kept(const Request&, const std::string& text, runtime::Time);
  Response call(const Request&, runtime::Time deadline);
  void warn(std::string_view why);

  runtime::Runtime& runtime;
  ClientOptions options;
  Origin origin = parse_origin(options.origin);
  std::unique_ptr<runtime::Monitor> monitor = runtime.monitor();
  std::vector<Kept> kept;  // the one used last stands last
  std::size_t open = 0;
  runtime::Time warns_from{};
};

std::unique_ptr<Socket> Client::Inside::take_kept() {
  const std::unique_lock section{*monitor};
  const auto oldest = runtime.now() - options.idle_time;
  std::erase_if(kept,
                [&](const Kept& one) { return one.since < oldest || !one.socket->is_quiet(); });
  if (kept.empty()) return nullptr;
  auto socket = std::move(kept.back().socket);
  kept.pop_back();
  return socket;
}

void Client::Inside::keep(std::unique_ptr<Socket> socket) {
  const std::unique_lock section{*monitor};
  kept.push_back({std::move(socket), runtime.now()});
}

void Client::Inside::warn(std::string_view why) {
  if (!options.warn) return;
  const auto now = runtime.now();
  {
    const std::unique_lock section{*monitor};
    if (now < warns_from) return;
    warns_from = now + warns_every;
  }
  options.warn(options.origin, why);
}

// None when the other side had closed the connection meanwhile and the request may be repeated.
std::optional<Response> Client::Inside::try_on_kept(const Request& request, const std::string& text,
                                                    runtime::Time deadline) {
  auto socket = take_kept();
  if (!socket) return std::nullopt;
  AnswerReader reader{*socket, deadline, options.answer_bytes_max};
  try {
    socket->write(text, deadline);
    auto response = reader.read(request.method);
    if (reader.may_be_kept()) keep(std::move(socket));
    return response;
  } catch (const SocketFailed&) {
    if (reader.has_begun() || !may_be_repeated(request) || runtime.now() >= deadline) throw;
    return std::nullopt;
  }
}

Response Client::Inside::call(const Request& request, runtime::Time deadline) {
  const Turn turn{*this, deadline};
  const std::string text = bytes_of(request, origin.authority);
  if (auto response = try_on_kept(request, text, deadline)) return std::move(*response);
  auto socket = std::make_unique<Socket>(runtime, origin.host, origin.port,
                                         origin.is_secure ? options.trust : nullptr,
                                         std::min(deadline, runtime.now() + options.connect_time));
  socket->write(text, deadline);
  AnswerReader reader{*socket, deadline, options.answer_bytes_max};
  auto response = reader.read(request.method);
  if (reader.may_be_kept()) keep(std::move(socket));
  return response;
}

Client::Client(runtime::Runtime& runtime, ClientOptions options)
    : inside_{std::make_unique<Inside>(runtime, std::move(options))} {
  if (inside_->origin.is_secure && inside_->options.trust == nullptr)
    throw std::invalid_argument{"nobody is believed, so none can be called by https"};
}

Client::~Client() = default;

Response Client::call(const Request& request) {
  const auto deadline =
      std::min(request.deadline, inside_->runtime.now() + inside_->options.total_time);
  try {
    return inside_->call(request, deadline);
  } catch (const NotTrusted& failed) {
    inside_->warn(failed.what());
    throw chassis::Unavailable{inside_->options.origin + ": " + failed.what()};
  } catch (const SocketFailed& failed) {
    throw chassis::Unavailable{inside_->options.origin + ": " + failed.what()};
  }
}

}  // namespace madang::http
