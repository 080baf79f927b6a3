// The sandbox provider as a program of its own, with its own port and store, so that it outlives a shop
// that is killed beside it.
#include "apps/madang-sandbox-pay/sandbox_provider.hpp"
#include "chassis/http/client.hpp"
#include "chassis/http/server.hpp"
#include "chassis/runtime/threads.hpp"
#include "chassis/security/secrets.hpp"
#include "chassis/storage/files.hpp"
#include "chassis/storage/folder_lock.hpp"
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <optional>

namespace {

using namespace madang;
using namespace std::chrono_literals;

constexpr int refused_to_start = 1;

struct Settings {
  std::string data, listen = "127.0.0.1:8090", webhook, secret_file, key_file;
  tls::Files shown{};
  std::int64_t slow_ms = 2'000, silent_ms = 3'000, landing_ms = 5'000, late_ms = 30'000;
};

// "http://127.0.0.1:8080" and "/v1/webhooks/sandbox" of a webhook's address.
std::pair<std::string, std::string> origin_and_path(const std::string& url) {
  const auto host = url.find("://");
  const auto path = host == url.npos ? url.npos : url.find('/', host + 3);
  if (path == url.npos)
    throw std::invalid_argument{"the webhook is not http://HOST:PORT/PATH: " + url};
  return {url.substr(0, path), url.substr(path)};
}

http::Response key_demanded() {
  auto answer = http::json_response(
      401,
      R"({"error":{"type":"authentication_error","code":"key_unknown","message":"Show a key."}})");
  answer.headers.set("WWW-Authenticate", "Bearer");
  return answer;
}

// Blocked before the first thread begins, so that they wait for whoever asks for them.
sigset_t ending_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

int serve(const Settings& settings) {
  const auto signals = ending_signals();
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  runtime::Threads runtime;
  std::filesystem::create_directories(settings.data);
  const auto lock = storage::FolderLock::take(settings.data, runtime.now());
  if (!lock) {
    std::fprintf(stderr, "%s is in use by process %s\n", settings.data.c_str(),
                 lock.error().pid.c_str());
    return refused_to_start;
  }

  sandbox::SandboxProvider provider{runtime,
                                    settings.data + "/sandbox.db",
                                    {.slow = sandbox::Span{settings.slow_ms},
                                     .silent = sandbox::Span{settings.silent_ms},
                                     .landing = sandbox::Span{settings.landing_ms},
                                     .late = sandbox::Span{settings.late_ms}}};
  storage::RealFileSystem files;
  const http::Problems problems;
  telemetry::Registry metrics;
  http::ServerOptions options{.listen = settings.listen};
  std::optional<tls::Certificate> certificate;
  if (!settings.shown.certificate.empty())
    options.certificate = &certificate.emplace(settings.shown, runtime.now());
  const auto key =
      settings.key_file.empty() ? "" : "Bearer " + security::secret_in(files, settings.key_file);
  options.pools = {{.name = "payments", .workers_max = 128, .waiting_max = 1024}};
  http::Server server{runtime,
                      options,
                      [&](const http::Request& request) {
                        if (!key.empty() && request.headers.get("Authorization") != key)
                          return key_demanded();
                        return provider.handle(request);
                      },
                      [](http::Method, std::string_view) { return http::Plan{}; },
                      problems,
                      metrics};
  std::unique_ptr<http::Client> shop;
  if (!settings.webhook.empty()) {
    const auto [origin, path] = origin_and_path(settings.webhook);
    shop = std::make_unique<http::Client>(runtime, http::ClientOptions{.origin = origin});
    runtime.spawn(
        "webhooks",
        [&provider, path = path, secret = security::secret_in(files, settings.secret_file),
         calls = shop->calls()] { provider.send_webhooks(path, secret, calls); });
  }
  server.start();
  std::printf("madang-sandbox-pay listens on http%s://%s\n", certificate ? "s" : "",
              server.address().c_str());
  std::fflush(stdout);

  int signal = 0;
  sigwait(&signals, &signal);
  server.drain(runtime.now() + 10s);
  runtime.stop();
  runtime.join();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "A payment provider to try the shop with: test cards only, no money moves.\n\n"
      "Example: madang-sandbox-pay serve --data sandbox --webhook "
      "http://127.0.0.1:8080/v1/webhooks/sandbox --secret-file secret"};
  app.require_subcommand(1);
  Settings settings;
  auto* command =
      app.add_subcommand("serve", "Answer the shop, and tell it what became of payments");
  command->add_option("--data", settings.data, "Folder of its books")->required();
  command->add_option("--listen", settings.listen, "HOST:PORT; port 0: any that is free")
      ->capture_default_str();
  auto* webhook =
      command->add_option("--webhook", settings.webhook, "Where the shop hears notices");
  command->add_option("--secret-file", settings.secret_file, "Its first line signs the notices")
      ->check(CLI::ExistingFile);
  webhook->needs("--secret-file");
  command
      ->add_option("--key-file", settings.key_file, "Who calls must show its first line as Bearer")
      ->check(CLI::ExistingFile);
  auto* shown = command->add_option("--tls-certificate", settings.shown.certificate,
                                    "PEM; speaks TLS, and plain HTTP no more");
  shown->needs(command->add_option("--tls-key", settings.shown.key, "PEM, of the certificate"));
  command->add_option("--slow-ms", settings.slow_ms, "tok_slow answers after")
      ->capture_default_str();
  command->add_option("--silent-ms", settings.silent_ms, "A lost answer ends in 503 after")
      ->capture_default_str();
  command->add_option("--landing-ms", settings.landing_ms, "A hidden charge lands after")
      ->capture_default_str();
  command->add_option("--late-ms", settings.late_ms, "tok_webhook_late is told after")
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    return serve(settings);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "madang-sandbox-pay: %s\n", failure.what());
    return refused_to_start;
  }
}
