// How fast the HTTP edge is, against nginx answering `return 200` with the same bytes on one worker, in
// turns within one run, driven by wrk on the same machine. What counts is the ratio of the rates, and
// the CPU time a request takes, which the load generator does not disturb.
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "chassis/http/server.hpp"
#include "chassis/runtime/threads.hpp"

namespace madang {
namespace {

using namespace std::chrono_literals;

constexpr int rounds = 5;
constexpr std::string_view answer = R"({"ok":true})";

struct Figures {
  double rate, cpu_micros;
};

pid_t start(std::vector<std::string> words, bool quiet) {
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  if (quiet) ::posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  pid_t child = -1;
  const int error =
      ::posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), ::environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::runtime_error{"cannot start " + words[0]};
  return child;
}

double rate_of(unsigned port, const std::string& path) {
  const std::string command = "wrk -t1 -c32 -d2s http://127.0.0.1:" + std::to_string(port) + path;
  FILE* output = ::popen(command.c_str(), "r");
  double rate = 0;
  std::array<char, 256> line{};
  while (output != nullptr && std::fgets(line.data(), line.size(), output) != nullptr)
    std::sscanf(line.data(), "Requests/sec: %lf", &rate);
  if (output == nullptr || ::pclose(output) != 0 || rate == 0)
    throw std::runtime_error{"wrk is not there, or nobody answered it"};
  return rate;
}

double own_cpu_seconds() {
  rusage use{};
  ::getrusage(RUSAGE_SELF, &use);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(use.ru_utime) + seconds(use.ru_stime);
}

// Of one process without its children: fields 14 and 15 of proc(5).
double cpu_seconds_of(pid_t process) {
  std::ifstream file{"/proc/" + std::to_string(process) + "/stat"};
  std::string all{std::istreambuf_iterator<char>{file}, {}};
  std::istringstream fields{all.substr(all.rfind(')') + 2)};
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

unsigned free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in own{};
  own.sin_family = AF_INET;
  own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof own;
  if (::bind(socket, reinterpret_cast<sockaddr*>(&own), size) != 0)
    throw std::runtime_error{"no free port"};
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&own), &size);
  ::close(socket);
  return ntohs(own.sin_port);
}

class Nginx {
 public:
  Nginx() {
    std::filesystem::create_directories(folder_);
    std::ofstream{folder_ / "nginx.conf"}
        << "master_process off; daemon off; pid " << (folder_ / "pid").native() << ";\n"
        << "error_log /dev/null; events { worker_connections 1024; }\n"
        << "http { access_log off; keepalive_requests 1000000000;\n"
        << "  server { listen 127.0.0.1:" << port_ << ";\n"
        << "    location / { default_type application/json; return 200 '" << answer << "'; } } }\n";
    process_ = start({"nginx", "-c", (folder_ / "nginx.conf").native()}, true);
  }
  ~Nginx() {
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
    std::filesystem::remove_all(folder_);
  }
  Nginx(const Nginx&) = delete;
  Nginx& operator=(const Nginx&) = delete;

  [[nodiscard]] Figures figures() const {
    const double before = cpu_seconds_of(process_);
    const double rate = rate_of(port_, "/");
    return {rate, (cpu_seconds_of(process_) - before) / (rate * 2) * 1e6};
  }
  // Until it listens: a process that has just begun does not.
  void wait_until_there(runtime::Runtime& runtime) const {
    for (int tries = 0; tries < 500; ++tries) {
      const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
      sockaddr_in there{};
      there.sin_family = AF_INET;
      there.sin_port = htons(static_cast<std::uint16_t>(port_));
      there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      const bool listens =
          ::connect(socket, reinterpret_cast<const sockaddr*>(&there), sizeof there) == 0;
      ::close(socket);
      if (listens) return;
      runtime.sleep(10ms);
    }
    throw std::runtime_error{"nginx does not start"};
  }

 private:
  unsigned port_ = free_port();
  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("madang-http-bench-" + std::to_string(::getpid()));
  pid_t process_ = -1;
};

Figures median(std::vector<Figures> all) {
  std::ranges::sort(all, {}, &Figures::rate);
  const double rate = all[all.size() / 2].rate;
  std::ranges::sort(all, {}, &Figures::cpu_micros);
  return {rate, all[all.size() / 2].cpu_micros};
}

void show(const char* what, const Figures& it, const Figures& peer) {
  std::printf("%-32s %8.0f requests/s %6.1f us of CPU each   %.2f x nginx's rate, %.2f x its CPU\n",
              what, it.rate, it.cpu_micros, it.rate / peer.rate, it.cpu_micros / peer.cpu_micros);
}

void run() {
  runtime::Threads runtime;
  const http::Problems problems;
  telemetry::Registry registry;
  http::ServerOptions options;
  options.listen = "127.0.0.1:0";
  options.io_threads = 1;  // as nginx has one worker
  http::Server server{
      runtime,
      options,
      [](const http::Request&) { return http::json_response(200, std::string{answer}); },
      [](http::Method, std::string_view path) {
        return http::Plan{.run =
                              path == "/quick" ? http::Plan::Run::quick : http::Plan::Run::in_pool};
      },
      problems,
      registry};
  server.start();
  const auto figures_of = [&](const std::string& path) {
    const double before = own_cpu_seconds();
    const double rate = rate_of(server.port(), path);
    return Figures{rate, (own_cpu_seconds() - before) / (rate * 2) * 1e6};
  };
  const Nginx nginx;
  nginx.wait_until_there(runtime);
  std::vector<Figures> quick;
  std::vector<Figures> pooled;
  std::vector<Figures> peer;
  for (int round = 0; round < rounds; ++round) {
    quick.push_back(figures_of("/quick"));
    peer.push_back(nginx.figures());
    pooled.push_back(figures_of("/pooled"));
  }
  const Figures against = median(peer);
  show("nginx, return 200", against, against);
  show("quick handler, on the I/O thread", median(quick), against);
  show("handler in a pool", median(pooled), against);
  server.drain(runtime.now() + 5s);
}

}  // namespace
}  // namespace madang

int main() {
  try {
    madang::run();
  } catch (const std::exception& failed) {
    std::cerr << "http_bench: " << failed.what() << '\n';
    return EXIT_FAILURE;
  }
}
