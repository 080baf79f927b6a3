#pragma once
// Many processes on one thread: tasks are fibers, the clock is virtual, and one seed decides every
// choice, so a run can be had again exactly. Every call of the runtime is a scheduling point.
//
// A kill never destroys a suspended fiber. The fiber is resumed once more as "doomed": each runtime
// call then throws Stopped, so C++ frames unwind normally and C frames below (SQLite) return through
// their own error paths.
//
//   Simulator simulator{seed};
//   simulator.program("shop", [&] { run_the_shop(simulator.process("shop")); });
//   simulator.start("shop");
//   simulator.run([&] { return all_served; });
#include <map>
#include <memory>
#include <random>

#include "chassis/runtime/runtime.hpp"

namespace madang::runtime {

class Simulator {
 public:
  explicit Simulator(std::uint64_t seed,
                     Time start = std::chrono::sys_days{std::chrono::July / 1 / 2026});
  ~Simulator();
  Simulator(const Simulator&) = delete;
  Simulator& operator=(const Simulator&) = delete;

  // A process by its name, and its runtime, which lives as long as the simulator: killing empties
  // it, and tasks may be spawned on it again afterwards.
  Runtime& process(const std::string& name);

  // What the first task of a process does whenever the process is started.
  void program(const std::string& process, std::function<void()> main);
  void start(const std::string& process);
  // Kills it and starts it again.
  void restart(const std::string& process, std::string_view why);
  // From a task, also from one of the process itself, at its next scheduling point; from outside of
  // run() at once.
  void kill(const std::string& process, std::string_view why);
  // Between the two none of its tasks runs, though others do and its deadlines pass.
  void pause(const std::string& process);
  void go_on(const std::string& process);
  [[nodiscard]] bool alive(const std::string& process) const;  // has tasks
  void kill_all();  // from outside of run(); before what the tasks use is destroyed

  // Told when a process is killed, before its tasks unwind: the moment to close its disk's handles.
  using KillWatcher = std::function<void(const std::string& process, std::string_view why)>;
  void when_killed(KillWatcher watcher) { kill_watchers_.push_back(std::move(watcher)); }

  // Told of an exception other than Stopped that leaves a task. It ends the process of the task, as it ends a program;
  // without a watcher it ends this one.
  using FailureWatcher = std::function<void(const std::string& process, const std::string& task,
                                            const std::string& what)>;
  void when_task_fails(FailureWatcher watcher) { failure_watcher_ = std::move(watcher); }

  // What a process reads from its clock is the true time and this offset; its deadlines are
  // readings of the same clock.
  void set_clock(const std::string& process, Duration offset);
  // A coarse clock: what the process reads stands still between two ticks, so that much happens at the same time,
  // and a deadline passes at the first tick that is not before it.
  void set_clock_tick(const std::string& process, Duration tick);
  // The machine's wall clock is set while the process runs, so that only wall_clock_departure()
  // shows it. The next start reads it.
  void set_wall_clock(const std::string& process, Duration offset);

  enum class Ran { done, nothing_left, budget_spent };
  static constexpr std::uint64_t switches_default = 50'000'000;
  // Until `done`, or until nothing can ever happen again, or the switches are spent.
  Ran run(const std::function<bool()>& done, std::uint64_t switches_max = switches_default);
  Ran run(std::uint64_t switches_max = switches_default);  // until nothing is left
  // For a span of true time; done when it has passed.
  Ran run_for(Duration span, std::uint64_t switches_max = switches_default);

  [[nodiscard]] Time now() const { return now_; }  // true time
  // Of the running task, whatever process it belongs to; from outside of run() the time just passes.
  void sleep(Duration time);
  std::uint64_t random() { return chance_(); }
  void fill_random(std::span<std::byte> bytes);
  bool one_in(std::uint64_t n) { return n != 0 && chance_() % n == 0; }
  // For what stands below the runtime, such as a disk: throws Stopped in a task that was killed, and
  // sometimes lets others run first.
  void scheduling_point();
  // The process of the running task; empty from outside of run().
  [[nodiscard]] std::string running() const;

  [[nodiscard]] std::uint64_t switches() const { return switches_; }
  // Equal for two runs that took the same turns at the same times.
  [[nodiscard]] std::uint64_t trace_hash() const { return trace_; }

 private:
  class Process;
  class SimMonitor;
  struct Fiber;
  struct Kill {
    Process* process;
    std::string why;
    bool start_again;
  };
  using TimerKey = std::pair<Time, std::uint64_t>;
  using Timers = std::map<TimerKey, Fiber*>;

  Process& find(const std::string& name);
  void spawn(Process& process, std::string name, std::function<void()> task);
  void enter(Fiber& fiber);
  void make_ready(Fiber& fiber);
  void block_until(Process* clock, Time deadline);  // the running fiber; throws Stopped
  void yield();                                     // likewise
  void arm(Fiber& fiber);
  void disarm(Fiber& fiber);
  void resume(Fiber& fiber);
  void switch_back();
  void fire_due_timers();
  void reap();  // unwinds what was killed
  void unwind(Process& process, const std::string& why);
  void tell_failure(const Fiber& fiber);  // within the handler of what it threw
  void throw_if_doomed() const;
  [[nodiscard]] bool doomed() const;

  std::mt19937_64 chance_;
  Time now_;
  std::uint64_t next_fiber_ = 1;
  std::uint64_t next_timer_ = 1;
  std::uint64_t switches_ = 0;
  std::uint64_t trace_ = 14695981039346656037U;
  Fiber* running_ = nullptr;
  // Before the fibers, which may use them while they unwind.
  std::map<std::string, std::unique_ptr<Process>> processes_;
  std::map<std::uint64_t, std::unique_ptr<Fiber>> fibers_;  // by id: never by address
  std::vector<Fiber*> ready_;
  Timers timers_;
  std::deque<Kill> to_kill_;
  bool reaping_ = false;
  std::vector<KillWatcher> kill_watchers_;
  FailureWatcher failure_watcher_;
};

}  // namespace madang::runtime
