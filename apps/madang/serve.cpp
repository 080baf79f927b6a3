#include "apps/madang/serve.hpp"

#include "apps/madang/certificate_keeper.hpp"
#include "apps/madang/handover.hpp"
#include "apps/madang/metrics_door.hpp"
#include "apps/madang/service_manager.hpp"
#include "apps/madang/shop.hpp"
#include "chassis/control/control_socket.hpp"
#include "chassis/http/this_machine.hpp"
#include "chassis/ports/failures.hpp"
#include "chassis/runtime/threads.hpp"
#include "chassis/storage/folder_lock.hpp"
#include <array>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <malloc.h>
#include <memory>
#include <optional>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <utility>

namespace madang::app {
namespace {

constexpr int drained = 0, cannot_start = 3;
constexpr auto lock_within = std::chrono::seconds{5};
constexpr auto traces_within = std::chrono::seconds{2};

// What may end the shop's day: signals, blocked before the first thread begins, and a successor. SIGHUP ends
// nothing: it asks for the certificate's files to be read.
class Signals {
 public:
  Signals() {
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGHUP);
    sigprocmask(SIG_BLOCK, &ending, nullptr);
    came_ = Descriptor{::signalfd(-1, &ending, SFD_CLOEXEC)};
  }

  // Nothing: a signal came first.
  [[nodiscard]] std::optional<Successor> wait_for_one_or(SuccessorsDoor& door,
                                                         tls::Certificate* certificate) const {
    std::array<pollfd, 2> either{pollfd{came_.number(), POLLIN, 0},
                                 pollfd{door.descriptor(), POLLIN, 0}};
    while (true) {
      ::poll(either.data(), either.size(), -1);
      if (either[0].revents != 0) {
        signalfd_siginfo signal{};
        const bool is_known = ::read(came_.number(), &signal, sizeof signal) == sizeof signal;
        if (!is_known || signal.ssi_signo != SIGHUP) return std::nullopt;
        if (certificate) certificate->ask();
      }
      if (either[1].revents == 0) continue;
      if (auto successor = door.let_in()) return successor;
    }
  }

 private:
  Descriptor came_;
};

// What lasts while the shop may close and open again.
struct House {
  const Settings& settings;
  const SettingsWith& with;  // what operators have changed
  Signals signals{};
  ServiceManager manager{};
  std::optional<Predecessor> predecessor{};         // until the shop is open in its place
  Descriptor socket{};                              // the listening one, once there is one
  std::unique_ptr<tls::Certificate> certificate{};  // none: plain HTTP
};

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

// A house that changes hands has its socket already: a command that just looks at the folder meanwhile, and
// has the lock for a moment, must not keep the shop shut.
storage::FolderLock take_lock(const House& house, runtime::Threads& runtime) {
  const auto& folder = house.settings.data;
  const auto patience = runtime.now() + (house.socket ? lock_within : std::chrono::seconds{0});
  while (true) {
    auto lock = storage::FolderLock::take(folder, runtime.now());
    if (lock) return std::move(*lock);
    const auto& holder = lock.error();
    if (runtime.now() >= patience)
      throw chassis::Unavailable{"the folder " + folder + " is in use by process " + holder.pid +
                                 " (since " + holder.since + "); one shop to a folder"};
    runtime.sleep(std::chrono::milliseconds{10});
  }
}

int copy_of(int descriptor) { return ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0); }

// Who comes from elsewhere must not take test cards for a payment.
void say_when_nobody_pays(const House& house, const std::string& address, LogLines& log) {
  const bool is_for_others = house.certificate || !http::is_this_machine(address);
  if (!house.settings.provider_origin.empty() || !is_for_others) return;
  std::fprintf(stderr,
               "madang: no payment.provider is set: test cards are taken, and nobody pays\n");
  log.warn("test cards are taken, and nobody pays: no payment.provider is set",
           {{"address", address}});
}

// Opens the shop until it is told to close. A successor that is given back gets what is the house's.
std::optional<Successor> open_until_told(House& house, runtime::Threads& runtime) {
  const auto& settings = house.settings;
  const auto lock = take_lock(house, runtime);
  storage::RealFileSystem files;
  telemetry::Registry metrics;
  LogLines log;
  Shop shop{runtime, files, settings, metrics, log, {}, house.with};
  http::ServerOptions options{.listen = settings.listen};
  if (house.socket) options.inherited_socket = copy_of(house.socket.number());
  options.proxies = settings.proxies;
  options.certificate = house.certificate.get();
  options.report_unheard = [&](const auto& request, const auto& answer, auto began) {
    shop.write_down_unheard(request, answer, began);
  };
  options.total_time = settings.answer_within;
  options.pools = shop.pools();
  http::Server server{
      runtime,
      options,
      [&](const http::Request& request) { return shop.handle(request); },
      [&](http::Method method, std::string_view path) { return shop.plan(method, path); },
      shop.problems(),
      metrics};
  MetricsDoor metrics_door{runtime, settings, metrics, shop.problems()};
  if (!house.socket) house.socket = Descriptor{copy_of(server.listening_socket())};
  control::ControlSocket control{
      runtime, settings.data,
      [&](const auto& question, const auto& who) { return shop.control(question, who); }};
  SuccessorsDoor door{settings.data};
  std::optional<CertificateKeeper> keeper;
  if (house.certificate) keeper.emplace(runtime, *house.certificate, metrics, log);
  shop.start();
  server.start();
  control.start();
  metrics_door.start();
  if (keeper) keeper->start();
  if (auto predecessor = std::exchange(house.predecessor, {})) predecessor->tell_opened();
  const auto open_on =
      "open on " + std::string{house.certificate ? "https://" : "http://"} + server.address();
  std::fprintf(stderr, "madang: the shop is %s\n", open_on.c_str());
  say_when_nobody_pays(house, server.address(), log);
  house.manager.tell_ready(open_on);
  give_signs_of_life(house.manager, shop, runtime);
  if (settings.sample) shop.load_sample();

  auto successor = house.signals.wait_for_one_or(door, house.certificate.get());
  house.manager.tell_stopping();
  log.tell("draining", {});
  control.stop();
  const bool is_held_open = successor || house.manager.listening_socket();
  const bool all =
      server.drain(runtime.now() + settings.drain_within,
                   is_held_open ? http::Server::Backlog::leave : http::Server::Backlog::serve);
  metrics_door.close();
  shop.send_traces(runtime.now() + traces_within);
  runtime.stop();
  runtime.join();
  shop.close();
  log.tell("closed", {{"unanswered", all ? "none" : "some"}});
  return successor;
}

std::optional<Successor> open_and_tidy_up(House& house) {
  runtime::Threads runtime;
  try {
    return open_until_told(house, runtime);
  } catch (...) {
    runtime.stop();
    runtime.join();
    throw;
  }
}

// Whoever comes meanwhile waits in the listening socket, which one of the two has at any moment.
bool is_replaced_by(Successor& successor, const House& house) {
  if (successor.give(house.socket.number()) && successor.has_opened()) return true;
  std::fprintf(stderr, "madang: the successor did not open the shop, so it opens again here\n");
  return false;
}

// To the system, as soon as they are freed. A password's hash takes 19 MiB, and the C library would come to
// keep as much for each thread that has made one.
void give_large_blocks_back() { ::mallopt(M_MMAP_THRESHOLD, 1024 * 1024); }

}  // namespace

int serve(const Settings& settings, const SettingsWith& with, Place place) {
  std::signal(SIGPIPE, SIG_IGN);
  give_large_blocks_back();
  try {
    House house{.settings = settings, .with = with};
    // Before anyone is asked to leave.
    if (!settings.tls_certificate.empty())
      house.certificate = std::make_unique<tls::Certificate>(
          tls::Files{settings.tls_certificate, settings.tls_key}, runtime::Threads{}.now());
    storage::RealFileSystem{}.create_folder(settings.data);
    if (const auto given = house.manager.listening_socket()) house.socket = Descriptor{*given};
    if (place == Place::of_another) house.predecessor = Predecessor::find(settings.data);
    if (house.predecessor) house.socket = Descriptor{house.predecessor->receive_socket()};
    while (true) {
      auto successor = open_and_tidy_up(house);
      if (!successor || is_replaced_by(*successor, house)) return drained;
    }
  } catch (const std::exception& failure) {
    return cannot(failure.what());
  }
}

}  // namespace madang::app
