#include "chassis/journal/sqlite_store.hpp"
#include "chassis/journal/tests/conformance.hpp"
#include "chassis/journal/tests/sim_world.hpp"
#include "chassis/runtime/threads.hpp"
#include "chassis/storage/temporary_folder.hpp"

namespace madang::chassis {
namespace {

class RealFiles {
 public:
  runtime::Runtime& runtime() { return threads_; }
  std::unique_ptr<JournalStore> store() { return open_sqlite_journal(path_, threads_.now()); }
  std::unique_ptr<JournalReader> reader() { return read_sqlite_journal(path_); }
  void run(const std::function<void()>& body) { body(); }
  void stop() {
    threads_.stop();
    threads_.join();
  }

 private:
  storage::TemporaryFolder folder_;
  std::string path_ = folder_ / "journal.db";
  runtime::Threads threads_;
};

using Worlds = ::testing::Types<RealFiles, SimWorld>;
INSTANTIATE_TYPED_TEST_SUITE_P(OnSqlite, AJournal, Worlds);

}  // namespace
}  // namespace madang::chassis
