#include "identity/application/about_person.hpp"

#include <algorithm>

namespace madang::identity {

AboutPerson::Result about_person(const AboutPerson& asked, const chassis::Rows<PersonCards>& cards,
                                 const chassis::Rows<SignIns>& sign_ins,
                                 const chassis::Rows<Exports>& exports) {
  const auto theirs = [&]<class Of>(const chassis::Rows<Of>& rows, auto in_order_of) {
    using Row = Of::Row;
    auto found = rows.every(chassis::select<Row>().template only<&Row::person>(asked.person));
    std::ranges::sort(found, {}, in_order_of);
    return found;
  };
  return {cards.find(asked.person), theirs(sign_ins, &SignIns::Row::began),
          theirs(exports, &Exports::Row::asked_at)};
}

bool is_taking_along(const IsTakingAlong& asked, const chassis::Rows<PersonCards>& cards) {
  const auto card = cards.find(asked.person);
  return card && !card->erasure_asked_at;
}

}  // namespace madang::identity
