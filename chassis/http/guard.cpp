#include "chassis/http/guard.hpp"

#include <exception>

#include "chassis/ports/failures.hpp"

namespace madang::http {
namespace {

Response told(const std::exception_ptr& why, const Request& request, const Problems& problems,
              const ReportDefect& report) {
  const auto problem = [&](std::string_view slug) {
    return problems.answer({std::string{slug}}, preferred_language(request));
  };
  try {
    std::rethrow_exception(why);
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

}  // namespace

Later<Response> guarded(const Handler& handler, const Request& request, const Problems& problems,
                        const ReportDefect& report) {
  try {
    return handler(request).settled([&](chassis::OrFailed<Response>&& outcome) {
      return outcome ? *std::move(outcome) : told(outcome.error(), request, problems, report);
    });
  } catch (const std::exception&) {
    return told(std::current_exception(), request, problems, report);
  }
}

}  // namespace madang::http
