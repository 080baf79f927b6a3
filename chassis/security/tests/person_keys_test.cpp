#include "chassis/security/person_keys.hpp"

#include <gtest/gtest.h>

#include <map>

#include "chassis/ports/failures.hpp"
#include "chassis/ports/ids.hpp"
#include "chassis/security/secrets.hpp"
#include "chassis/storage/tests/simulation.hpp"

namespace madang::security {
namespace {

using chassis::Conflict, chassis::Corrupt, chassis::Unavailable;
using kernel::Erased, kernel::PersonId;
using storage::Simulation;
using namespace std::chrono_literals;

const std::string master(key_size, 'm');
const std::string keys_db = "shop/identity/keys.db";

PersonId person(int number) { return chassis::derived_id<PersonId>({"person", number}); }
const PersonId kim = person(1);
const PersonId lee = person(2);

bool is_erased(const KeyOrErased& key) { return std::holds_alternative<Erased>(key); }
std::string bytes_of(const KeyOrErased& key) {
  return std::string{std::get<PersonKey>(key).bytes()};
}

// A shop on a simulated disk; each run() is a start of it, to its end.
struct Shop {
  explicit Shop(std::uint64_t seed = 1) : simulation{seed} {
    simulation.storage.files().create_folder("shop/identity");
    simulation.storage.files().create_folder("shop/customer");
  }
  void run(const std::function<void(OwnedKeys&)>& task) {
    simulation.run("shop", [&] {
      OwnedKeys keys{runtime, keys_db, master, {"customer", "rental"}};
      task(keys);
    });
  }
  // In what the shop reads back, or in what would survive a power loss.
  bool has_on_disk(std::string_view bytes) {
    const auto holds = [&](const std::vector<std::byte>& content) {
      const std::string_view all{reinterpret_cast<const char*>(content.data()), content.size()};
      return all.find(bytes) != std::string_view::npos;
    };
    for (const auto& name : {keys_db, keys_db + "-wal"}) {
      const auto file = disk.find(name);
      if (file && (holds(file->cached) || holds(file->durable))) return true;
    }
    return false;
  }

  Simulation simulation;
  storage::SimDisk& disk = simulation.storage.disk("shop");
  runtime::Runtime& runtime = simulation.simulator.process("shop");
};

std::map<int, std::string> wrapped_keys() {
  std::map<int, std::string> all;
  storage::Database database{keys_db, storage::Synchronous::full, storage::Open::read_only};
  auto rows = database.prepare("SELECT number, wrapped FROM keys");
  while (rows.step()) all.emplace(static_cast<int>(rows.integer(0)), rows.blob_text(1));
  return all;
}

struct APersonsKey : ::testing::Test, Shop {};

TEST_F(APersonsKey, IsMadeOnceAndStaysTheSame) {
  std::string first;
  run([&](OwnedKeys& keys) {
    keys.make_key(kim);
    keys.make_key(lee);
    first = bytes_of(keys.key_of(kim));
    EXPECT_EQ(first.size(), key_size);
    EXPECT_NE(first, bytes_of(keys.key_of(lee)));
    keys.make_key(kim);
    EXPECT_EQ(bytes_of(keys.key_of(kim)), first);
  });
  disk.power_loss();
  run([&](OwnedKeys& keys) { EXPECT_EQ(bytes_of(keys.key_of(kim)), first); });
}

TEST_F(APersonsKey, IsNotMadeByAskingForIt) {
  run([&](OwnedKeys& keys) { EXPECT_THROW(static_cast<void>(keys.key_of(kim)), Corrupt); });
}

TEST_F(APersonsKey, OpensOnlyUnderTheShopsMasterKey) {
  run([&](OwnedKeys& keys) { keys.make_key(kim); });
  simulation.run("shop", [&] {
    OwnedKeys others{runtime, keys_db, std::string(key_size, 'x'), {}};
    EXPECT_THROW(static_cast<void>(others.key_of(kim)), Corrupt);
  });
}

TEST_F(APersonsKey, DoesNotPassForAnothers) {
  run([&](OwnedKeys& keys) {
    keys.make_key(kim);
    keys.make_key(lee);
  });
  run([&](OwnedKeys& keys) {
    storage::Database database{keys_db};
    database.script("UPDATE keys SET wrapped = (SELECT wrapped FROM keys WHERE number = 2)");
    EXPECT_THROW(static_cast<void>(keys.key_of(kim)), Corrupt);
    EXPECT_FALSE(is_erased(keys.key_of(lee)));
  });
}

// The shop is killed, and believes what it reads back when it starts again, before the power fails.
TEST(MakingAKey, IsDurableWhenTheKeyWasSeenOnce) {
  int seen_in_all = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Shop shop{seed};
    shop.runtime.spawn("register", [&] {
      OwnedKeys keys{shop.runtime, keys_db, master, {}};
      for (int i = 1; i <= 20; ++i) keys.make_key(person(i));
    });
    shop.simulation.simulator.process("operator").spawn("kill", [&] {
      shop.simulation.simulator.sleep(seed * 700us);
      shop.simulation.simulator.kill("shop", "test");
    });
    shop.simulation.simulator.run();
    std::map<int, std::string> seen;
    shop.run([&](OwnedKeys& keys) {
      try {
        for (int i = 1; i <= 20; ++i) seen.emplace(i, bytes_of(keys.key_of(person(i))));
      } catch (const Corrupt&) {  // not made yet
      }
    });
    shop.disk.power_loss();
    shop.run([&](OwnedKeys& keys) {
      for (const auto& [i, key] : seen) EXPECT_EQ(bytes_of(keys.key_of(person(i))), key) << seed;
    });
    seen_in_all += static_cast<int>(seen.size());
  }
  EXPECT_GT(seen_in_all, 60);
  EXPECT_LT(seen_in_all, 60 * 20);
}

TEST_F(APersonsKey, IsErasedForEver) {
  run([&](OwnedKeys& keys) {
    keys.make_key(kim);
    keys.make_key(lee);
    keys.destroy_key(kim);
    EXPECT_TRUE(is_erased(keys.key_of(kim)));
    EXPECT_FALSE(is_erased(keys.key_of(lee)));
    EXPECT_THROW(keys.make_key(kim), Conflict);
    keys.destroy_key(kim);
  });
  run([&](OwnedKeys& keys) { EXPECT_TRUE(is_erased(keys.key_of(kim))); });
}

TEST_F(APersonsKey, IsHandedOutOnRecord) {
  run([&](OwnedKeys& keys) {
    keys.make_key(kim);
    EXPECT_EQ(bytes_of(keys.hand_out(kim, "rental")), bytes_of(keys.key_of(kim)));
    static_cast<void>(keys.hand_out(kim, "customer"));
    static_cast<void>(keys.hand_out(kim, "customer"));
  });
  run([&](OwnedKeys& keys) {
    EXPECT_EQ(keys.pulled_by(kim), (std::vector<std::string>{"customer", "rental"}));
    EXPECT_TRUE(keys.pulled_by(lee).empty());
    keys.destroy_key(kim);
    EXPECT_TRUE(is_erased(keys.hand_out(kim, "rental")));
  });
}

TEST_F(APersonsKey, IsNotHandedToWhomNobodyWouldAskToDestroyIt) {
  run([&](OwnedKeys& keys) {
    keys.make_key(kim);
    EXPECT_THROW(static_cast<void>(keys.hand_out(kim, "insight")), std::logic_error);
    EXPECT_TRUE(keys.pulled_by(kim).empty());
  });
}

TEST_F(APersonsKey, EndsTheProcessWhenItCannotBeMadeDurable) {
  std::string why;
  simulation.simulator.when_killed(
      [&](const std::string&, std::string_view reason) { why = reason; });
  run([&](OwnedKeys& keys) {
    disk.faults.syncs_fail_one_in = 1;
    keys.make_key(kim);
    ADD_FAILURE() << "acknowledged though nothing was synced";
  });
  EXPECT_NE(why, "");
}

struct ADestroyedKey : ::testing::Test, Shop {};

// Enough people for many pages, in an order that lets pages fill, split and be overwritten.
TEST_F(ADestroyedKey, StandsNowhereAnyMore) {
  constexpr int people = 500;
  run([&](OwnedKeys& keys) {
    std::map<int, std::string> plain;
    for (int i = 1; i <= people; ++i) {
      keys.make_key(person(i));
      plain.emplace(i, bytes_of(keys.key_of(person(i))));
    }
    const auto wrapped = wrapped_keys();
    ASSERT_EQ(wrapped.size(), static_cast<std::size_t>(people));
    EXPECT_TRUE(has_on_disk(wrapped.at(7)));
    for (int i = 1; i <= people; ++i) EXPECT_FALSE(has_on_disk(plain.at(i))) << i;
    for (int i = 7; i <= people; i += 9) keys.destroy_key(person(i));
    for (int i = people + 1; i <= people + 50; ++i) keys.make_key(person(i));
    for (int i = 1; i <= people; ++i) {
      const bool destroyed = i % 9 == 7;
      EXPECT_EQ(has_on_disk(wrapped.at(i)), !destroyed) << i;
      EXPECT_EQ(is_erased(keys.key_of(person(i))), destroyed) << i;
    }
  });
}

TEST(DestroyingAKey, IsDoneWhenItReturnsAndGoesOnWhenItDidNot) {
  int interrupted = 0;
  for (std::uint64_t step = 1; step <= 30; ++step) {
    Shop shop{step};
    std::string wrapped;
    bool returned = false;
    shop.run([&](OwnedKeys& keys) {
      keys.make_key(kim);
      keys.make_key(lee);
      wrapped = wrapped_keys().at(1);
      shop.disk.burn_after(step);
      keys.destroy_key(kim);
      returned = true;
    });
    shop.disk.power_loss();
    shop.run([&](OwnedKeys& keys) {
      if (!returned) keys.destroy_key(kim);
      EXPECT_FALSE(shop.has_on_disk(wrapped)) << step;
      EXPECT_TRUE(is_erased(keys.key_of(kim))) << step;
      EXPECT_FALSE(is_erased(keys.key_of(lee))) << step;
    });
    if (!returned) ++interrupted;
  }
  EXPECT_GT(interrupted, 3);
}

struct Desk final : KeyDesk {
  std::function<KeyOrErased(const PersonId&)> answer;
  int pulls = 0;
  KeyOrErased pull(const PersonId& whose) override {
    ++pulls;
    return answer(whose);
  }
};

struct APulledKey : ::testing::Test, Shop {
  void run(const std::function<void(PulledKeys&)>& task) {
    simulation.run("shop", [&] {
      PulledKeys keys{runtime, "shop/customer/keys.db", master, desk};
      task(keys);
    });
  }
  Desk desk;
};

TEST_F(APulledKey, IsPulledOnceAndKept) {
  desk.answer = [](const PersonId&) { return PersonKey{std::string(key_size, 'k')}; };
  run([&](PulledKeys& keys) {
    EXPECT_EQ(bytes_of(keys.key_of(kim)), std::string(key_size, 'k'));
    static_cast<void>(keys.key_of(kim));
  });
  run([&](PulledKeys& keys) { static_cast<void>(keys.key_of(kim)); });
  EXPECT_EQ(desk.pulls, 1);
}

TEST_F(APulledKey, IsUnavailableWhileIdentityIsAndThenIsThere) {
  desk.answer = [](const PersonId&) -> KeyOrErased { throw Unavailable{"identity is down"}; };
  run([&](PulledKeys& keys) {
    EXPECT_THROW(static_cast<void>(keys.key_of(kim)), Unavailable);
    desk.answer = [](const PersonId&) { return PersonKey{std::string(key_size, 'k')}; };
    EXPECT_FALSE(is_erased(keys.key_of(kim)));
  });
}

TEST_F(APulledKey, IsErasedOnceAndForAll) {
  desk.answer = [](const PersonId&) { return Erased{}; };
  run([&](PulledKeys& keys) {
    EXPECT_TRUE(is_erased(keys.key_of(kim)));
    EXPECT_TRUE(is_erased(keys.key_of(kim)));
    keys.destroy_key(lee);  // before it was ever needed
    EXPECT_TRUE(is_erased(keys.key_of(lee)));
  });
  EXPECT_EQ(desk.pulls, 1);
}

TEST_F(APulledKey, IsErasedThoughItWasOnItsWay) {
  run([&](PulledKeys& keys) {
    desk.answer = [&](const PersonId&) {
      keys.destroy_key(kim);
      return PersonKey{std::string(key_size, 'k')};
    };
    EXPECT_TRUE(is_erased(keys.key_of(kim)));
  });
}

}  // namespace
}  // namespace madang::security
