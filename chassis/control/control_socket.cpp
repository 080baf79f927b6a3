#include "chassis/control/control_socket.hpp"

#include <fcntl.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

#include "chassis/ports/failures.hpp"

namespace madang::control {
namespace {

using chassis::Unavailable;

constexpr std::size_t question_bytes_max = 64 * 1024;
constexpr int answered_at_once_max = 8;
constexpr timeval question_within{.tv_sec = 5, .tv_usec = 0};

class Descriptor {
 public:
  explicit Descriptor(int number) : number_{number} {}
  Descriptor(Descriptor&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int number() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }

 private:
  int number_;
};

[[noreturn]] void fail(const std::string& what) {
  throw Unavailable{what + ": " + std::strerror(errno)};
}

Descriptor new_socket() {
  Descriptor made{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (!made) fail("cannot make a socket");
  return made;
}

// A socket's address holds some hundred bytes, a folder's path may have more: it is reached through a
// descriptor of the folder.
struct Address {
  explicit Address(const std::string& in)
      : folder{::open(in.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)} {
    if (!folder) fail("cannot open " + in);
    const auto path = "/proc/self/fd/" + std::to_string(folder.number()) + "/control";
    name.sun_family = AF_UNIX;
    std::memcpy(name.sun_path, path.c_str(), path.size() + 1);
  }
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&name); }

  Descriptor folder;
  sockaddr_un name{};
};

// Up to the end of the line, which is left out. Nothing: it did not come whole.
std::optional<std::string> read_line(int from, std::size_t most) {
  std::string line;
  std::array<char, 4096> part{};
  while (true) {
    const auto size = ::recv(from, part.data(), part.size(), 0);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return std::nullopt;
    line.append(part.data(), static_cast<std::size_t>(size));
    if (line.back() == '\n') {
      line.pop_back();
      return line;
    }
    if (line.size() > most) return std::nullopt;
  }
}

bool write_line(int to, std::string line) {
  line += '\n';
  for (std::size_t sent = 0; sent < line.size();) {
    const auto size = ::send(to, line.data() + sent, line.size() - sent, MSG_NOSIGNAL);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return false;
    sent += static_cast<std::size_t>(size);
  }
  return true;
}

std::string account_of(uid_t user) {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 4096> room{};
  if (::getpwuid_r(user, &entry, room.data(), room.size(), &found) == 0 && found)
    return found->pw_name;
  return "user " + std::to_string(user);
}

}  // namespace

class ControlSocket::Inside : public std::enable_shared_from_this<Inside> {
 public:
  Inside(runtime::Runtime& runtime, const std::string& folder, Answer answer)
      : runtime_{runtime},
        answer_{std::move(answer)},
        path_{folder + "/control"},
        listening_{new_socket()} {
    const Address address{folder};
    if (::unlink(path_.c_str()) != 0 && errno != ENOENT) fail("cannot take away " + path_);
    // Before it has a name, so that there is no moment at which others may open it.
    if (::fchmod(listening_.number(), S_IRUSR | S_IWUSR) != 0 ||
        ::bind(listening_.number(), address.get(), sizeof address.name) != 0 ||
        ::chmod(path_.c_str(), S_IRUSR | S_IWUSR) != 0 ||
        ::listen(listening_.number(), answered_at_once_max) != 0)
      fail("cannot listen at " + path_);
  }

  void take_calls() {
    while (true) {
      Descriptor call{::accept4(listening_.number(), nullptr, nullptr, SOCK_CLOEXEC)};
      if (stopped_) return;
      if (!call) {
        if (errno != EINTR && errno != ECONNABORTED) runtime_.sleep(std::chrono::milliseconds{100});
        continue;
      }
      while (answering_ >= answered_at_once_max) runtime_.sleep(std::chrono::milliseconds{20});
      ++answering_;
      runtime_.spawn("control", [self = shared_from_this(),
                                 call = std::make_shared<Descriptor>(std::move(call))] {
        const Leaving leaving{self->answering_};
        self->answer(call->number());
      });
    }
  }
  void stop() noexcept {
    if (stopped_.exchange(true)) return;
    ::unlink(path_.c_str());
    ::shutdown(listening_.number(), SHUT_RDWR);  // wakes who waits for a call
  }

 private:
  struct Leaving {
    std::atomic<int>& count;
    ~Leaving() { --count; }
  };

  void answer(int call) {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(call, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return;
    if (peer.uid != ::geteuid() && peer.uid != 0) return;
    ::setsockopt(call, SOL_SOCKET, SO_RCVTIMEO, &question_within, sizeof question_within);
    ::setsockopt(call, SOL_SOCKET, SO_SNDTIMEO, &question_within, sizeof question_within);
    if (const auto question = read_line(call, question_bytes_max))
      write_line(call, answer_(*question, account_of(peer.uid)));
  }

  runtime::Runtime& runtime_;
  Answer answer_;
  std::string path_;
  Descriptor listening_;
  std::atomic<bool> stopped_ = false;
  std::atomic<int> answering_ = 0;
};

ControlSocket::ControlSocket(runtime::Runtime& runtime, const std::string& folder, Answer answer)
    : runtime_{runtime}, inside_{std::make_shared<Inside>(runtime, folder, std::move(answer))} {}
ControlSocket::~ControlSocket() { stop(); }

void ControlSocket::start() {
  runtime_.spawn("control", [inside = inside_] { inside->take_calls(); });
}
void ControlSocket::stop() noexcept { inside_->stop(); }

std::optional<std::string> ask_running_shop(const std::string& folder,
                                            const std::string& question) {
  const auto socket = new_socket();
  const Address address{folder};
  if (::connect(socket.number(), address.get(), sizeof address.name) != 0) {
    if (errno == ENOENT || errno == ECONNREFUSED) return std::nullopt;
    fail("cannot speak to the shop at " + folder + "/control");
  }
  const auto answer =
      write_line(socket.number(), question) ? read_line(socket.number(), SIZE_MAX) : std::nullopt;
  if (!answer)
    throw Unavailable{"the shop ended before it answered; look what was done, and ask again"};
  return answer;
}

std::string own_account() { return account_of(::geteuid()); }

}  // namespace madang::control
