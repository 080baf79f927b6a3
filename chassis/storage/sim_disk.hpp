#pragma once
// The disk of one simulated machine, in memory. It keeps apart what a process reads back (the page
// cache) and what would survive a power loss, and lets the seed decide what happens in between.
//
//   power loss       each unsynced write is kept, lost or torn, sector by sector, in any order; of
//                    the unsynced changes of names (create, remove, rename) the first few are kept,
//                    as a file system with a journal does
//   process killed   everything stays, but what was unsynced still is
//   failed fsync     reported once; the pages count as clean from then on, written or not
//   full             writes that make a file longer fail
//   failing, slow    a read, write or sync now and then fails, or takes long
//   hard to read     one read in six fails, as over a loose cable
//
// Syncing a file says nothing about its name, syncing a folder nothing about contents.
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chassis/runtime/simulator.hpp"

namespace madang::storage {

inline constexpr std::string_view killed_at_a_sync = "it is killed at a sync";  // why processes end

struct DiskFaults {
  std::uint64_t reads_fail_one_in = 0;  // 0: never
  std::uint64_t writes_fail_one_in = 0;
  std::uint64_t syncs_fail_one_in = 0;
  std::uint64_t failed_syncs_end_in_power_loss_one_in = 0;  // of a file, some steps later
  std::uint64_t yields_one_in = 8;  // reads and writes during which others run
  runtime::Duration access_max{0};  // a read or write takes up to this
  runtime::Duration sync_max = std::chrono::milliseconds{3};
  bool full = false, hard_to_read = false;
  // As file systems with a journal do it: with a change of names all those before it are durable. Without: those in
  // the folder that is synced, and what stands in a folder that has no name itself is lost with it.
  bool names_in_order = true;
  bool syncs_lie = false;  // of files: nothing is durable, whatever they answer
  // What becomes of the unsynced writes of a file when the power fails; by chance: one of the others.
  enum class Unsynced { by_chance, kept, lost, torn };
  Unsynced unsynced = Unsynced::by_chance;
};

struct DiskCounts {
  std::uint64_t steps = 0;  // what burn_after counts: writes, truncations, changes of names, syncs
  std::uint64_t writes = 0, syncs = 0;
  std::uint64_t failed_reads = 0, failed_writes = 0, failed_syncs = 0, refused_writes = 0;
  std::uint64_t kept_sectors = 0, lost_sectors = 0, torn_sectors = 0;
};

class SimDisk {
 public:
  static constexpr std::size_t sector_bytes = 512;
  enum class Done { yes, no_space, failed };

  struct Write {
    std::uint64_t number;
    std::size_t offset, size;
    bool truncates;
    bool is_overwritten = false;
    std::vector<std::byte>
        bytes{};  // once it is overwritten; until then they stand in the page cache
  };
  struct Locks;  // of SQLite; they live in the memory of the processes
  struct File {
    std::vector<std::byte> cached, durable;
    std::vector<Write> unsynced;
    std::size_t unsynced_end = 0;  // none of them reaches beyond it
    std::shared_ptr<Locks> locks;
    bool is_folder = false;
    bool is_locked = false;  // whole, by who has it open (FileLock)
  };

  // A process's open file. It dies with its process or with the power, and answers nothing more.
  class Handle {
   public:
    Handle(SimDisk& disk, std::shared_ptr<File> file);
    virtual ~Handle();
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;

    Done read(std::size_t offset, std::span<std::byte> into, std::size_t& got);
    Done write(std::size_t offset, std::span<const std::byte> bytes);
    Done truncate(std::size_t size);
    Done sync();
    [[nodiscard]] std::size_t size() const { return file_->cached.size(); }
    [[nodiscard]] bool dead() const { return dead_; }
    [[nodiscard]] SimDisk& disk() const { return disk_; }
    [[nodiscard]] File& file() const { return *file_; }

   private:
    friend class SimDisk;
    virtual void let_go() noexcept {}  // of what it holds in the memory of others
    void die() noexcept;

    SimDisk& disk_;
    std::shared_ptr<File> file_;
    std::string process_;
    bool dead_ = false;
  };

  SimDisk(runtime::Simulator& simulator, std::string name);

  // Now, or in the middle of that many steps from now. Each process that has used the disk since it
  // last had power is killed; whoever plays the supervisor starts it again.
  void power_loss();
  void burn_after(std::uint64_t steps) { fuse_ = steps; }  // 0: never
  // In the middle of that many syncs of files from now its processes alone are killed: what they wrote stays, unsynced.
  void kill_after_syncs(std::uint64_t syncs) { kill_fuse_ = syncs; }  // 0: never
  void process_ended(const std::string& process);

  DiskFaults faults;
  DiskCounts counts;

  // Names are whole paths; the folder named like the disk is always there. Changes of names are
  // seen at once and durable once one of their folders is synced.
  std::shared_ptr<File> find(const std::string& path) const;  // null: absent
  enum class Kind { file, folder };
  std::shared_ptr<File> create(const std::string& path, Kind kind);  // null: no such folder
  std::shared_ptr<File> find_or_create(const std::string& path);     // likewise
  bool remove(const std::string& path);                              // false: absent
  // What is in a folder goes with it. False: absent.
  bool rename(const std::string& from, const std::string& to);  // replaces
  bool exchange(const std::string& one, const std::string& other);
  Done sync_folder(const std::string& path);
  [[nodiscard]] std::vector<std::string> list(const std::string& folder) const;  // names in it

 private:
  using Names = std::map<std::string, std::shared_ptr<File>>;
  struct NameChange {
    std::uint64_t number;
    std::string from, to;        // empty: it begins or ends here
    std::shared_ptr<File> file;  // of a birth
    bool exchanges = false;      // the two
  };

  Done write(File& file, Write write, std::span<const std::byte> bytes);
  Done sync(File& file, const Handle& handle);
  std::shared_ptr<File> created(const std::string& path, Kind kind);
  void change_names(NameChange change);  // others may run before it
  void note_change(NameChange change);
  static void apply(Names& names, const NameChange& change);
  static Names taken_out(Names& names, const std::string& path);
  static void put_in(Names& names, const Names& taken, std::size_t from_size,
                     const std::string& to);
  void make_names_durable(std::uint64_t last);
  void make_names_durable_in(const std::string& folder);
  void lose_what_has_no_folder();
  [[nodiscard]] std::size_t names_kept();
  void lose_unsynced(File& file);
  void step();
  void begin_sync();
  void pause_for_access();
  void pause_for_sync();
  runtime::Duration up_to(runtime::Duration max);
  void kill_users(const std::string& why);

  runtime::Simulator& simulator_;
  std::string name_;
  Names names_, durable_names_;
  std::vector<NameChange> unsynced_names_;
  std::vector<Handle*> handles_;
  std::set<std::string> users_;
  std::uint64_t fuse_ = 0, kill_fuse_ = 0;
  std::uint64_t next_change_ = 1;  // of bytes or names
};

std::string folder_of(const std::string& path);  // without its last part

}  // namespace madang::storage
