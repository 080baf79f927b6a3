#include "rental/application/join_line.hpp"

namespace madang::rental {

chassis::Later<JoinLine::Decision> join_line(const OwnPlace& asked,
                                             const chassis::RequestKey& request,
                                             chassis::Gives<JoinLine> rental) {
  return rental.submit(JoinLine{asked.edition, asked.customer}, request, "join");
}

}  // namespace madang::rental
