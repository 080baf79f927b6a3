// What stands on the disks of the shop's machines, byte by byte: nobody's address, name or password, and no card, ever;
// and of who was forgotten not even the key, in no file, WAL or page that a power loss would leave.
#include "tests/simulation/laws.hpp"

#include "chassis/security/sha256.hpp"
#include "chassis/storage/sqlite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <functional>

namespace madang::simulation {
namespace {

constexpr std::array have_keys{"identity", "customer"};
constexpr std::size_t piece_begins = 8,
                      piece_size = 32;  // of a wrapped key: all but what frames it

void each_file(storage::SimDisk& disk, const std::string& folder,
               const std::function<void(const std::string&, storage::SimDisk::File&)>& look) {
  for (const auto& name : disk.list(folder)) {
    const auto path = fmt::format("{}/{}", folder, name);
    const auto file = disk.find(path);
    if (!file) continue;
    if (file->is_folder) each_file(disk, path, look);
    else look(path, *file);
  }
}

bool holds(const std::vector<std::byte>& bytes, std::string_view needle) {
  return ::memmem(bytes.data(), bytes.size(), needle.data(), needle.size()) != nullptr;
}

}  // namespace

void KeysSeen::look(World& world) {
  for (const auto* context : have_keys) try {
      const auto& machine = world.machine_of(context);
      const SoundDisk sound{machine.disk};
      const auto path = machine.folder_of(context) + "/keys.db";
      if (!machine.disk.find(path)) continue;
      storage::Database table{path, storage::Synchronous::normal, storage::Open::read_only};
      auto rows = table.prepare("SELECT person, wrapped FROM keys");
      for (rows.bind(); rows.step();) {
        kernel::IdBytes person{};
        const auto bytes = rows.blob(0);
        std::copy_n(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                    std::min(bytes.size(), person.size()), person.begin());
        const auto wrapped = rows.blob_text(1);
        if (wrapped.find_first_not_of('\0') != wrapped.npos)
          keys_[kernel::PersonId{person}.text()].insert(
              std::string{wrapped.substr(piece_begins, piece_size)});
      }
    } catch (const chassis::Unavailable&) {
      // Somebody recovers it: another time.
    }
}

void KeysSeen::check_forgotten(World& world, const Logs& logs) const {
  std::map<std::string, std::string> needles{{"an e-mail address", "@example.com"},
                                             {"a password", "a password of"},
                                             {"a card", "tok_accepted"},
                                             {"a name", "customer-1"}};
  for (const auto& event : logs.of("identity"))
    if (event.type == "PersonForgotten") {
      const auto& document = event.json();
      const std::string person{document.root()["person"].text()};
      const auto found = keys_.find(person);
      if (found == keys_.end()) continue;
      int number = 0;
      for (const auto& key : found->second)
        needles[fmt::format("key {} of {}, who was forgotten,", ++number, person)] = key;
    }
  const auto search = [&](const std::string& path, const storage::SimDisk::File& file) {
    const bool is_synced = file.cached == file.durable;  // then one search does for both
    for (const auto& [what, needle] : needles)
      if (holds(file.cached, needle) || (!is_synced && holds(file.durable, needle)))
        world.violate(fmt::format("{} stands in {}", what, path));
  };
  for (const auto& machine : world.machines()) each_file(machine->disk, machine->name, search);
  for (const auto* context : contexts)
    for (const auto& record : world.broker.topic(chassis::topic_of(context)))
      for (const auto& [what, needle] : needles)
        if (record.find(needle) != record.npos)
          world.violate(fmt::format("{} stands in what {} told the broker", what, context));
}

}  // namespace madang::simulation
