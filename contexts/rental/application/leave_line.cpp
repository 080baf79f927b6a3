#include "rental/application/leave_line.hpp"

namespace madang::rental {

chassis::Later<LeaveLine::Decision> leave_line(const OwnPlace& asked,
                                               const chassis::RequestKey& request,
                                               chassis::Gives<LeaveLine> rental) {
  return rental.submit(LeaveLine{asked.edition, asked.customer}, request, "leave");
}

}  // namespace madang::rental
