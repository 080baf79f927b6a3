#include "chassis/config/settings.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "chassis/config/toml.hpp"
#include "chassis/http/problem.hpp"

namespace madang::config {

namespace {

constexpr std::string_view environment_prefix = "MADANG_";
constexpr std::string_view hidden = "(secret)";

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::int64_t> milliseconds_in(std::string_view text) {
  constexpr std::pair<std::string_view, std::int64_t> units[] = {
      {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto count = number_in(text.substr(0, digits));
  for (const auto& [unit, milliseconds] : units) {
    std::int64_t product = 0;
    if (count && text.substr(digits) == unit)
      return __builtin_mul_overflow(*count, milliseconds, &product) ? std::nullopt
                                                                    : std::optional{product};
  }
  return std::nullopt;
}

// What a value of this kind comes to as a number; nullopt when it is not of this kind.
std::optional<std::int64_t> number_of(Kind kind, std::string_view text) {
  switch (kind) {
    case Kind::text: return 0;
    case Kind::integer: return number_in(text);
    case Kind::boolean:
      if (text != "true" && text != "false") return std::nullopt;
      return text == "true" ? 1 : 0;
    case Kind::duration: return milliseconds_in(text);
  }
  return std::nullopt;
}

std::string_view form_of(Kind kind) {
  switch (kind) {
    case Kind::text: return "must be text";
    case Kind::integer: return "must be a whole number";
    case Kind::boolean: return "must be true or false";
    case Kind::duration: return "must be a time such as 500ms, 10s, 5m, 48h or 7d";
  }
  return "";
}

std::string environment_name(std::string_view option) {
  std::string name{environment_prefix};
  for (const char c : option)
    name += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return name;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string all;
  for (const auto& part : parts) all += (all.empty() ? "" : ", ") + part;
  return all;
}

}  // namespace

// Goes through the layers from the lowest to the highest and gathers what is wrong.
class Settings::Loader {
 public:
  Loader(Settings& settings, const Sources& sources) : settings_{settings}, sources_{sources} {}

  void load() {
    for (auto& [name, setting] : settings_.settings_)
      if (!setting.option.standard.empty()) set(setting, setting.option.standard, "default");
    load_file();
    load_environment();
    for (const auto& [name, value] : sources_.flags) take(name, value, "flag --" + name, false);
    for (const auto& [name, value, from] : sources_.changed) take(name, value, from, false);
    if (!faults_.empty()) throw Misconfigured{faults_.substr(0, faults_.size() - 1)};
  }

 private:
  void fault(const std::string& where, const std::string& what) {
    faults_ += where + ": " + what + '\n';
  }

  void load_file() {
    if (!sources_.file_path) return;
    const auto contents = sources_.read_file(*sources_.file_path);
    if (!contents) return fault(*sources_.file_path, "cannot be read");
    const auto parsed = parse_toml(*contents);
    if (!parsed) return fault(*sources_.file_path, parsed.error());
    for (const auto& [name, value, line] : *parsed)
      take(name, value, "file " + *sources_.file_path + ':' + std::to_string(line), false);
  }

  void load_environment() {
    std::map<std::string, std::string> options;  // by their names in the environment
    for (const auto& [name, setting] : settings_.settings_) {
      options.emplace(environment_name(name), name);
      if (setting.option.secret) options.emplace(environment_name(name + "_file"), name + "_file");
    }
    for (const auto& [name, value] : sources_.environment) {
      if (!name.starts_with(environment_prefix) ||
          std::ranges::find(sources_.environment_ignored, name) !=
              sources_.environment_ignored.end())
        continue;
      const auto option = options.find(name);
      if (option == options.end()) fault("environment " + name, "there is no such option");
      else take(option->second, value, "environment " + name, true);
    }
  }

  void take(const std::string& name, const std::string& value, const std::string& from,
            bool may_hold_secrets) {
    const auto found = settings_.settings_.find(name);
    if (found != settings_.settings_.end()) {
      if (found->second.option.secret && !may_hold_secrets)
        return fault(from, "a secret is given by " + name + "_file, the path of its file");
      return set(found->second, value, from);
    }
    constexpr std::string_view suffix = "_file";
    const auto by_file = name.ends_with(suffix)
                             ? settings_.settings_.find(name.substr(0, name.size() - suffix.size()))
                             : settings_.settings_.end();
    if (by_file == settings_.settings_.end() || !by_file->second.option.secret)
      return fault(from, "there is no option " + name);
    auto secret = sources_.read_file(value);
    if (!secret) return fault(from, "cannot read " + value);
    while (secret->ends_with('\n') || secret->ends_with('\r')) secret->pop_back();
    set(by_file->second, *secret, from + " (" + value + ')');
  }

  void set(Setting& setting, const std::string& text, const std::string& from) {
    const Option& option = setting.option;
    const auto& choices = option.choices;
    if (!choices.empty() && std::ranges::find(choices, text) == choices.end())
      return fault(from, "must be one of " + joined(choices));
    const auto read = number_of(option.kind, text);
    if (!read) return fault(from, std::string{form_of(option.kind)});
    const std::int64_t number = read.value_or(0);
    if (number < option.least)
      return fault(from, "must be at least " + bound(option, option.least));
    if (number > option.most) return fault(from, "must be at most " + bound(option, option.most));
    setting.text = text;
    setting.from = from;
    setting.number = number;
  }

  static std::string bound(const Option& option, std::int64_t number) {
    return std::to_string(number) + (option.kind == Kind::duration ? "ms" : "");
  }

  Settings& settings_;
  const Sources& sources_;
  std::string faults_;
};

Settings::Settings(std::vector<Option> options, const Sources& sources) {
  for (auto& option : options) {
    const std::string name = option.name;
    if (!settings_.emplace(name, Setting{std::move(option), {}}).second)
      throw std::logic_error{"an option is declared twice: " + name};
  }
  Loader{*this, sources}.load();
}

const Settings::Setting& Settings::setting(std::string_view name, Kind kind) const {
  const auto found = settings_.find(name);
  if (found == settings_.end() || found->second.option.kind != kind || !found->second.text)
    throw std::logic_error{"no such setting, or of another kind, or without a value: " +
                           std::string{name}};
  return found->second;
}

bool Settings::has(std::string_view name) const {
  const auto found = settings_.find(name);
  if (found == settings_.end()) throw std::logic_error{"no such option: " + std::string{name}};
  return found->second.text.has_value();
}

const std::string& Settings::text(std::string_view name) const {
  return *setting(name, Kind::text).text;
}
std::int64_t Settings::integer(std::string_view name) const {
  return setting(name, Kind::integer).number;
}
bool Settings::boolean(std::string_view name) const {
  return setting(name, Kind::boolean).number != 0;
}
std::chrono::milliseconds Settings::duration(std::string_view name) const {
  return std::chrono::milliseconds{setting(name, Kind::duration).number};
}

std::string Settings::shown() const {
  std::vector<std::pair<std::string, const Setting*>> lines;
  std::size_t width = 0;
  std::size_t from_width = 0;
  for (const auto& [name, setting] : settings_) {
    const std::string value = !setting.text           ? "(none)"
                              : setting.option.secret ? std::string{hidden}
                                                      : *setting.text;
    lines.emplace_back(name, &setting);
    lines.back().first.append(" = ").append(value);
    width = std::max(width, lines.back().first.size());
    from_width = std::max(from_width, setting.from.size());
  }
  std::string all;
  for (const auto& [line, setting] : lines) {
    all += line + std::string(width - line.size() + 2, ' ') + setting->from;
    all += std::string(from_width - setting->from.size() + 2, ' ') + setting->option.help + '\n';
  }
  return all;
}

std::string Settings::shown_as_json() const {
  std::string all;
  for (const auto& [name, setting] : settings_) {
    all += all.empty() ? "[{" : ",{";
    all += "\"name\":" + http::json_quoted(name) + ",\"value\":";
    if (!setting.text) all += "null";
    else if (setting.option.secret) all += http::json_quoted(hidden);
    else if (setting.option.kind == Kind::integer || setting.option.kind == Kind::boolean)
      all += setting.option.kind == Kind::integer ? std::to_string(setting.number) : *setting.text;
    else all += http::json_quoted(*setting.text);
    all += ",\"from\":" + http::json_quoted(setting.from);
    all += ",\"help\":" + http::json_quoted(setting.option.help) + '}';
  }
  return all.empty() ? "[]" : all + ']';
}

std::string Settings::shown_as_toml() const {
  std::string all;
  for (const auto& [name, setting] : settings_) {
    const bool is_bare =
        setting.option.kind == Kind::integer || setting.option.kind == Kind::boolean;
    const bool is_hidden = setting.option.secret || setting.from == "default";
    const auto value = setting.option.secret ? "" : setting.text.value_or("");
    all += (all.empty() ? "# " : "\n# ") + setting.option.help + '\n';
    all += (is_hidden ? "# " : "") + name + (setting.option.secret ? "_file = " : " = ");
    all += (is_bare ? value : http::json_quoted(value)) + '\n';
  }
  return all;
}

std::map<std::string, std::string> environment_of_process() {
  std::map<std::string, std::string> all;
  for (char** one = ::environ; one != nullptr && *one != nullptr; ++one) {
    const std::string_view entry{*one};
    const std::size_t equals = std::min(entry.find('='), entry.size());
    if (equals < entry.size()) all.emplace(entry.substr(0, equals), entry.substr(equals + 1));
  }
  return all;
}

std::optional<std::string> contents_of(const std::string& path) {
  if (std::filesystem::is_directory(path)) return std::nullopt;
  std::ifstream file{path, std::ios::binary};
  std::string all{std::istreambuf_iterator<char>{file}, {}};
  return file.good() || file.eof() ? std::optional{std::move(all)} : std::nullopt;
}

}  // namespace madang::config
