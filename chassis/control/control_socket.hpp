#pragma once
// The door of a running shop for whoever runs it: a Unix socket DIR/control that its owner alone may open
// (mode 0600; the kernel tells who calls). One question to a connection, one answer, both a line of UTF-8:
//
//   <question> "\n"      at most 64 KiB, within 5 seconds
//   <answer> "\n"        when it is there; a connection that ends without one was not answered
//
// What is asked and answered is the caller's: see apps/madang/control. The socket says nothing by itself.
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "chassis/runtime/runtime.hpp"

namespace madang::control {

class ControlSocket {
 public:
  // Called on a task of its own for each question, at most eight at a time. `who` is the name of the
  // caller's account on this machine. It must throw nothing but Stopped.
  using Answer = std::function<std::string(const std::string& question, const std::string& who)>;

  // The folder must be locked by the caller for this object's life: a socket that a killed shop left is
  // taken away. Throws Unavailable.
  ControlSocket(runtime::Runtime&, const std::string& folder, Answer);
  ~ControlSocket();

  void start();
  // From any thread, before the runtime is stopped: takes no more questions, and the socket away.
  void stop() noexcept;

 private:
  class Inside;
  runtime::Runtime& runtime_;
  std::shared_ptr<Inside> inside_;  // the tasks have it too
};

// Asks the shop that runs on this folder, and waits for as long as it takes. Nothing: nobody listens.
// Throws Unavailable when the shop ended before it answered.
std::optional<std::string> ask_running_shop(const std::string& folder, const std::string& question);

// The name of this process's own account on this machine.
std::string own_account();

}  // namespace madang::control
