#include "apps/madang/handover.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "chassis/ports/failures.hpp"

namespace madang::app {
namespace {

constexpr std::string_view come = "come\n", opened = "open\n";

[[noreturn]] void fail(const std::string& what) {
  throw chassis::Unavailable{what + ": " + std::strerror(errno)};
}

// A socket's address holds some hundred bytes, a folder's path may have more: it is reached through a
// descriptor of the folder.
struct Address {
  explicit Address(const std::string& in)
      : folder{::open(in.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)} {
    if (!folder) fail("cannot open " + in);
    name.sun_family = AF_UNIX;
    std::ranges::copy("/proc/self/fd/" + std::to_string(folder.number()) + "/successor",
                      name.sun_path);
  }
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&name); }

  Descriptor folder;
  sockaddr_un name{};
};

Descriptor new_socket() {
  Descriptor made{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (!made) fail("cannot make a socket");
  return made;
}

// Room for one descriptor beside a message (cmsg(3)).
union Beside {
  cmsghdr alignment;
  std::array<char, CMSG_SPACE(sizeof(int))> bytes;
};

}  // namespace

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

bool Successor::give(int listening_socket) {
  Beside beside{};
  std::string text{come};
  iovec part{text.data(), text.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = &beside;
  message.msg_controllen = sizeof beside;
  auto* const header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof listening_socket);
  std::memcpy(CMSG_DATA(header), &listening_socket, sizeof listening_socket);
  return ::sendmsg(connection_.number(), &message, MSG_NOSIGNAL) ==
         static_cast<ssize_t>(text.size());
}

bool Successor::has_opened() {
  std::array<char, opened.size()> text{};
  const auto size = ::recv(connection_.number(), text.data(), text.size(), MSG_WAITALL);
  return size == static_cast<ssize_t>(text.size()) &&
         std::string_view{text.data(), text.size()} == opened;
}

SuccessorsDoor::SuccessorsDoor(std::string folder)
    : path_{folder + "/successor"}, listening_{new_socket()} {
  const Address address{folder};
  if (::unlink(path_.c_str()) != 0 && errno != ENOENT) fail("cannot take away " + path_);
  // Before it has a name, so that there is no moment at which others may open it.
  if (::fchmod(listening_.number(), S_IRUSR | S_IWUSR) != 0 ||
      ::bind(listening_.number(), address.get(), sizeof address.name) != 0 ||
      ::chmod(path_.c_str(), S_IRUSR | S_IWUSR) != 0 || ::listen(listening_.number(), 1) != 0)
    fail("cannot listen at " + path_);
}
SuccessorsDoor::~SuccessorsDoor() { ::unlink(path_.c_str()); }

std::optional<Successor> SuccessorsDoor::let_in() {
  Descriptor connection{::accept4(listening_.number(), nullptr, nullptr, SOCK_CLOEXEC)};
  ucred peer{};
  socklen_t size = sizeof peer;
  if (!connection ||
      ::getsockopt(connection.number(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 ||
      (peer.uid != ::geteuid() && peer.uid != 0))
    return std::nullopt;
  return Successor{std::move(connection)};
}

std::optional<Predecessor> Predecessor::find(const std::string& folder) {
  auto connection = new_socket();
  const Address address{folder};
  if (::connect(connection.number(), address.get(), sizeof address.name) != 0) {
    if (errno == ENOENT || errno == ECONNREFUSED) return std::nullopt;
    fail("cannot speak to the shop at " + folder + "/successor");
  }
  return Predecessor{std::move(connection)};
}

int Predecessor::receive_socket() {
  Beside beside{};
  std::array<char, come.size()> text{};
  iovec part{text.data(), text.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = &beside;
  message.msg_controllen = sizeof beside;
  const auto size = ::recvmsg(connection_.number(), &message, MSG_CMSG_CLOEXEC | MSG_WAITALL);
  const auto* const header = CMSG_FIRSTHDR(&message);
  if (size != static_cast<ssize_t>(come.size()) || !header || header->cmsg_type != SCM_RIGHTS)
    throw chassis::Unavailable{"the shop that runs did not give its place up"};
  int socket = -1;
  std::memcpy(&socket, CMSG_DATA(header), sizeof socket);
  return socket;
}

void Predecessor::tell_opened() {
  ::send(connection_.number(), opened.data(), opened.size(), MSG_NOSIGNAL);
}

}  // namespace madang::app
