#include "chassis/storage/sim_disk.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace madang::storage {
namespace {

constexpr std::uint64_t hard_to_read_one_in = 6;
constexpr std::uint64_t steps_left_max =
    20;  // to a disk whose sync has failed, before its power fails

void put(std::vector<std::byte>& image, std::size_t offset, std::span<const std::byte> bytes) {
  if (bytes.empty()) return;
  if (offset == image.size()) {
    image.insert(image.end(), bytes.data(), bytes.data() + bytes.size());
    return;
  }
  if (image.size() < offset + bytes.size()) image.resize(offset + bytes.size());
  std::memcpy(image.data() + offset, bytes.data(), bytes.size());
}

// What it has written, as long as it is unsynced.
std::span<const std::byte> bytes_of(const SimDisk::File& file, const SimDisk::Write& write) {
  if (write.is_overwritten) return write.bytes;
  return std::span{file.cached}.subspan(write.offset, write.size);
}

// Before the page cache changes from there to there.
void keep_what_is_overwritten(SimDisk::File& file, std::size_t from, std::size_t to) {
  if (file.unsynced.empty()) file.unsynced_end = 0;
  const auto end = std::max(file.unsynced_end, to);
  if (from >= std::exchange(file.unsynced_end, end)) return;
  for (auto& write : file.unsynced)
    if (!write.truncates && !write.is_overwritten && write.offset < to &&
        from < write.offset + write.size) {
      const auto bytes = bytes_of(file, write);
      write.bytes.assign(bytes.begin(), bytes.end());
      write.is_overwritten = true;
    }
}

void put_durably(SimDisk::File& file, const SimDisk::Write& write) {
  if (write.truncates) file.durable.resize(write.offset);
  else put(file.durable, write.offset, bytes_of(file, write));
}

}  // namespace

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

SimDisk::Handle::Handle(SimDisk& disk, std::shared_ptr<File> file)
    : disk_{disk}, file_{std::move(file)}, process_{disk.simulator_.running()} {
  disk_.handles_.push_back(this);
  disk_.users_.insert(process_);
}

SimDisk::Handle::~Handle() { std::erase(disk_.handles_, this); }

void SimDisk::Handle::die() noexcept {
  if (!std::exchange(dead_, true)) let_go();
}

SimDisk::Done SimDisk::Handle::read(std::size_t offset, std::span<std::byte> into,
                                    std::size_t& got) {
  got = 0;
  if (dead_) return Done::failed;
  disk_.pause_for_access();
  if (dead_) return Done::failed;
  const auto& its = disk_.faults;
  if (disk_.simulator_.one_in(its.hard_to_read ? hard_to_read_one_in : its.reads_fail_one_in)) {
    ++disk_.counts.failed_reads;
    return Done::failed;
  }
  const auto& bytes = file_->cached;
  const auto from = std::min(offset, bytes.size());
  got = std::min(into.size(), bytes.size() - from);
  std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(from), got, into.begin());
  return Done::yes;
}

SimDisk::Done SimDisk::Handle::write(std::size_t offset, std::span<const std::byte> bytes) {
  if (dead_) return Done::failed;
  if (bytes.empty()) return Done::yes;
  if (disk_.faults.full && offset + bytes.size() > file_->cached.size()) {
    ++disk_.counts.refused_writes;
    return Done::no_space;
  }
  const auto done = disk_.write(
      *file_, {.number = 0, .offset = offset, .size = bytes.size(), .truncates = false}, bytes);
  return dead_ ? Done::failed : done;
}

SimDisk::Done SimDisk::Handle::truncate(std::size_t size) {
  if (dead_) return Done::failed;
  if (size >= file_->cached.size()) return Done::yes;
  const auto done =
      disk_.write(*file_, {.number = 0, .offset = size, .size = 0, .truncates = true}, {});
  return dead_ ? Done::failed : done;
}

SimDisk::Done SimDisk::Handle::sync() { return dead_ ? Done::failed : disk_.sync(*file_, *this); }

SimDisk::SimDisk(runtime::Simulator& simulator, std::string name)
    : simulator_{simulator}, name_{std::move(name)} {
  const auto root = std::make_shared<File>();
  root->is_folder = true;
  names_[name_] = durable_names_[name_] = root;
}

// A write that fails may have reached the page cache in part.
SimDisk::Done SimDisk::write(File& file, Write write, std::span<const std::byte> bytes) {
  const bool fails = simulator_.one_in(faults.writes_fail_one_in);
  if (fails && !write.truncates) write.size = simulator_.random() % write.size;
  if (!fails || !write.truncates) {
    write.number = next_change_++;
    const auto end = write.truncates ? file.cached.size() : write.offset + write.size;
    keep_what_is_overwritten(file, write.offset, end);
    if (write.truncates) file.cached.resize(write.offset);
    else put(file.cached, write.offset, bytes.first(write.size));
    file.unsynced.push_back(std::move(write));
  }
  ++(fails ? counts.failed_writes : counts.writes);
  step();
  pause_for_access();
  return fails ? Done::failed : Done::yes;
}

// Covers the writes that came before it, not those that come while it lasts.
SimDisk::Done SimDisk::sync(File& file, const Handle& handle) {
  const auto last = next_change_;
  begin_sync();
  pause_for_sync();
  if (handle.dead()) return Done::failed;
  if (faults.syncs_lie) return Done::yes;
  const bool fails = simulator_.one_in(faults.syncs_fail_one_in);
  const auto covered = [&](const Write& write) { return write.number < last; };
  for (const auto& write : file.unsynced)
    if (covered(write) && (!fails || simulator_.one_in(2))) put_durably(file, write);
  std::erase_if(file.unsynced, covered);
  ++(fails ? counts.failed_syncs : counts.syncs);
  if (fails && simulator_.one_in(faults.failed_syncs_end_in_power_loss_one_in))
    burn_after(1 + simulator_.random() % steps_left_max);
  return fails ? Done::failed : Done::yes;
}

std::shared_ptr<SimDisk::File> SimDisk::find(const std::string& path) const {
  const auto found = names_.find(path);
  return found == names_.end() ? nullptr : found->second;
}

std::shared_ptr<SimDisk::File> SimDisk::create(const std::string& path, Kind kind) {
  simulator_.scheduling_point();
  return created(path, kind);
}

std::shared_ptr<SimDisk::File> SimDisk::find_or_create(const std::string& path) {
  simulator_.scheduling_point();
  auto there = find(path);
  return there ? there : created(path, Kind::file);
}

std::shared_ptr<SimDisk::File> SimDisk::created(const std::string& path, Kind kind) {
  const auto folder = find(folder_of(path));
  if (!folder || !folder->is_folder) return nullptr;
  auto file = std::make_shared<File>();
  file->is_folder = kind == Kind::folder;
  note_change({.number = 0, .from = "", .to = path, .file = file});
  return file;
}

bool SimDisk::remove(const std::string& path) {
  if (!names_.contains(path)) return false;
  change_names({.number = 0, .from = path, .to = "", .file = nullptr});
  return true;
}

bool SimDisk::rename(const std::string& from, const std::string& to) {
  const auto folder = find(folder_of(to));
  if (!names_.contains(from) || !folder || !folder->is_folder) return false;
  change_names({.number = 0, .from = from, .to = to, .file = nullptr});
  return true;
}

bool SimDisk::exchange(const std::string& one, const std::string& other) {
  if (!names_.contains(one) || !names_.contains(other)) return false;
  change_names({.number = 0, .from = one, .to = other, .file = nullptr, .exchanges = true});
  return true;
}

void SimDisk::change_names(NameChange change) {
  simulator_.scheduling_point();
  note_change(std::move(change));
}

void SimDisk::note_change(NameChange change) {
  users_.insert(simulator_.running());
  change.number = next_change_++;
  apply(names_, change);
  unsynced_names_.push_back(std::move(change));
  step();
}

// With all that is in it, when it is a folder.
SimDisk::Names SimDisk::taken_out(Names& names, const std::string& path) {
  Names taken;
  const auto found = names.find(path);
  if (found == names.end()) return taken;
  const bool is_folder = found->second->is_folder;
  taken.insert(names.extract(found));
  const auto below = path + "/";
  if (!is_folder) return taken;
  for (auto it = names.lower_bound(below); it != names.end() && it->first.starts_with(below);)
    taken.insert(names.extract(it++));
  return taken;
}

void SimDisk::put_in(Names& names, const Names& taken, std::size_t from_size,
                     const std::string& to) {
  for (const auto& [path, file] : taken) names[to + path.substr(from_size)] = file;
}

void SimDisk::apply(Names& names, const NameChange& change) {
  if (change.from.empty()) {
    names[change.to] = change.file;
    return;
  }
  if (change.to.empty()) {
    names.erase(change.from);
    return;
  }
  const auto taken = taken_out(names, change.from);
  const auto other = change.exchanges ? taken_out(names, change.to) : Names{};
  put_in(names, taken, change.from.size(), change.to);
  put_in(names, other, change.to.size(), change.from);
}

// The file system's journal keeps changes in order, so all earlier ones become durable as well.
SimDisk::Done SimDisk::sync_folder(const std::string& path) {
  simulator_.scheduling_point();
  step();
  std::uint64_t last = 0;
  for (const auto& change : unsynced_names_)
    if (folder_of(change.from) == path || folder_of(change.to) == path) last = change.number;
  pause_for_sync();
  if (simulator_.one_in(faults.syncs_fail_one_in)) {
    ++counts.failed_syncs;
    return Done::failed;
  }
  if (faults.names_in_order) make_names_durable(last);
  else make_names_durable_in(path);
  ++counts.syncs;
  return Done::yes;
}

void SimDisk::make_names_durable(std::uint64_t last) {
  std::erase_if(unsynced_names_, [&](const NameChange& change) {
    if (change.number > last) return false;
    apply(durable_names_, change);
    return true;
  });
}

void SimDisk::make_names_durable_in(const std::string& folder) {
  std::erase_if(unsynced_names_, [&](const NameChange& change) {
    if (folder_of(change.from) != folder && folder_of(change.to) != folder) return false;
    apply(durable_names_, change);
    return true;
  });
}

void SimDisk::lose_what_has_no_folder() {
  for (auto it = names_.begin(); it != names_.end();) {  // folders come before what is in them
    const auto folder = folder_of(it->first);
    it = folder == name_ || names_.contains(folder) ? std::next(it) : names_.erase(it);
  }
  durable_names_ = names_;
}

std::vector<std::string> SimDisk::list(const std::string& folder) const {
  std::vector<std::string> found;
  const auto below = folder + "/";
  for (auto it = names_.lower_bound(below); it != names_.end() && it->first.starts_with(below);
       ++it)
    if (it->first.find('/', below.size()) == it->first.npos)
      found.push_back(it->first.substr(below.size()));
  return found;
}

void SimDisk::process_ended(const std::string& process) {
  for (auto* handle : handles_)
    if (handle->process_ == process) handle->die();
}

void SimDisk::power_loss() {
  fuse_ = 0;
  for (auto* handle : handles_) handle->die();
  if (const auto kept = names_kept(); kept != 0)
    make_names_durable(unsynced_names_[kept - 1].number);
  unsynced_names_.clear();
  names_ = durable_names_;
  if (!faults.names_in_order) lose_what_has_no_folder();
  for (auto& [path, file] : names_) lose_unsynced(*file);
  kill_users("the power of " + name_ + " failed");
}

void SimDisk::kill_users(const std::string& why) {
  for (const auto& process : std::exchange(users_, {}))
    if (!process.empty()) simulator_.kill(process, why);
}

std::size_t SimDisk::names_kept() {
  switch (faults.unsynced) {
    case DiskFaults::Unsynced::kept: return unsynced_names_.size();
    case DiskFaults::Unsynced::lost: return 0;
    default: return simulator_.random() % (unsynced_names_.size() + 1);
  }
}

void SimDisk::lose_unsynced(File& file) {
  using Fate = DiskFaults::Unsynced;
  constexpr std::array fates{Fate::lost, Fate::kept, Fate::torn};
  const auto drawn = fates[simulator_.random() % fates.size()];
  const auto fate = faults.unsynced == Fate::by_chance ? drawn : faults.unsynced;
  for (const auto& write : std::exchange(file.unsynced, {})) {
    if (write.truncates) {
      if (fate == Fate::kept || (fate == Fate::torn && simulator_.one_in(2)))
        put_durably(file, write);
      continue;
    }
    const auto bytes = bytes_of(file, write);
    for (std::size_t done = 0; done < bytes.size();) {
      const auto place = write.offset + done;
      const auto size = std::min(sector_bytes - place % sector_bytes, bytes.size() - done);
      const auto sector = bytes.subspan(done, size);
      const auto chance = fate == Fate::torn ? simulator_.random() % 16 : 0;
      if (fate == Fate::lost || chance > 8) {
        ++counts.lost_sectors;
      } else if (chance == 8) {
        put(file.durable, place, sector.first(simulator_.random() % size));
        ++counts.torn_sectors;
      } else {
        put(file.durable, place, sector);
        ++counts.kept_sectors;
      }
      done += size;
    }
  }
  file.cached = file.durable;
}

void SimDisk::step() {
  ++counts.steps;
  if (fuse_ == 0 || --fuse_ != 0) return;
  power_loss();
  simulator_.sleep(runtime::Duration{0});  // a task of a killed process does not come back
}

void SimDisk::begin_sync() {
  step();
  if (kill_fuse_ == 0 || --kill_fuse_ != 0) return;
  kill_users(std::string{killed_at_a_sync});
  simulator_.sleep(runtime::Duration{0});
}

runtime::Duration SimDisk::up_to(runtime::Duration max) {
  return runtime::Duration{
      static_cast<std::int64_t>(simulator_.random() % static_cast<std::uint64_t>(max.count() + 1))};
}

void SimDisk::pause_for_access() {
  if (faults.access_max.count() != 0) simulator_.sleep(up_to(faults.access_max));
  else if (simulator_.one_in(faults.yields_one_in)) simulator_.sleep(runtime::Duration{1});
}

void SimDisk::pause_for_sync() { simulator_.sleep(runtime::Duration{1} + up_to(faults.sync_max)); }

}  // namespace madang::storage
