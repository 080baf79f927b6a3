#pragma once
// How a new program takes the place of the one that runs: over a Unix socket FOLDER/successor that the shop's
// own account alone may open.
//
//   new -> old   connects
//   old -> new   "come\n", and with it the listening socket: the folder is closed and its lock given back
//   new -> old   "open\n"; or the connection ends, and the old one opens again
//
// Both calls that wait do so for as long as it takes: what is waited for is a process that a person can see
// and end. Failures are thrown as chassis::Unavailable.
#include <optional>
#include <string>
#include <utility>

namespace madang::app {

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_{number} {}
  Descriptor(Descriptor&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor();
  [[nodiscard]] int number() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }

 private:
  int number_;
};

// The program that wants the place, seen from the one that has it.
class Successor {
 public:
  explicit Successor(Descriptor connection) : connection_{std::move(connection)} {}

  // False: it has gone. Either way the caller keeps the socket.
  bool give(int listening_socket);
  // Waits until it has opened the shop; false: it ended without.
  bool has_opened();

 private:
  Descriptor connection_;
};

// Where it knocks. The folder must be locked by the caller: what a killed shop left is taken away.
class SuccessorsDoor {
 public:
  explicit SuccessorsDoor(std::string folder);
  ~SuccessorsDoor();
  SuccessorsDoor(const SuccessorsDoor&) = delete;
  SuccessorsDoor& operator=(const SuccessorsDoor&) = delete;

  [[nodiscard]] int descriptor() const { return listening_.number(); }  // readable: somebody knocks
  // Nothing: it has gone again, or is of another account.
  std::optional<Successor> let_in();

 private:
  std::string path_;
  Descriptor listening_;
};

// The program whose place is wanted, seen from the new one.
class Predecessor {
 public:
  // Knocks. Nothing: no shop runs on this folder.
  static std::optional<Predecessor> find(const std::string& folder);

  // Waits until the folder is free. The caller owns the socket.
  int receive_socket();
  void tell_opened();

 private:
  explicit Predecessor(Descriptor connection) : connection_{std::move(connection)} {}
  Descriptor connection_;
};

}  // namespace madang::app
