#include "chassis/http/guard.hpp"

#include <exception>

#include "chassis/ports/failures.hpp"

namespace madang::http {

Response guarded(const Handler& handler, const Request& request, const Problems& problems,
                 const ReportDefect& report) {
  const auto problem = [&](std::string_view slug) {
    return problems.answer({std::string{slug}}, preferred_language(request));
  };
  try {
    return handler(request);
  } catch (const chassis::Unavailable&) {
    Response answer = problem("unavailable");
    answer.headers.set("Retry-After", "1");
    return answer;
  } catch (const chassis::Conflict&) {
    return problem("conflict");
  } catch (const BodyFailed& failed) {
    return problem(failed.slug);
  } catch (const std::exception& defect) {
    if (report) report(request, defect.what());
    return problem("internal-error");
  }
}

}  // namespace madang::http
