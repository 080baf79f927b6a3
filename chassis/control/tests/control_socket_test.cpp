#include "chassis/control/control_socket.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "chassis/ports/failures.hpp"
#include "chassis/runtime/threads.hpp"
#include "chassis/storage/temporary_folder.hpp"

namespace madang::control {
namespace {

class AskingARunningShop : public testing::Test {
 protected:
  void serve(ControlSocket::Answer answer) {
    socket_.emplace(runtime_, folder_.path(), std::move(answer));
    socket_->start();
  }
  void end() {
    socket_->stop();
    runtime_.stop();
    runtime_.join();
  }

  storage::TemporaryFolder folder_;
  runtime::Threads runtime_;
  std::optional<ControlSocket> socket_;
};

TEST_F(AskingARunningShop, TellsItTheQuestionAndWhoAsks) {
  serve([](const auto& question, const auto& who) { return who + " asks " + question; });
  EXPECT_EQ(ask_running_shop(folder_.path(), "what?"), own_account() + " asks what?");
  EXPECT_EQ(ask_running_shop(folder_.path(), "again?"), own_account() + " asks again?");
  end();
}
TEST_F(AskingARunningShop, IsForTheOwnerOfItsFolderAlone) {
  serve([](const auto&, const auto&) { return ""; });
  struct stat found{};
  ASSERT_EQ(::stat((folder_ / "control").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 07777, 0600U);
  end();
}
TEST_F(AskingARunningShop, FindsNobodyWhereNoneRunsThoughOneWasKilledThere) {
  EXPECT_EQ(ask_running_shop(folder_.path(), "what?"), std::nullopt);
  std::ofstream{folder_ / "control"};
  EXPECT_EQ(ask_running_shop(folder_.path(), "what?"), std::nullopt);
  serve([](const auto&, const auto&) { return "here"; });
  EXPECT_EQ(ask_running_shop(folder_.path(), "what?"), "here");
  end();
  EXPECT_FALSE(std::filesystem::exists(folder_ / "control"));
}
TEST_F(AskingARunningShop, FailsWhenItEndsBeforeItAnswers) {
  runtime::Signal asked{runtime_};
  serve([&](const auto&, const auto&) {
    asked.raise();
    runtime_.sleep(std::chrono::hours{1});
    return "too late";
  });
  runtime::Threads another;
  runtime::Signal over{another};
  bool failed = false;
  another.spawn("asks", [&] {
    try {
      ask_running_shop(folder_.path(), "what?");
    } catch (const chassis::Unavailable&) {
      failed = true;
    }
    over.raise();
  });
  asked.wait_beyond(0, runtime_.now() + std::chrono::seconds{20});
  end();
  over.wait_beyond(0, another.now() + std::chrono::seconds{20});
  EXPECT_TRUE(failed);
  another.stop();
  another.join();
}
TEST_F(AskingARunningShop, WorksInAFolderWhosePathIsLong) {
  const auto deep = folder_ / std::string(200, 'a');
  std::filesystem::create_directory(deep);
  ControlSocket socket{runtime_, deep, [](const auto&, const auto&) { return "here"; }};
  socket.start();
  EXPECT_EQ(ask_running_shop(deep, "what?"), "here");
  socket.stop();
  runtime_.stop();
  runtime_.join();
}

}  // namespace
}  // namespace madang::control
