#include "gateway/ended_sessions.hpp"

#include <limits>
#include <mutex>

#include "chassis/forms/form.hpp"
#include "contracts/messages/identity_v1.hpp"

namespace madang::gateway {
namespace {

using chassis::decode, chassis::Message, chassis::Position;

constexpr const char* session_ended = "madang.identity.v1.SessionEnded";
constexpr const char* sessions_ended = "madang.identity.v1.SessionsEnded";
constexpr const char* erasure_asked = "madang.identity.v1.ErasureAsked";
constexpr std::size_t messages_at_once = 1000;
constexpr auto every_round = std::numeric_limits<std::int64_t>::max();

}  // namespace

EndedSessions::EndedSessions(runtime::Runtime& runtime, chassis::Outlet& identity,
                             std::chrono::seconds token_lasts)
    : runtime_{runtime},
      identity_{identity},
      keeps_for_{2 * token_lasts},
      reading_{runtime},
      reader_{identity.read({session_ended, sessions_ended, erasure_asked})},
      keeping_{runtime.monitor()} {
  const auto now = std::chrono::floor<std::chrono::milliseconds>(runtime_.now());
  position_ = reader_->before(now - keeps_for_);
  for (Position from = -1; from != position_;) {
    from = position_;
    read_on();
  }
}

bool EndedSessions::has(const security::TokenClaims& token) {
  catch_up();
  const std::lock_guard section{*keeping_};
  if (sessions_.contains(token.session)) return true;
  const auto all = people_.find(token.person);
  return all != people_.end() && token.round < all->second.round &&
         token.session != all->second.spared;
}

std::size_t EndedSessions::size() const {
  const std::lock_guard section{*keeping_};
  return sessions_.size() + people_.size();
}

// What was answered before this call was counted before it was answered.
void EndedSessions::catch_up() {
  const auto told = identity_.appended().count();
  if (heard_ >= told) return;
  const std::lock_guard one{reading_};
  if (heard_ >= told) return;
  while (position_ < static_cast<Position>(told)) {
    const auto from = position_;
    read_on();
    if (position_ == from) throw chassis::Unavailable{"identity's log is not as long as it said"};
  }
  heard_ = told;
}

void EndedSessions::read_on() {
  const auto batch = reader_->after(position_, messages_at_once);
  const auto now = std::chrono::floor<std::chrono::milliseconds>(runtime_.now());
  const std::lock_guard section{*keeping_};
  for (const auto& message : batch.messages) hear(message);
  position_ = batch.upto;
  forget_before(now - keeps_for_);
}

void EndedSessions::hear(const Message& message) {
  if (message.type == session_ended) {
    const auto it = decode<identity::v1::SessionEnded>(message.payload);
    sessions_.insert_or_assign(it.session, message.at);
    in_order_.emplace_back(message.at, it.session);
  } else if (message.type == sessions_ended) {
    const auto it = decode<identity::v1::SessionsEnded>(message.payload);
    end_all_of(it.person, {it.round, it.spared, message.at});
  } else if (message.type == erasure_asked) {
    const auto it = decode<identity::v1::ErasureAsked>(message.payload);
    end_all_of(it.person, {every_round, {}, message.at});
  }
}

void EndedSessions::end_all_of(const kernel::PersonId& person, AllOf all) {
  in_order_.emplace_back(all.at, person);
  people_.insert_or_assign(person, std::move(all));
}

// A person's later ending has a place of its own in the order.
void EndedSessions::forget_before(kernel::Instant time) {
  for (; !in_order_.empty() && in_order_.front().first < time; in_order_.pop_front()) {
    const auto& [at, key] = in_order_.front();
    if (const auto* session = std::get_if<std::string>(&key)) {
      sessions_.erase(*session);
    } else if (const auto found = people_.find(std::get<kernel::PersonId>(key));
               found != people_.end() && found->second.at == at) {
      people_.erase(found);
    }
  }
}

}  // namespace madang::gateway
