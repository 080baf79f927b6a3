#include "chassis/ports/commands.hpp"

#include <utility>

namespace madang::chassis {

RequestKey::RequestKey(Digest128 source, std::string home, std::string fingerprint, Cause cause)
    : source_{source},
      home_{std::move(home)},
      fingerprint_{std::move(fingerprint)},
      cause_{std::move(cause)} {}

RequestKey RequestKey::of_request(std::string_view context, const Part& person,
                                  std::string_view operation, std::string_view idempotency_key,
                                  std::string fingerprint, std::string home, Cause cause) {
  return {digest128({"request", context, person, operation, idempotency_key}), std::move(home),
          std::move(fingerprint), std::move(cause)};
}

RequestKey RequestKey::of_event(std::string_view context, std::string_view handler,
                                const Digest128& event_identity, std::string home, Cause cause) {
  return {digest128({"event", context, handler, event_identity}),
          std::move(home),
          {},
          std::move(cause)};
}

RequestKey RequestKey::until(Instant then) const {
  auto same = *this;
  same.until_ = then;
  return same;
}

CommandId RequestKey::step(std::string_view name) const {
  return {digest128({"step", source_, name}), home_, fingerprint_, cause_, until_};
}

std::exception_ptr exception_of(const Failed& failed) {
  switch (failed.why) {
    case Failed::Why::unavailable: return std::make_exception_ptr(Unavailable{failed.text});
    case Failed::Why::key_reused: return std::make_exception_ptr(KeyReused{failed.text});
    case Failed::Why::defect: break;
  }
  return std::make_exception_ptr(Defect{failed.text});
}

namespace {

template <class Execute>
std::expected<std::shared_ptr<void>, Failed> told(Execute execute) {
  try {
    return execute();
  } catch (const Unavailable& failure) {
    return std::unexpected{Failed{Failed::Why::unavailable, failure.what()}};
  } catch (const KeyReused& failure) {
    return std::unexpected{Failed{Failed::Why::key_reused, failure.what()}};
  } catch (const Defect& failure) {
    return std::unexpected{Failed{Failed::Why::defect, failure.what()}};
  }
}

}  // namespace

void Commands::submit_one(std::type_index type, Untyped given, std::shared_ptr<Positions> written,
                          Answered done) {
  done(told([&] { return execute(type, std::move(given.first), given.second, written.get()); }));
}

std::vector<Commands::Decided> Commands::execute_all(std::type_index type,
                                                     std::vector<Untyped> given) {
  std::vector<Decided> results;
  results.reserve(given.size());
  for (auto& one : given)
    submit_one(type, std::move(one), nullptr,
               [&](Decided result) { results.push_back(std::move(result)); });
  return results;
}

}  // namespace madang::chassis
