#include "identity/application/sessions.hpp"

#include <algorithm>
#include <functional>

namespace madang::identity {

SessionsOf::Result sessions_of(const SessionsOf& asked, const chassis::Rows<OpenSessions>& sessions,
                               const chassis::Rows<Rounds>& rounds) {
  using Row = OpenSessions::Row;
  constexpr std::size_t shown_max = 100;
  const auto latest = rounds.find(asked.person);
  if (!latest) return {};
  auto found = sessions.every(chassis::select<Row>().only<&Row::person>(asked.person));
  std::erase_if(found, [&](const Row& it) {
    return it.until <= asked.now || (it.round != latest->round && latest->spared != it.session);
  });
  std::ranges::sort(found, std::greater{}, &Row::used);
  if (found.size() > shown_max) found.erase(found.begin() + shown_max, found.end());
  return found;
}

chassis::Later<EndSessionAnswer> end_session(const OtherSession& asked,
                                             const chassis::RequestKey& request,
                                             chassis::Gives<EndOtherSession> identity) {
  return identity.submit(EndOtherSession{asked.session, asked.person}, request, "end")
      .then([](const EndOtherSession::Decision& ended) -> EndSessionAnswer {
        if (ended.refused()) return ended.refusal();
        return SessionsAreEnded{};
      });
}

chassis::Later<EndSessionsAnswer> end_sessions(const PersonsSessions& asked,
                                               const chassis::RequestKey& request,
                                               chassis::Gives<EndSessionsOf> identity) {
  return identity.submit(EndSessionsOf{asked.person, asked.by, asked.why}, request, "end")
      .then([](const EndSessionsOf::Decision& ended) -> EndSessionsAnswer {
        if (ended.refused()) return ended.refusal();
        return SessionsAreEnded{};
      });
}

}  // namespace madang::identity
