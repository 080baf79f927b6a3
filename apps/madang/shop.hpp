#pragma once
// The shop in one program: every context on an engine of its own, their ports joined by hand, the gateway in front. Or
// some of these parts, in one of the shop's processes (surroundings.hpp). It has no socket: what serves it calls
// handle() for people, serve() and answer_call() for the shop's other processes.
//
//   Shop shop{runtime, files, settings, metrics, log};   opens the folder, which the caller has locked
//   shop.start();                                        from here on it works
//   runtime.stop(); runtime.join();                      then it may be destroyed
//   shop.close();                                        before that, if all went well: leaves short files
#include "apps/madang/control/limits.hpp"
#include "apps/madang/log_lines.hpp"
#include "apps/madang/settings.hpp"
#include "apps/madang/surroundings.hpp"
#include "chassis/http/message.hpp"
#include "chassis/http/server.hpp"
#include "chassis/runtime/runtime.hpp"
#include "chassis/storage/files.hpp"
#include "chassis/telemetry/metrics.hpp"
#include <memory>
#include <vector>

namespace madang::app {

class Shop {
 public:
  // Throws Unavailable and Corrupt when the folder cannot be opened.
  // `SettingsWith`: these settings, with what operators have changed; none: their limits cannot be changed.
  Shop(runtime::Runtime&, storage::FileSystem&, const Settings&, telemetry::Registry&, LogLines&,
       Surroundings = {}, SettingsWith = {});
  ~Shop();

  void start();
  void load_sample();  // in a task of its own, after start()
  // Before the runtime stops: waits until what was traced has left, at the latest until the deadline.
  void send_traces(runtime::Time deadline);
  // After a graceful stop, when the runtime's tasks have ended; tells the log what it could not do. What it
  // leaves undone, and it may be left out altogether, costs the next start some time and nothing else.
  void close();
  [[nodiscard]] bool is_ready() const;
  // A question of whoever runs the shop, as the control socket brings it; from any task.
  [[nodiscard]] std::string control(const std::string& question, const std::string& who);

  // People's, at the gateway: in a process that holds it. Any thread.
  [[nodiscard]] http::Later<http::Response> handle(const http::Request&);
  // What the gateway of another process has let in, for a context of this one. Its headers say who asks: nobody else
  // may reach this door. Any thread.
  [[nodiscard]] http::Later<http::Response> serve(const http::Request&);
  // A call from a context elsewhere, in a task that may take its time until the deadline. Throws Corrupt for a method
  // that nobody here knows and for bytes that are not its message, and what the context throws.
  [[nodiscard]] std::string answer_call(std::string_view method, const std::string& message,
                                        const chassis::Call&);
  // Of a request that the server answered by itself: a line of the log, as of any other.
  void write_down_unheard(const http::Request&, const http::Response&, runtime::Time began);
  [[nodiscard]] http::Plan plan(http::Method, std::string_view path) const;
  [[nodiscard]] std::vector<http::PoolOptions> pools() const;
  [[nodiscard]] const http::Problems& problems() const;

 private:
  class Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace madang::app
