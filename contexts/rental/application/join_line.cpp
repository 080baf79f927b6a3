#include "rental/application/join_line.hpp"

namespace madang::rental {

JoinLine::Decision join_line(const OwnPlace& asked, const chassis::RequestKey& request,
                             chassis::Gives<JoinLine> rental) {
  return rental.execute(JoinLine{asked.edition, asked.customer}, request, "join");
}

}  // namespace madang::rental
