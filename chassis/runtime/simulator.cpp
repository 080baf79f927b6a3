#include "chassis/runtime/simulator.hpp"

#include <cxxabi.h>

#include <boost/context/fiber.hpp>
#include <boost/context/preallocated.hpp>
#include <cstring>

#include "chassis/runtime/fiber_sanitizers.hpp"
#include "chassis/runtime/stacks.hpp"

namespace madang::runtime {
namespace {

// The thread's stack of caught exceptions (Itanium C++ ABI 2.2.2). It belongs to the fiber: two
// fibers that switch inside catch blocks would otherwise pop each other's exceptions.
struct ExceptionState {
  void* caught = nullptr;
  unsigned int uncaught = 0;
};

void swap_exception_state(ExceptionState& other) {
  std::swap(*reinterpret_cast<ExceptionState*>(abi::__cxa_get_globals()), other);
}

// The stack belongs to the Fiber below, which must know its bounds for the address sanitizer.
struct KeepStack {
  static void deallocate(boost::context::stack_context&) noexcept {}
};

}  // namespace

struct Simulator::Fiber {
  Fiber(std::uint64_t its_id, Process& its_process, std::string its_name,
        std::function<void()> its_task)
      : id{its_id}, process{its_process}, name{std::move(its_name)}, task{std::move(its_task)} {}
  ~Fiber() { give_stack_back(stack); }
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  std::uint64_t id;
  Process& process;
  std::string name;
  std::function<void()> task;
  Stack stack = take_stack();
  SanitizedSwitch sanitized{stack.lowest, stack.size};
  boost::context::fiber self{};  // where it goes on
  boost::context::fiber back{};  // the scheduler, while it runs
  ExceptionState exceptions{};
  SimMonitor* waits_on = nullptr;
  bool timed = false;  // has a deadline, and with it a timer
  Time deadline{};
  Process* clock = nullptr;  // whose reading the deadline is; null: true time
  Timers::iterator timer{};
  Timers::node_type spent_timer{};  // the next one, without an allocation
  bool timed_out = false;
  bool doomed = false;
  bool finished = false;
};

// The Runtime of one simulated process.
class Simulator::Process final : public Runtime {
 public:
  Process(Simulator& simulator, std::string its_name)
      : name{std::move(its_name)}, simulator_{simulator} {}

  Time now() override {
    const auto time = simulator_.now_ + offset;
    return time - time.time_since_epoch() % tick;
  }
  Duration wall_clock_departure() override { return wall_offset - offset; }
  void sleep_until(Time due) override {
    simulator_.throw_if_doomed();
    while (now() < due) simulator_.block_until(this, due);
  }
  std::uint64_t random() override {
    simulator_.throw_if_doomed();
    return simulator_.random();
  }
  void fill_random(std::span<std::byte> bytes) override {
    simulator_.throw_if_doomed();
    simulator_.fill_random(bytes);
  }
  void spawn(std::string task_name, std::function<void()> task) override {
    simulator_.throw_if_doomed();
    simulator_.spawn(*this, std::move(task_name), std::move(task));
    simulator_.scheduling_point();
  }
  std::unique_ptr<Monitor> monitor() override;
  void stop_process(std::string_view why) override {
    simulator_.throw_if_doomed();
    CHECK(simulator_.running_, "a process is stopped by a task");
    simulator_.kill(name, why);
    simulator_.yield();  // the task of the killed process comes back doomed
    throw Stopped{};
  }

  const std::string name;
  std::function<void()> main;
  bool paused = false;
  std::vector<Fiber*> held{};  // ready, but paused
  // The true time at which the clock shows the reading, or first shows a later one.
  [[nodiscard]] Time true_time_of(Time reading) const {
    const auto beyond = reading.time_since_epoch() % tick;
    return reading - offset + (beyond == Duration{} ? beyond : tick - beyond);
  }

  Duration offset{};
  Duration wall_offset{};
  Duration tick{1};

 private:
  Simulator& simulator_;
};

// On one thread the lock needs no lock: no section contains a scheduling point, which is checked.
class Simulator::SimMonitor final : public Monitor {
 public:
  SimMonitor(Simulator& simulator, Process& process) : simulator_{simulator}, process_{process} {}
  ~SimMonitor() override { CHECK(waiters_.empty(), "nobody waits on a monitor that is destroyed"); }
  SimMonitor(const SimMonitor&) = delete;
  SimMonitor& operator=(const SimMonitor&) = delete;

  void lock() override {
    simulator_.scheduling_point();
    lock_quietly();
  }
  void lock_quietly() noexcept override {
    CHECK(!std::exchange(locked_, true), "no task is suspended inside a monitor");
  }
  void unlock() noexcept override { locked_ = false; }
  bool wait_until(Time deadline) override {
    simulator_.throw_if_doomed();
    CHECK(simulator_.running_, "only tasks wait");
    auto& fiber = *simulator_.running_;
    waiters_.push_back(&fiber);
    fiber.waits_on = this;
    locked_ = false;
    try {
      simulator_.block_until(&process_, deadline);
    } catch (...) {
      locked_ = true;
      throw;
    }
    locked_ = true;
    return !fiber.timed_out;
  }
  void notify_one() noexcept override {
    if (waiters_.empty()) return;
    const auto chosen =
        waiters_.begin() + static_cast<std::ptrdiff_t>(simulator_.random() % waiters_.size());
    wake(**chosen);
    waiters_.erase(chosen);
  }
  void notify_all() noexcept override {
    for (auto* fiber : std::exchange(waiters_, {})) wake(*fiber);
  }
  void forget(Fiber& fiber) { std::erase(waiters_, &fiber); }

 private:
  void wake(Fiber& fiber) {
    fiber.waits_on = nullptr;
    simulator_.disarm(fiber);
    simulator_.make_ready(fiber);
  }

  Simulator& simulator_;
  Process& process_;
  bool locked_ = false;
  std::vector<Fiber*> waiters_;
};

std::unique_ptr<Monitor> Simulator::Process::monitor() {
  return std::make_unique<SimMonitor>(simulator_, *this);
}

Simulator::Simulator(std::uint64_t seed, Time start) : chance_{seed}, now_{start} {}

Simulator::~Simulator() { kill_all(); }

Simulator::Process& Simulator::find(const std::string& name) {
  auto& process = processes_[name];
  if (!process) process = std::make_unique<Process>(*this, name);
  return *process;
}

Runtime& Simulator::process(const std::string& name) { return find(name); }

void Simulator::program(const std::string& process, std::function<void()> main) {
  find(process).main = std::move(main);
}

void Simulator::start(const std::string& process) {
  auto& its = find(process);
  CHECK(its.main, "a process that is started has a program");
  spawn(its, "main", its.main);
}

void Simulator::kill(const std::string& process, std::string_view why) {
  to_kill_.push_back({&find(process), std::string{why}, false});
  if (!running_) reap();
}

void Simulator::restart(const std::string& process, std::string_view why) {
  to_kill_.push_back({&find(process), std::string{why}, true});
  if (!running_) reap();
}

void Simulator::pause(const std::string& process) {
  auto& its = find(process);
  its.paused = true;
  std::erase_if(ready_, [&](Fiber* fiber) {
    if (&fiber->process != &its) return false;
    its.held.push_back(fiber);
    return true;
  });
}

void Simulator::go_on(const std::string& process) {
  auto& its = find(process);
  its.paused = false;
  for (auto* fiber : std::exchange(its.held, {})) ready_.push_back(fiber);
}

bool Simulator::alive(const std::string& process) const {
  return std::ranges::any_of(
      fibers_, [&](const auto& entry) { return entry.second->process.name == process; });
}

void Simulator::kill_all() {
  CHECK(!running_, "kill_all comes from outside");
  to_kill_.clear();  // with their fresh starts
  for (const auto& [name, process] : processes_)
    to_kill_.push_back({process.get(), "the simulation ends", false});
  reap();
}

void Simulator::set_clock(const std::string& process, Duration offset) {
  auto& its = find(process);
  its.offset = its.wall_offset = offset;
  for (const auto& [id, fiber] : fibers_)
    if (fiber->timed && fiber->clock == &its) {
      fiber->spent_timer = timers_.extract(fiber->timer);
      arm(*fiber);
    }
}

void Simulator::set_clock_tick(const std::string& process, Duration tick) {
  CHECK(tick > Duration{}, "a clock goes on");
  find(process).tick = tick;
}

void Simulator::set_wall_clock(const std::string& process, Duration offset) {
  find(process).wall_offset = offset;
}

void Simulator::spawn(Process& process, std::string name, std::function<void()> task) {
  const auto id = next_fiber_++;
  auto& fiber =
      *(fibers_[id] = std::make_unique<Fiber>(id, process, std::move(name), std::move(task)));
  boost::context::stack_context memory;
  memory.sp = fiber.stack.lowest + fiber.stack.size;
  memory.size = fiber.stack.size;
  fiber.self = boost::context::fiber{
      std::allocator_arg, boost::context::preallocated{memory.sp, memory.size, memory}, KeepStack{},
      [this, &fiber](boost::context::fiber&& scheduler) {
        fiber.back = std::move(scheduler);
        fiber.sanitized.arrived_first();
        enter(fiber);
        fiber.sanitized.leaving_for_good();
        return std::move(fiber.back);
      }};
  make_ready(fiber);
}

// The body of a fiber. An exception other than Stopped is a defect and ends the program, but not out of
// a task that was killed: what C code below it made of the kill is nobody's concern any more.
void Simulator::enter(Fiber& fiber) {
  try {
    if (!fiber.doomed) fiber.task();
  } catch (const Stopped&) {
  } catch (...) {
    if (!fiber.doomed && !failure_watcher_) throw;
    if (!fiber.doomed) tell_failure(fiber);
  }
  fiber.task = nullptr;  // what the task owned dies on its own stack
  fiber.finished = true;
}

void Simulator::tell_failure(const Fiber& fiber) {
  std::string what = "something that is no std::exception";
  try {
    throw;
  } catch (const std::exception& failure) {
    what = failure.what();
  } catch (...) {
  }
  failure_watcher_(fiber.process.name, fiber.name, what);
  to_kill_.push_back({&fiber.process, "a task ended by: " + what, false});
}

void Simulator::resume(Fiber& fiber) {
  ++switches_;
  trace_ = (trace_ ^ fiber.id) * 1099511628211U;
  trace_ = (trace_ ^ static_cast<std::uint64_t>(now_.time_since_epoch().count())) * 1099511628211U;
  running_ = &fiber;
  swap_exception_state(fiber.exceptions);
  fiber.sanitized.entering();
  fiber.self = std::move(fiber.self).resume();
  fiber.sanitized.back_in_scheduler();
  swap_exception_state(fiber.exceptions);
  running_ = nullptr;
  if (fiber.finished) fibers_.erase(fiber.id);
}

void Simulator::switch_back() {
  auto& fiber = *running_;
  fiber.sanitized.leaving();
  fiber.back = std::move(fiber.back).resume();
  fiber.sanitized.arrived();
  throw_if_doomed();
}

bool Simulator::doomed() const { return running_ && running_->doomed; }

void Simulator::throw_if_doomed() const {
  if (doomed()) throw Stopped{};
}

void Simulator::make_ready(Fiber& fiber) {
  fiber.timed_out = false;
  (fiber.process.paused ? fiber.process.held : ready_).push_back(&fiber);
}

void Simulator::arm(Fiber& fiber) {
  const auto due = fiber.clock ? fiber.clock->true_time_of(fiber.deadline) : fiber.deadline;
  const TimerKey key{std::max(due, now_), next_timer_++};
  if (fiber.spent_timer.empty()) {
    fiber.timer = timers_.emplace(key, &fiber).first;
  } else {
    fiber.spent_timer.key() = key;
    fiber.timer = timers_.insert(std::move(fiber.spent_timer)).position;
  }
}

void Simulator::disarm(Fiber& fiber) {
  if (std::exchange(fiber.timed, false)) fiber.spent_timer = timers_.extract(fiber.timer);
}

void Simulator::block_until(Process* clock, Time deadline) {
  CHECK(running_, "only tasks wait");
  auto& fiber = *running_;
  if (deadline != never) {
    fiber.timed = true;
    fiber.deadline = deadline;
    fiber.clock = clock;
    arm(fiber);
  }
  switch_back();
}

void Simulator::yield() {
  make_ready(*running_);
  switch_back();
}

void Simulator::scheduling_point() {
  throw_if_doomed();
  if (running_ && one_in(4)) yield();
}

void Simulator::sleep(Duration time) {
  throw_if_doomed();
  if (!running_) {
    now_ += time;
    return;
  }
  block_until(nullptr, now_ + time);
}

void Simulator::fill_random(std::span<std::byte> bytes) {
  for (std::size_t done = 0; done < bytes.size(); done += sizeof(std::uint64_t)) {
    const auto word = chance_();
    std::memcpy(bytes.data() + done, &word, std::min(sizeof word, bytes.size() - done));
  }
}

std::string Simulator::running() const { return running_ ? running_->process.name : ""; }

void Simulator::reap() {
  if (std::exchange(reaping_, true)) return;  // a watcher kills others: they come next
  while (!to_kill_.empty()) {
    const auto [process, why, start_again] = std::move(to_kill_.front());
    to_kill_.pop_front();
    unwind(*process, why);
    if (start_again) start(process->name);
  }
  reaping_ = false;
}

void Simulator::unwind(Process& process, const std::string& why) {
  std::vector<Fiber*> doomed;
  for (const auto& [id, fiber] : fibers_)
    if (&fiber->process == &process) doomed.push_back(fiber.get());
  process.offset = process.wall_offset;
  process.paused = false;
  if (doomed.empty()) return;
  for (const auto& told : kill_watchers_) told(process.name, why);
  for (auto* fiber : doomed) {
    fiber->doomed = true;
    std::erase(ready_, fiber);
    disarm(*fiber);
    if (fiber->waits_on) std::exchange(fiber->waits_on, nullptr)->forget(*fiber);
  }
  process.held.clear();
  // Each call now throws at once, so one turn is enough; the youngest first.
  for (auto fiber = doomed.rbegin(); fiber != doomed.rend(); ++fiber) {
    const auto id = (*fiber)->id;
    resume(**fiber);
    CHECK(!fibers_.contains(id), "a doomed task is not suspended again");
  }
}

void Simulator::fire_due_timers() {
  while (!timers_.empty() && (ready_.empty() || timers_.begin()->first.first <= now_)) {
    auto& fiber = *timers_.begin()->second;
    now_ = std::max(now_, timers_.begin()->first.first);
    disarm(fiber);
    if (fiber.waits_on) std::exchange(fiber.waits_on, nullptr)->forget(fiber);
    make_ready(fiber);
    fiber.timed_out = true;
  }
}

Simulator::Ran Simulator::run(const std::function<bool()>& done, std::uint64_t switches_max) {
  CHECK(!running_, "run comes from outside");
  const auto last = switches_ + switches_max;
  while (true) {
    reap();
    if (done()) return Ran::done;
    if (switches_ >= last) return Ran::budget_spent;
    fire_due_timers();
    if (ready_.empty()) return Ran::nothing_left;
    std::swap(ready_[chance_() % ready_.size()], ready_.back());
    auto& next = *ready_.back();
    ready_.pop_back();
    now_ += Duration{1};  // computing takes time too, or a busy fiber would stop the clock
    resume(next);
  }
}

Simulator::Ran Simulator::run(std::uint64_t switches_max) {
  return run([] { return false; }, switches_max);
}

Simulator::Ran Simulator::run_for(Duration span, std::uint64_t switches_max) {
  const auto end = now_ + span;
  find("the passing of time").spawn("until the end", [this, span] { sleep(span); });
  return run([&] { return now_ >= end; }, switches_max);
}

}  // namespace madang::runtime
