#pragma once
// What an operator may have done to a shop at work: the same desk answers beside a running shop, through its
// control socket, and on a stopped folder, on engines that a command brings up for as long as it takes. So
// either way the same is done, printed and returned.
#include "apps/madang/control/limits.hpp"
#include "chassis/storage/files.hpp"
#include "chassis/subscriptions/engine.hpp"
#include <string>
#include <string_view>
#include <vector>

namespace madang::payment {
class Provider;
}
namespace madang::identity {
class Accounts;
class PersonalArchive;
}  // namespace madang::identity

namespace madang::app {

class KeysCopier;

struct Question {
  // "parked retry", "parked discard", "rebuild", "backup", "backup keys", "reconcile", "part off", "part on",
  // "config set", "config reset", "export"
  std::string command;
  std::string context{}, projection{}, part{}, value{}, why{};
  std::string whom{};  // an e-mail address, or a person's id
  std::string path{};  // from the root
  std::int64_t number = 0;
  bool compare = false, settle = false, json = false;
};
// As a line of the control socket. `question_of` throws Corrupt.
std::string line_of(const Question&);
Question question_of(std::string_view line);

// What the command prints, and its exit code (commands.hpp lists them).
struct Said {
  int code = 0;
  std::string out, complaint;
};
std::string line_of(const Said&);
Said said_of(std::string_view line);

class Desk {
 public:
  // `data`: the folder of the contexts, which this process has locked.
  Desk(runtime::Runtime&, storage::FileSystem&, std::string data, std::vector<chassis::Engine*>,
       KeysCopier&);

  // Before the first question: whose books `reconcile` compares with the ledger.
  void ask_at(payment::Provider& provider) { provider_ = &provider; }
  // And how `export` finds a person, and what is held about them.
  void export_from(identity::Accounts& accounts, identity::PersonalArchive& archive) {
    accounts_ = &accounts;
    archive_ = &archive;
  }

  // Likewise: what limits there are, and how they are changed.
  void know(Limits limits) { limits_ = std::move(limits); }

  // Any task; may take as long as the thing itself. `who` asks; it is noted where something is given up.
  [[nodiscard]] Said answer(const Question&, const std::string& who);

  [[nodiscard]] const std::vector<chassis::Engine*>& engines() const { return engines_; }
  [[nodiscard]] chassis::Engine& engine(const std::string& context) const;  // throws Refused

 private:
  [[nodiscard]] Said do_it(const Question&, const std::string& who);
  [[nodiscard]] Said retry(const Question&, const std::string& who);
  [[nodiscard]] Said discard(const Question&, const std::string& who);
  [[nodiscard]] Said rebuild(const Question&);
  [[nodiscard]] Said backup(const Question&);
  [[nodiscard]] Said backup_keys(const Question&, const std::string& who);
  [[nodiscard]] Said reconcile(const Question&, const std::string& who);
  [[nodiscard]] Said switch_off(const Question&, const std::string& who);
  [[nodiscard]] Said change_limit(const Question&, const std::string& who);
  [[nodiscard]] Said switch_on(const Question&, const std::string& who);
  [[nodiscard]] chassis::Act act_of(const Question&, const std::string& who, std::string what,
                                    std::string about, std::string details = "{}") const;
  [[nodiscard]] Said export_person(const Question&, const std::string& who);

  runtime::Runtime& runtime_;
  storage::FileSystem& files_;
  std::string data_;
  std::vector<chassis::Engine*> engines_;
  KeysCopier& copier_;
  Limits limits_;
  runtime::Mutex changing_limits_;
  payment::Provider* provider_ = nullptr;
  identity::Accounts* accounts_ = nullptr;
  identity::PersonalArchive* archive_ = nullptr;
};

}  // namespace madang::app
