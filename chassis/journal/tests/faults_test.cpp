// What a journal promises when the disk is full, lies or loses its power.
#include <gtest/gtest.h>

#include <set>

#include "chassis/journal/tests/counters.hpp"
#include "chassis/journal/tests/sim_world.hpp"

namespace madang::chassis {
namespace {

struct Shop {
  explicit Shop(std::uint64_t seed) : world{seed} {}
  ~Shop() { world.stop(); }
  // As a process does when it starts; what was in memory is gone.
  void start(const std::function<void(Journal&)>& then) {
    world.stop();
    journal.reset();
    world.run([&] {
      world.simulation.storage.files().create_folder("shop/log");
      storage::make_wal_durable(world.path);
      journal = std::make_unique<Journal>(world.runtime(), world.store());
      world.runtime().spawn("writer", [this] { journal->write_batches(); });
      then(*journal);
    });
  }
  SimWorld world;
  std::unique_ptr<Journal> journal;
};

TEST(AFullDisk, MakesAWholeBatchUnavailableAndLeavesNothingOfIt) {
  Shop shop{1};
  shop.start([&](Journal& journal) {
    EXPECT_FALSE(give(journal, "before", add("Counter/a", 10)).refused());
    shop.world.disk().faults.full = true;
    Answers answers{shop.world.runtime()};
    for (int i = 0; i < 20; ++i) submit(journal, std::to_string(i), add("Counter/a", 1), answers);
    answers.wait(20);
    for (const auto& answer : answers.all())
      EXPECT_EQ(answer.result.kind, Result::Kind::unavailable);
    shop.world.disk().faults.full = false;
    // The states that the failed batch had already changed are not believed.
    EXPECT_TRUE(give(journal, "eleven", add("Counter/a", -11)).refused());
    EXPECT_FALSE(give(journal, "ten", add("Counter/a", -10)).refused());
    EXPECT_FALSE(give(journal, "0", add("Counter/a", 1)).refused());
    EXPECT_EQ(shop.world.reader()->after(0, 100).size(), 3U);
    EXPECT_GE(journal.counts().failed_batches, 1U);
  });
}

TEST(AFailedSync, EndsTheProcessBeforeAnythingIsAnswered) {
  Shop shop{2};
  shop.start([&](Journal& journal) {
    EXPECT_FALSE(give(journal, "before", add("Counter/a", 10)).refused());
    shop.world.disk().faults.syncs_fail_one_in = 1;
    give(journal, "lost", add("Counter/a", 1));
    ADD_FAILURE() << "it was answered";
  });
  EXPECT_FALSE(shop.world.simulation.simulator.alive("shop"));
  shop.world.disk().faults.syncs_fail_one_in = 0;
  shop.world.disk().power_loss();
  shop.start([&](Journal& journal) {
    EXPECT_EQ(give(journal, "before", add("Counter/a", 99)).payloads(),
              std::vector<std::string>{"10"});
    EXPECT_FALSE(give(journal, "lost", add("Counter/a", 1)).refused());
    EXPECT_TRUE(give(journal, "twelve", add("Counter/a", -12)).refused());
  });
}

TEST(APowerLoss, TakesNothingThatWasAnswered) {
  int losses = 0, answered = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Shop shop{seed};
    std::set<std::string> acknowledged;
    for (int life = 0; life < 4; ++life) {
      shop.start([&](Journal& journal) {
        shop.world.disk().burn_after(5 + shop.world.runtime().random_below(60));
        for (int round = 0; round < 40; ++round) {
          Answers answers{shop.world.runtime()};
          for (int i = 0; i < 3; ++i) {
            const auto id = std::to_string(life * 1000 + round * 3 + i);
            journal.submit({id_of(id), &deeds,
                            std::make_shared<Deed>(add("Counter/" + std::to_string(i), 1)),
                            [&, id](Result result) {
                              if (result.kind == Result::Kind::decided) acknowledged.insert(id);
                              answers.add({id, std::move(result)});
                            }});
          }
          answers.wait(3);
        }
      });
      losses += !shop.world.simulation.simulator.alive("shop");
      shop.world.disk().burn_after(0);
    }
    shop.start([&](Journal&) {
      std::set<Digest128> stored;
      for (const auto& event : shop.world.reader()->after(0, 100'000)) stored.insert(event.command);
      for (const auto& id : acknowledged)
        EXPECT_TRUE(stored.contains(id_of(id).id)) << "seed " << seed << ", command " << id;
    });
    answered += static_cast<int>(acknowledged.size());
  }
  EXPECT_GT(losses, 80);
  EXPECT_GT(answered, 200);
}

}  // namespace
}  // namespace madang::chassis
