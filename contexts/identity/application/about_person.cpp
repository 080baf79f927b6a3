#include "identity/application/about_person.hpp"

namespace madang::identity {

AboutPerson::Result about_person(const AboutPerson& asked, const chassis::Rows<PersonCards>& cards,
                                 const chassis::Rows<SignIns>& sign_ins,
                                 const chassis::Rows<Exports>& exports) {
  return {
      cards.find(asked.person),
      sign_ins.every_of<&SignIns::Row::person>(asked.person, &SignIns::Row::began),
      exports.every_of<&Exports::Row::person>(asked.person, &Exports::Row::asked_at),
  };
}

bool is_taking_along(const IsTakingAlong& asked, const chassis::Rows<PersonCards>& cards) {
  const auto card = cards.find(asked.person);
  return card && !card->erasure_asked_at;
}

}  // namespace madang::identity
