#include "apps/madang/commands/at_work.hpp"

#include <cstdio>
#include <filesystem>

#include "apps/madang/commands/data_folder.hpp"
#include "apps/madang/commands/engines.hpp"
#include "apps/madang/control/exits.hpp"
#include "apps/madang/control/keys_copy.hpp"
#include "chassis/control/control_socket.hpp"

namespace madang::app {
namespace {

Said do_on_stopped(const DataFolder& folder, const Question& question, const Introduce& introduce) {
  Engines engines{folder.places()};
  storage::RealFileSystem files;
  KeysCopier copier{engines.runtime(), files, folder.path()};
  Desk desk{engines.runtime(), files, folder.path(), engines.all(), copier};
  const auto shown = introduce ? introduce(desk, engines.runtime()) : nullptr;
  auto said = desk.answer(question, control::own_account());
  // What it set off is carried on by the shop when it opens; most of it is over in a moment.
  engines.settle(std::chrono::seconds{5});
  return said;
}

Said have_said(const std::string& data, const Question& question, const Introduce& introduce) {
  if (!std::filesystem::is_directory(data)) throw Cannot{"there is no data folder " + data};
  if (const auto answer = control::ask_running_shop(data, line_of(question)))
    return said_of(*answer);
  return do_on_stopped(DataFolder{data, Use::change}, question, introduce);
}

}  // namespace

int have_done(const std::string& data, const Question& question, const Introduce& introduce) {
  const auto said = have_said(data, question, introduce);
  std::fputs(said.out.c_str(), stdout);
  if (!said.complaint.empty()) std::fprintf(stderr, "madang: %s\n", said.complaint.c_str());
  return said.code;
}

}  // namespace madang::app
