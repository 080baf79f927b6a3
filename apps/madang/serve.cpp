#include "apps/madang/serve.hpp"

#include "apps/madang/service_manager.hpp"
#include "apps/madang/shop.hpp"
#include "chassis/control/control_socket.hpp"
#include "chassis/runtime/threads.hpp"
#include "chassis/storage/folder_lock.hpp"
#include <csignal>
#include <cstdio>

namespace madang::app {
namespace {

constexpr int drained = 0, cannot_start = 3;

// Blocked before the first thread begins, so that they wait for whoever asks for them.
sigset_t ending_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

int cannot(const std::string& why) {
  std::fprintf(stderr, "madang: %s\n", why.c_str());
  return cannot_start;
}

// A sign that the shop is not stuck: asking every context how it does came back. What they say does not count
// here, since starting again mends no disk and no clock.
void give_signs_of_life(const ServiceManager& manager, const Shop& shop,
                        runtime::Threads& runtime) {
  if (!manager.watchdog()) return;
  runtime.spawn("watchdog", [&manager, &shop, &runtime, every = *manager.watchdog() / 2] {
    for (;; runtime.sleep(every)) {
      static_cast<void>(shop.is_ready());
      manager.tell_alive();
    }
  });
}

int serve_until_told(const Settings& settings, runtime::Threads& runtime, const sigset_t& signals) {
  storage::RealFileSystem files;
  telemetry::Registry metrics;
  LogLines log;
  const ServiceManager manager;
  Shop shop{runtime, files, settings, metrics, log};
  http::ServerOptions options{.listen = settings.listen,
                              .inherited_socket = manager.listening_socket()};
  options.pools = Shop::pools();
  http::Server server{
      runtime,
      options,
      [&](const http::Request& request) { return shop.handle(request); },
      [&](http::Method method, std::string_view path) { return shop.plan(method, path); },
      shop.problems(),
      metrics};
  control::ControlSocket control{
      runtime, settings.data,
      [&](const auto& question, const auto& who) { return shop.control(question, who); }};
  shop.start();
  server.start();
  control.start();
  std::fprintf(stderr, "madang: the shop is open on http://%s\n", server.address().c_str());
  manager.tell_ready("open on http://" + server.address());
  give_signs_of_life(manager, shop, runtime);
  if (settings.sample) shop.load_sample();

  int signal = 0;
  sigwait(&signals, &signal);
  manager.tell_stopping();
  log.tell("draining", {});
  control.stop();
  const bool all = server.drain(runtime.now() + settings.drain_within);
  runtime.stop();
  runtime.join();
  shop.close();
  log.tell("closed", {{"unanswered", all ? "none" : "some"}});
  return drained;
}

}  // namespace

int serve(const Settings& settings) {
  const auto signals = ending_signals();
  std::signal(SIGPIPE, SIG_IGN);
  runtime::Threads runtime;
  try {
    storage::RealFileSystem{}.create_folder(settings.data);
    const auto lock = storage::FolderLock::take(settings.data, runtime.now());
    if (!lock)
      return cannot("the folder " + settings.data + " is in use by process " + lock.error().pid +
                    " (since " + lock.error().since + "); one shop to a folder");
    return serve_until_told(settings, runtime, signals);
  } catch (const std::exception& failure) {
    runtime.stop();
    runtime.join();
    return cannot(failure.what());
  }
}

}  // namespace madang::app
