// What stands on the disks of the shop's machines and in the copies elsewhere, byte by byte: nobody's address, name or password, and no card, ever;
// and of who was forgotten not even the key, in no file, WAL or page that a power loss would leave.
#include "tests/simulation/laws.hpp"

#include "chassis/security/sha256.hpp"
#include "chassis/storage/sqlite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bitset>
#include <cstring>
#include <functional>
#include <span>
#include <unordered_map>

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

// Texts that are looked for all at once: of what is searched only each seventh place is looked at, since wherever a
// text stands, one of its first seven groups of four bytes begins at such a place.
class Traces {
 public:
  void add(std::string what, std::string text) {
    CHECK(text.size() >= stride + sizeof(Group) - 1, "a text that is looked for has ten bytes");
    for (std::size_t at = 0; at < stride; ++at) {
      const auto group = group_at(text.data() + at);
      is_known_.set(place_of(group));
      groups_.emplace(group, Place{texts_.size(), at});
    }
    texts_.emplace_back(std::move(what), std::move(text));
  }
  // What each of them is that stands there.
  [[nodiscard]] std::set<std::string> in(std::string_view searched) const {
    std::set<std::string> found;
    for (std::size_t at = 0; at + sizeof(Group) <= searched.size(); at += stride) {
      const auto group = group_at(searched.data() + at);
      if (!is_known_[place_of(group)]) continue;
      const auto [first, last] = groups_.equal_range(group);
      for (auto it = first; it != last; ++it) {
        const auto& [what, text] = texts_[it->second.text];
        if (at >= it->second.at && searched.substr(at - it->second.at).starts_with(text))
          found.insert(what);
      }
    }
    return found;
  }

 private:
  using Group = std::uint32_t;
  static constexpr std::size_t stride = 7, places = std::size_t{1} << 16;
  struct Place {
    std::size_t text, at;
  };
  static Group group_at(const char* bytes) {
    Group group = 0;
    std::memcpy(&group, bytes, sizeof group);
    return group;
  }
  static std::size_t place_of(Group group) { return (group * 0x9E3779B1U) >> 16U; }

  std::vector<std::pair<std::string, std::string>> texts_;
  std::unordered_multimap<Group, Place> groups_;
  std::bitset<places> is_known_;  // most groups are not, and this fits in the nearest cache
};

std::string_view text_of(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// By it alone a restore knows whom not to bring back.
void check_is_on_the_list(World& world, const std::string& person) {
  if (!world.keeps_copies) return;
  const auto list = world.storage.disk(safe_disk).find(std::string{keys_copy} + "/erased");
  if (!list || !text_of(list->cached).contains(person + "\n"))
    world.violate(person + " was forgotten, and is not on the list beside the copy of keys");
}

}  // namespace

void KeysSeen::look() {
  for (const auto* context : have_keys) try {
      const auto& machine = world_.machine_of(context);
      if (!machine.disk.find(machine.folder_of(context) + "/keys.db")) continue;
      readers_.with(context, "keys.db", [&](storage::Database& table) { note(table); });
    } catch (const chassis::Unavailable&) {
      // Somebody recovers it: another time.
    }
}

void KeysSeen::note(storage::Database& table) {
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
}

void KeysSeen::check_forgotten(const Logs& logs) const {
  Traces traces;
  traces.add("an e-mail address", "@example.com");
  traces.add("a password", "a password of");
  traces.add("a card", "tok_accepted");
  // With what stands behind it: what is left of two rows in a page may be "customer" and the end of an id.
  traces.add("a name", "customer-1\"");
  for (const auto& event : logs.of("identity"))
    if (event.type == "PersonForgotten") {
      const auto& document = event.json();
      const std::string person{document.root()["person"].text()};
      check_is_on_the_list(world_, person);
      const auto found = keys_.find(person);
      if (found == keys_.end()) continue;
      int number = 0;
      for (const auto& key : found->second)
        traces.add(fmt::format("key {} of {}, who was forgotten,", ++number, person), key);
    }
  const auto search = [&](const std::string& path, const storage::SimDisk::File& file) {
    auto found = traces.in(text_of(file.cached));
    if (text_of(file.cached) != text_of(file.durable))
      found.merge(traces.in(text_of(file.durable)));
    for (const auto& what : found) world_.violate(fmt::format("{} stands in {}", what, path));
  };
  for (const auto& machine : world_.machines()) each_file(machine->disk, machine->name, search);
  each_file(world_.storage.disk(safe_disk), safe_disk, search);
  for (const auto* context : contexts)
    for (const auto& record : world_.broker.topic(chassis::topic_of(context)))
      for (const auto& what : traces.in(record))
        world_.violate(fmt::format("{} stands in what {} told the broker", what, context));
}

}  // namespace madang::simulation
