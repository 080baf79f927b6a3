#include "apps/madang/control/desk.hpp"

#include "apps/madang/control/exits.hpp"
#include "chassis/ports/failures.hpp"

namespace madang::app {

Desk::Desk(runtime::Runtime& runtime, storage::FileSystem& files, std::string data,
           std::vector<chassis::Engine*> engines, KeysCopier& copier)
    : runtime_{runtime},
      files_{files},
      data_{std::move(data)},
      engines_{std::move(engines)},
      copier_{copier},
      changing_limits_{runtime} {}

Said Desk::answer(const Question& question, const std::string& who) {
  try {
    return do_it(question, who);
  } catch (const Refused& refusal) {
    return {wrong, {}, refusal.what()};
  } catch (const chassis::Corrupt& damage) {
    return {wrong, {}, damage.what()};
  } catch (const NotUnderstood& misuse) {
    return {not_understood, {}, misuse.what()};
  } catch (const std::exception& failure) {
    return {cannot, {}, failure.what()};
  }
}

Said Desk::do_it(const Question& question, const std::string& who) {
  if (question.command == "parked retry") return retry(question, who);
  if (question.command == "parked discard") return discard(question, who);
  if (question.command == "rebuild") return rebuild(question);
  if (question.command == "backup") return backup(question);
  if (question.command == "backup keys") return backup_keys(question, who);
  if (question.command == "reconcile") return reconcile(question, who);
  if (question.command == "part off") return switch_off(question, who);
  if (question.command == "part on") return switch_on(question, who);
  if (question.command == "config set" || question.command == "config reset")
    return change_limit(question, who);
  if (question.command == "export") return export_person(question, who);
  throw NotUnderstood{"this shop knows no " + question.command + "; is it of another version?"};
}

chassis::Engine& Desk::engine(const std::string& context) const {
  for (auto* it : engines_)
    if (it->context().name() == context) return *it;
  throw Refused{"there is no context " + context};
}

chassis::Act Desk::act_of(const Question& asked, const std::string& who, std::string what,
                          std::string about, std::string details) const {
  return {std::chrono::floor<std::chrono::milliseconds>(runtime_.now()),
          who,
          std::move(what),
          std::move(about),
          asked.why,
          std::move(details)};
}

}  // namespace madang::app
