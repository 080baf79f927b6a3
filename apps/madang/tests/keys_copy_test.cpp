// The copy of people's keys beside the shop.
#include "apps/madang/control/keys_copy.hpp"

#include <gtest/gtest.h>

#include "chassis/ports/failures.hpp"
#include "chassis/runtime/threads.hpp"
#include "chassis/storage/temporary_folder.hpp"

namespace madang::app {
namespace {

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
  EXPECT_THROW(copier.copy_to(path), chassis::Unavailable);
  EXPECT_EQ(files.read(path + "/erased"), "as it was made by another process\n");
  of_another_process.reset();
  copier.copy_to(path);
  EXPECT_EQ(files.read(path + "/erased"), "");
}

}  // namespace
}  // namespace madang::app
