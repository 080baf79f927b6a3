#include <CLI/CLI.hpp>
#include <cstdio>

#include "apps/madang/commands/at_work.hpp"
#include "apps/madang/commands/changed_limits.hpp"
#include "apps/madang/commands/commands.hpp"
#include "apps/madang/commands/dry_run.hpp"
#include "apps/madang/options.hpp"
#include "apps/madang/serve.hpp"

namespace madang::app {
namespace {

struct Asked {
  std::string data, listen, tls_certificate, tls_key, file;
  std::vector<std::string> set;     // NAME=VALUE
  std::string name, value, reason;  // of a limit that is changed
  bool sample = false, json = false, toml = false, dry_run = false, replace = false;

  [[nodiscard]] Given given(const Changes& changes = {}) const {
    Flags flags;
    if (!data.empty()) flags.emplace_back("data", data);
    if (!listen.empty()) flags.emplace_back("listen", listen);
    if (!tls_certificate.empty()) flags.emplace_back("http.tls_certificate_path", tls_certificate);
    if (!tls_key.empty()) flags.emplace_back("http.tls_key_path", tls_key);
    if (sample) flags.emplace_back("sample", "true");
    for (auto& it : flags_of(set)) flags.push_back(std::move(it));
    return settings_given(file, flags, changes);
  }
};

std::shared_ptr<Asked> add_options(CLI::App& command) {
  const auto asked = std::make_shared<Asked>();
  command.add_option("--data", asked->data, "the data folder; made at the first start");
  command.add_option("--listen", asked->listen, "HOST:PORT; port 0 is any that is free");
  command.add_option("--tls-certificate", asked->tls_certificate,
                     "a PEM file: serve by TLS; read anew when it changes");
  command.add_option("--tls-key", asked->tls_key, "the PEM file of its key");
  command.add_flag("--sample", asked->sample, "put sample editions into the catalog");
  command.add_option("--config", asked->file, "a TOML file of options");
  command.add_option("--set", asked->set, "NAME=VALUE, any option that `madang config` lists");
  return asked;
}

}  // namespace

void add_serve(CLI::App& program, Chosen& chosen) {
  auto* command = program.add_subcommand(
      "serve", "Open the shop, until SIGTERM; then answer what was accepted");
  const auto asked = add_options(*command);
  command->add_flag("--dry-run", asked->dry_run,
                    "only say which migrations of the data folder a start would run");
  command->add_flag("--replace", asked->replace,
                    "take folder and socket over from the program that has them: no request fails");
  command->footer(
      "One shop to a folder. Examples:\n"
      "  madang serve --data data --listen 127.0.0.1:8080 --sample\n"
      "  madang serve --data data --listen 0.0.0.0:443 --tls-certificate chain.pem --tls-key key.pem\n"
      "  madang serve --data data --dry-run\n"
      "  madang serve --data data --replace                (a new build, while the old one serves)\n"
      "  MADANG_HTTP_REQUESTS_PER_MINUTE=0 madang serve --config /etc/madang.toml");
  command->callback([&chosen, asked] {
    chosen = [asked] {
      const auto settings = asked->given().settings;
      if (asked->dry_run) return show_pending_migrations(settings.data);
      const auto with = [asked](const Changes& changes) { return asked->given(changes).settings; };
      if (!asked->replace) return serve(settings, with, Place::free);
      // Before anyone is asked to leave: a folder of a newer program is none that this one can open.
      const int understood = show_pending_migrations(settings.data);
      return understood == done ? serve(settings, with, Place::of_another) : understood;
    };
  });
}

namespace {

int show(const Asked& asked) {
  const auto settings = asked.given(changes_in(asked.given().settings.data)).shown;
  std::fputs((asked.json   ? settings.shown_as_json() + "\n"
              : asked.toml ? settings.shown_as_toml()
                           : settings.shown())
                 .c_str(),
             stdout);
  return done;
}

int change(const Asked& asked, std::string command) {
  const auto introduce = [&asked](Desk& desk, runtime::Runtime&) -> std::shared_ptr<void> {
    desk.know({[&asked](const Changes& changes) { return asked.given(changes).settings; }});
    return nullptr;
  };
  return have_done(asked.given().settings.data,
                   {.command = std::move(command),
                    .part = asked.name,
                    .value = asked.value,
                    .why = asked.reason},
                   introduce);
}

}  // namespace

void add_config(CLI::App& program, Chosen& chosen) {
  auto* command = program.add_subcommand(
      "config", "Show which options are in force and where each comes from; change limits");
  const auto asked = add_options(*command);
  command->fallthrough();
  command->add_flag("--json", asked->json, "print a JSON array");
  command->add_flag("--toml", asked->toml, "print a file for --config; defaults are comments in it")
      ->excludes("--json");
  auto* setting = command->add_subcommand("set", "Change a limit, at once and over restarts");
  setting->add_option("option", asked->name, "its name, as `madang config` shows it")->required();
  setting->add_option("value", asked->value, "as it would stand in a file")->required();
  setting->add_option("--reason", asked->reason, "why; for those who ask later")->required();
  auto* resetting = command->add_subcommand("reset", "Take a change of a limit back");
  resetting->add_option("option", asked->name, "its name, as `madang config` shows it")->required();
  resetting->add_option("--reason", asked->reason, "why; for those who ask later");
  command->footer(
      "What operators have changed wins over flags, those over the environment, that over the file, that over\n"
      "defaults. Limits are changed beside a running shop and on a stopped one's folder; other options are read\n"
      "when the shop starts. Examples:\n"
      "  madang config --data /srv/madang\n"
      "  madang config --toml >madang.toml\n"
      "  madang config set http.requests_per_minute 1200 --reason \"the fair\" --data /srv/madang\n"
      "  MADANG_LISTEN=127.0.0.1:9000 madang config --config /etc/madang.toml --json");
  command->callback([&chosen, asked, setting, resetting] {
    chosen = [asked, is_set = setting->parsed(), is_reset = resetting->parsed()] {
      if (is_set || is_reset) return change(*asked, is_set ? "config set" : "config reset");
      return show(*asked);
    };
  });
}

}  // namespace madang::app
