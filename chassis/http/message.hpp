#pragma once
// What comes in and what goes out over HTTP, as plain values: the one entry to everything above the
// socket is `Handler`, from Request to Response, now or later. By the time a Request exists its limits have been
// held, its target decoded and its body framed, so nothing here is hostile any more, only
// unchecked.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "chassis/ports/later.hpp"
#include "chassis/telemetry/trace.hpp"

namespace madang::http {

// The runtime's time: UTC in microseconds. Work for a request that is past its deadline is in vain.
using Deadline = std::chrono::sys_time<std::chrono::microseconds>;

// Those that are registered for all (RFC 9110 section 9.3, QUERY), but CONNECT, which is for proxies.
enum class Method { get, head, post, put, patch, delete_, options, trace, query };
std::string_view text_of(Method);
std::optional<Method> parse_method(std::string_view);  // case matters (RFC 9110 section 9.1)

bool equal_ignoring_case(std::string_view, std::string_view);  // of ASCII letters

// Fields in the order they came; names are compared without regard to case.
class Headers {
 public:
  struct Field {
    std::string name, value;
  };
  Headers() = default;
  Headers(std::initializer_list<Field> fields) : fields_{fields} {}

  void add(std::string name, std::string value);
  void set(std::string_view name, std::string value);  // instead of all that had this name
  void remove(std::string_view name);

  [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const;  // the first
  [[nodiscard]] std::vector<std::string_view> all(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const { return get(name).has_value(); }
  // Whether a list field such as Connection names this token, in any of its lines.
  [[nodiscard]] bool lists(std::string_view name, std::string_view token) const;

  [[nodiscard]] auto begin() const { return fields_.begin(); }
  [[nodiscard]] auto end() const { return fields_.end(); }
  [[nodiscard]] std::size_t size() const { return fields_.size(); }

 private:
  std::vector<Field> fields_;
};

// Decoded query parameters, in their order; a name may come more than once.
class Query {
 public:
  void add(std::string name, std::string value);
  [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const;  // the first
  [[nodiscard]] std::vector<std::string_view> all(std::string_view name) const;
  [[nodiscard]] auto begin() const { return parameters_.begin(); }
  [[nodiscard]] auto end() const { return parameters_.end(); }
  [[nodiscard]] std::size_t size() const { return parameters_.size(); }

 private:
  std::vector<std::pair<std::string, std::string>> parameters_;
};

// The rest of a body could not be had: the client went away, was too slow, sent more than allowed
// or broke the framing. `slug` names the problem to answer with, if anyone is still there.
struct BodyFailed : std::runtime_error {
  BodyFailed(std::string slug_of_problem, const std::string& what)
      : std::runtime_error{what}, slug{std::move(slug_of_problem)} {}
  std::string slug;
};

// The body of a route declared streaming: read while the client still sends. Its buffer is bounded;
// a reader that is slow makes the client wait. For the handler's task only.
class BodyReader {
 public:
  virtual ~BodyReader() = default;
  // Waits for at least one byte; 0 is the end of a whole body. Throws BodyFailed.
  virtual std::size_t read(std::span<std::byte> into) = 0;
  // What the client said it would send; nullopt when it sends in chunks.
  [[nodiscard]] virtual std::optional<std::uint64_t> declared_length() const = 0;
};

struct Request {
  Method method = Method::get;  // HEAD comes as get; the server leaves out the body of the answer
  std::string target;           // as it came: path and query, percent-encoded
  std::string path;             // decoded; begins with '/', without dot segments or empty ones
  Query query;
  Headers headers;
  std::string body;                    // whole, unless the route is streaming
  std::shared_ptr<BodyReader> stream;  // only of a streaming route
  std::string client_address;          // without its port; the peer's, or as trusted proxies say
  Deadline deadline = Deadline::max();
  telemetry::TraceContext trace;  // this request's own span
};

// A part of a file, sent in chunks without being held in memory. Before each chunk `keep_going` is
// asked, on a thread that serves other people too: it must be quick and must not block. When it
// says no, the connection ends there, so the client sees that the file is not whole.
struct FileSlice {
  std::filesystem::path path;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  std::function<bool()> keep_going{};  // none: to the end
};

struct Response {
  int status = 200;
  Headers headers{};
  std::variant<std::string, FileSlice> body{};

  [[nodiscard]] const std::string& text() const { return std::get<std::string>(body); }
};

Response json_response(int status, std::string json);

using chassis::Later;

// Several requests may be in it at once. A request stays where it is until it is answered. Failures
// leave it as exceptions, or in the answer that comes later.
using Handler = std::function<Later<Response>(const Request&)>;
// The way out: sends a request, and waits for what somebody else answers.
using Calls = std::function<Response(const Request&)>;

// A request as it would come from a socket, for tests and the simulator. Throws
// std::invalid_argument for a target that the server would refuse.
Request request_of(Method, std::string_view target, Headers = {}, std::string body = {});

}  // namespace madang::http
