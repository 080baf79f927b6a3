#include "chassis/storage/blobs.hpp"

#include <gtest/gtest.h>

#include "chassis/ports/failures.hpp"
#include "chassis/storage/sync_failed.hpp"
#include "chassis/storage/tests/worlds.hpp"

namespace madang::storage {
namespace {

using security::sha256;

std::string content_of(const BlobStore& store, const security::Digest256& digest) {
  const auto reader = store.open(digest);
  if (!reader) return "absent";
  std::string bytes(reader->size(), '\0');
  bytes.resize(reader->read(0, std::as_writable_bytes(std::span{bytes})));
  return bytes;
}

template <class World>
struct ABlobStore : testing::Test {};
TYPED_TEST_SUITE(ABlobStore, Worlds);

TYPED_TEST(ABlobStore, KeepsAnUploadUnderItsDigest) {
  TypeParam world;
  world.run([&](FileSystem& files) {
    BlobStore store{files, world.root + "/rental/files", 1000};
    auto upload = store.upload();
    upload.append("a b");
    upload.append("ook");
    EXPECT_FALSE(store.exists(sha256("a book")));
    const auto blob = upload.finish();
    EXPECT_EQ(blob.digest, sha256("a book"));
    EXPECT_EQ(blob.size, 6U);
    EXPECT_TRUE(store.exists(blob.digest));
    EXPECT_EQ(content_of(store, blob.digest), "a book");
    const auto name = security::hex(security::as_text(blob.digest));
    EXPECT_EQ(store.path_of(blob.digest),
              world.root + "/rental/files/" + name.substr(0, 2) + "/" + name.substr(2));
    EXPECT_EQ(files.read(store.path_of(blob.digest)), "a book");
    EXPECT_TRUE(files.list(world.root + "/rental/files/incoming").empty());
  });
}

TYPED_TEST(ABlobStore, KeepsTheSameContentOnce) {
  TypeParam world;
  world.run([&](FileSystem& files) {
    BlobStore store{files, world.root + "/files", 1000};
    auto second = store.upload();
    second.append("a book");
    const auto first = store.put("a book");
    EXPECT_EQ(second.finish().digest, first.digest);
    EXPECT_EQ(content_of(store, first.digest), "a book");
    EXPECT_TRUE(store.remove(first.digest));
    EXPECT_FALSE(store.remove(first.digest));
    EXPECT_FALSE(store.exists(first.digest));
    EXPECT_EQ(store.open(first.digest), nullptr);
  });
}

TYPED_TEST(ABlobStore, KeepsNothingOfAnUploadThatIsTooLarge) {
  TypeParam world;
  world.run([&](FileSystem& files) {
    BlobStore store{files, world.root + "/files", 10};
    EXPECT_EQ(store.put("0123456789").size, 10U);
    {
      auto upload = store.upload();
      upload.append("012345");
      EXPECT_THROW(upload.append("67890"), BlobTooLarge);
    }
    EXPECT_TRUE(files.list(world.root + "/files/incoming").empty());
    EXPECT_FALSE(store.exists(sha256("012345")));
  });
}

TYPED_TEST(ABlobStore, RemovesAtItsStartWhatAnInterruptedRunLeft) {
  TypeParam world;
  world.run([&](FileSystem& files) {
    const auto folder = world.root + "/files";
    const auto kept = BlobStore{files, folder, 1000}.put("a book");
    files.write_durably(folder + "/incoming/7", "half a bo");
    BlobStore store{files, folder, 1000};
    EXPECT_TRUE(files.list(folder + "/incoming").empty());
    EXPECT_TRUE(store.exists(kept.digest));
  });
}

TYPED_TEST(ABlobStore, FindsWhatTheDiskHasSpoiltAndLetsItBePutAgain) {
  TypeParam world;
  world.run([&](FileSystem& files) {
    BlobStore store{files, world.root + "/files", 1'000'000};
    const auto blob = store.put(std::string(200'000, 'x'));
    EXPECT_EQ(store.intact(blob.digest), true);
    EXPECT_EQ(store.intact(sha256("absent")), std::nullopt);
    files.write_durably(store.path_of(blob.digest), std::string(199'999, 'x') + "y");
    EXPECT_EQ(store.intact(blob.digest), false);
    store.put(std::string(200'000, 'x'));
    EXPECT_EQ(store.intact(blob.digest), true);
  });
}

// The power fails at each step of an upload: what has a name is whole, what was acknowledged is there.
TEST(AnUpload, IsThereWholeOrNotAtAllAfterAPowerLoss) {
  const std::string book(3000, 'b');
  std::uint64_t losses = 0, there = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed)
    for (std::uint64_t step = 1;; ++step) {
      Simulation simulation{seed * 100 + step};
      auto& files = simulation.storage.files();
      bool acknowledged = false;
      simulation.storage.disk("shop").burn_after(step);
      simulation.run("shop", [&] {
        BlobStore store{files, "shop/files", 10'000};
        auto upload = store.upload();
        upload.append(std::string_view{book}.substr(0, 1000));
        upload.append(std::string_view{book}.substr(1000));
        upload.finish();
        acknowledged = true;
      });
      if (acknowledged) simulation.storage.disk("shop").power_loss();
      simulation.run("shop", [&] {
        BlobStore store{files, "shop/files", 10'000};
        const auto intact = store.intact(sha256(book));
        EXPECT_NE(intact, false) << "seed " << seed << " step " << step;
        if (acknowledged) {
          EXPECT_EQ(intact, true) << "seed " << seed;
        }
        EXPECT_TRUE(files.list("shop/files/incoming").empty());
        there += intact ? 1 : 0;
      });
      if (acknowledged) break;
      ++losses;
    }
  EXPECT_GT(losses, 60U * 8);
  EXPECT_GT(there, 60U);
}

TEST(AnUpload, OutlivesAPowerLossThoughItsFolderWasLeftUnsyncedByAProcessThatDied) {
  Simulation simulation{1};
  auto& disk = simulation.storage.disk("shop");
  disk.faults.unsynced = DiskFaults::Unsynced::lost;
  disk.faults.names_in_order = false;
  const auto digest = sha256("a book");
  simulation.run("shop", [&] {
    BlobStore store{simulation.storage.files(), "shop/files", 10'000};
    disk.create("shop/files/" + security::hex(security::as_text(digest)).substr(0, 2),
                SimDisk::Kind::folder);
    store.put("a book");
  });
  disk.power_loss();
  simulation.run("shop", [&] {
    EXPECT_TRUE((BlobStore{simulation.storage.files(), "shop/files", 10'000}.exists(digest)));
  });
}

TEST(AnUpload, FailsOnAFullDiskAndLeavesNothing) {
  Simulation simulation{1};
  auto& files = simulation.storage.files();
  simulation.run("shop", [&] {
    BlobStore store{files, "shop/files", 10'000};
    simulation.storage.disk("shop").faults.full = true;
    EXPECT_THROW(store.put("a book"), chassis::Unavailable);
    EXPECT_TRUE(files.list("shop/files/incoming").empty());
    simulation.storage.disk("shop").faults.full = false;
    EXPECT_EQ(store.put("a book").size, 6U);
  });
}

TEST(AnUpload, TellsOfASyncThatFailedBeforeWhoAskedForItCanGoOn) {
  Simulation simulation{1};
  std::vector<std::string> told;
  simulation.run("shop", [&] {
    BlobStore store{simulation.storage.files(), "shop/files", 10'000,
                    [&](std::string_view why) { told.emplace_back(why); }};
    auto upload = store.upload();
    upload.append("a book");
    auto& faults = simulation.storage.disk("shop").faults;
    faults.syncs_fail_one_in = 1;
    EXPECT_THROW(upload.finish(), SyncFailed);
    EXPECT_EQ(told.size(), 1U);
    faults.syncs_fail_one_in = 0;
  });
}

TEST(AnUpload, OfAKilledProcessIsRemovedAtTheNextStart) {
  Simulation simulation{1};
  auto& files = simulation.storage.files();
  simulation.run("shop", [&] {
    BlobStore store{files, "shop/files", 10'000};
    auto upload = store.upload();
    upload.append("half a bo");
    simulation.simulator.kill("shop", "test");
    simulation.simulator.sleep(std::chrono::seconds{1});
  });
  simulation.run("shop", [&] {
    EXPECT_EQ(files.list("shop/files/incoming").size(), 1U);
    const BlobStore store{files, "shop/files", 10'000};
    EXPECT_TRUE(files.list("shop/files/incoming").empty());
  });
}

}  // namespace
}  // namespace madang::storage
