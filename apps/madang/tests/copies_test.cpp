// Folders that are made beside the shop: backups, and the copy of people's keys.
#include "apps/madang/control/copies.hpp"

#include <gtest/gtest.h>

#include "apps/madang/control/exits.hpp"
#include "apps/madang/control/keys_copy.hpp"
#include "chassis/runtime/threads.hpp"
#include "chassis/storage/temporary_folder.hpp"

namespace madang::app {
namespace {

TEST(AFolderThatIsMade, IsMadeByOneAtATime) {
  const storage::TemporaryFolder folder;
  storage::RealFileSystem files;
  const auto path = folder.path() + "/backups/monday";
  const auto make = [&](const std::string& text) {
    Unfinished made{files, path};
    files.write_durably(made / "file", text);
    EXPECT_THROW((Unfinished{files, path}), Cannot);
    made.keep();
  };
  make("the first");
  EXPECT_THROW(make("the second"), Refused);
  EXPECT_EQ(files.read(path + "/file"), "the first");
  EXPECT_EQ(files.list(folder.path() + "/backups"), std::vector<std::string>{"monday"});
}

TEST(AFolderThatIsMade, IsMadeAnewWhereAnotherWasKilled) {
  const storage::TemporaryFolder folder;
  storage::RealFileSystem files;
  const auto path = folder.path() + "/monday";
  files.create_folder(path + ".unfinished");
  files.write_durably(path + ".unfinished/old", "");
  files.write_durably(path + ".lock", "");
  Unfinished{files, path}.keep();
  EXPECT_EQ(files.list(path), std::vector<std::string>{});
  EXPECT_EQ(files.list(folder.path()), std::vector<std::string>{"monday"});
}

TEST(ACopyOfKeys, IsMadeByOneProcessAtATime) {
  const storage::TemporaryFolder folder;
  storage::RealFileSystem files;
  runtime::Threads runtime;
  const auto data = folder.path() + "/shop", path = folder.path() + "/safe/keys";
  files.create_folder(data);
  KeysCopier copier{runtime, files, data};
  copier.copy_to(path);
  EXPECT_TRUE(copier.is_copy(path));
  files.write_durably(path + "/erased", "as it was made by another process\n");

  auto of_another_process = files.lock(path + ".lock");
  EXPECT_THROW(copier.copy_to(path), Cannot);
  EXPECT_EQ(files.read(path + "/erased"), "as it was made by another process\n");
  of_another_process.reset();
  copier.copy_to(path);
  EXPECT_EQ(files.read(path + "/erased"), "");
}

}  // namespace
}  // namespace madang::app
