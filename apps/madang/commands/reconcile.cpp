#include <CLI/CLI.hpp>
#include <csignal>
#include <filesystem>
#include <iostream>

#include "apps/madang-sandbox-pay/sandbox_provider.hpp"
#include "apps/madang/calls_out.hpp"
#include "apps/madang/commands/at_work.hpp"
#include "apps/madang/commands/commands.hpp"
#include "apps/madang/options.hpp"
#include "payment/adapters/outbound/http_provider.hpp"

namespace madang::app {
namespace {

struct Asked {
  std::string data = "data", file, reason;
  std::vector<std::string> set;  // NAME=VALUE
  bool settle = false, json = false;
};

// The provider of a shop that is stopped: elsewhere, or the sandbox in the shop's folder.
class ProviderReached {
 public:
  ProviderReached(runtime::Runtime& runtime, const std::string& data, const Settings& settings) {
    if (!settings.provider_origin.empty()) {
      std::signal(SIGPIPE, SIG_IGN);  // a provider that goes away must not end the command
      elsewhere_ = std::make_unique<ProviderElsewhere>(
          runtime, files_, settings, [](auto what, auto whom, auto why) {
            std::cerr << what << ": " << whom << ": " << why << '\n';
          });
    } else if (const auto books = data + "/sandbox/sandbox.db"; std::filesystem::exists(books))
      sandbox_ = std::make_unique<sandbox::SandboxProvider>(runtime, books);
    else
      throw Cannot{
          "the payment provider is not known: give the shop's --config, or --set payment.provider=…"};
  }
  [[nodiscard]] payment::Provider& provider() { return provider_; }

 private:
  storage::RealFileSystem files_;
  std::unique_ptr<ProviderElsewhere> elsewhere_;
  std::unique_ptr<sandbox::SandboxProvider> sandbox_;
  payment::HttpProvider provider_{[this](const http::Request& request) {
    return elsewhere_ ? elsewhere_->call(request) : sandbox_->handle(request);
  }};
};

int reconcile(const Asked& asked) {
  const auto settings = settings_given(asked.file, flags_of(asked.set)).settings;
  const auto introduce = [&](Desk& desk, runtime::Runtime& runtime) {
    auto reached = std::make_shared<ProviderReached>(runtime, asked.data, settings);
    desk.ask_at(reached->provider());
    return reached;
  };
  return have_done(
      asked.data,
      {.command = "reconcile", .why = asked.reason, .settle = asked.settle, .json = asked.json},
      introduce);
}

}  // namespace

void add_reconcile(CLI::App& program, Chosen& chosen) {
  auto* command = program.add_subcommand(
      "reconcile", "Compare the ledger with the payment provider's books, payment by payment");
  const auto asked = std::make_shared<Asked>();
  auto* why = command->add_option("--reason", asked->reason, "why; for those who ask later");
  command
      ->add_flag("--settle", asked->settle,
                 "give back what was charged for nothing, and put on record what was given back")
      ->needs(why);
  command->add_option("--data", asked->data, "the data folder")->capture_default_str();
  command->add_option("--config", asked->file, "of a stopped shop: its TOML file of options");
  command->add_option("--set", asked->set,
                      "of a stopped shop: NAME=VALUE, such as payment.provider");
  command->add_flag("--json", asked->json, "print a JSON object per payment that differs");
  command->footer(
      "For after a restore above all. Beside a running shop, which knows its provider, or on a stopped one's\n"
      "folder. Exit code 1 while the books differ. Examples:\n"
      "  madang reconcile\n"
      "  madang reconcile --settle --reason \"restored monday's backup\" --data /srv/madang\n"
      "  madang reconcile --data /srv/madang --config /etc/madang/madang.toml        (a stopped shop)");
  command->callback([&chosen, asked] { chosen = [asked] { return reconcile(*asked); }; });
}

}  // namespace madang::app
