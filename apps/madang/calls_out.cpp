#include "apps/madang/calls_out.hpp"

#include <stdexcept>

#include "chassis/http/this_machine.hpp"
#include "chassis/ports/failures.hpp"
#include "chassis/security/secrets.hpp"

namespace madang::app {
namespace {

std::optional<tls::Trust> trust_in(const Settings& settings, const std::string& origin) {
  if (!origin.starts_with("https://")) return std::nullopt;
  return tls::Trust{settings.authorities};
}

// What goes there is sealed, or leaves the machine by no wire.
bool is_unseen_by_others(const std::string& origin) {
  constexpr std::string_view plain = "http://";
  return !origin.starts_with(plain) ||
         http::is_this_machine(std::string_view{origin}.substr(plain.size()));
}

}  // namespace

CallsOut::CallsOut(runtime::Runtime& runtime, const Settings& settings, const std::string& origin,
                   Warn warn)
    : trust_{trust_in(settings, origin)},
      client_{runtime,
              {.origin = origin,
               .trust = trust_ ? &*trust_ : nullptr,
               .warn = [warn = std::move(warn)](std::string_view whom, std::string_view why) {
                 warn("who is called is not believed to be it", whom, why);
               }}} {}

ProviderElsewhere::ProviderElsewhere(runtime::Runtime& runtime, storage::FileSystem& files,
                                     const Settings& settings, Warn warn)
    : origin_{settings.provider_origin},
      calls_{runtime, settings, settings.provider_origin, warn},
      warn_{std::move(warn)} {
  if (settings.provider_key_file.empty()) return;
  if (!is_unseen_by_others(origin_))
    throw std::invalid_argument{"payment.provider: " + origin_ +
                                " would be shown the key for others to read; call it by https"};
  authorization_ = "Bearer " + security::secret_in(files, settings.provider_key_file);
}

http::Response ProviderElsewhere::call(http::Request request) {
  if (!authorization_.empty()) request.headers.set("Authorization", authorization_);
  auto answer = calls_.call(request);
  if (answer.status != 401 && answer.status != 403) return answer;
  ++refusals_;
  const auto why = "it answers " + std::to_string(answer.status);
  warn_("the payment provider does not take the shop's key", origin_, why);
  throw chassis::Unavailable{origin_ + ": " + why};
}

}  // namespace madang::app
