#include "chassis/subscriptions/engine.hpp"

#include "chassis/journal/recorded.hpp"
#include "chassis/journal/sqlite_store.hpp"
#include "chassis/storage/migrations.hpp"
#include "chassis/storage/sqlite.hpp"
#include "chassis/subscriptions/tasks.hpp"

#include <algorithm>
#include <atomic>

namespace madang::chassis {
namespace {

constexpr auto answer_within = std::chrono::seconds{2};

// A refusal to work with a file says which.
template <class Open>
auto opened(const std::string& path, Open open) {
  try {
    return open(path);
  } catch (const storage::MigrationRefused& refused) {
    throw storage::MigrationRefused{path + ": " + refused.what()};
  }
}

std::optional<Failed> failure_of(const Result& result) {
  switch (result.kind) {
    case Result::Kind::unavailable: return Failed{Failed::Why::unavailable, result.why};
    case Result::Kind::key_reused:
      return Failed{Failed::Why::key_reused, "this key stands for another request"};
    case Result::Kind::defect: return Failed{Failed::Why::defect, result.why};
    case Result::Kind::decided: break;
  }
  return std::nullopt;
}

}  // namespace

class Engine::Inside : public EngineShared {
 public:
  Inside(const Context& of, runtime::Runtime& on, const Bus& by, PortsOf with, EngineSettings set,
         Log& to)
      : EngineShared{of, on, by, std::move(with), std::move(set), to},
        views_readers{on, settings.query_connections,
                      [path = views_path()] { return std::make_unique<ViewsReader>(path); }} {
    storage::make_wal_durable(journal_path());
    storage::make_wal_durable(views_path());
    journal = std::make_unique<Journal>(
        runtime,
        opened(journal_path(),
               [&](const auto& path) { return open_sqlite_journal(path, runtime.now()); }),
        settings.journal, marks.slot(Marks::Handling::brief), tracer);
    views = opened(views_path(), [&](const auto& path) {
      return std::make_unique<Views>(context, path, runtime.now(), log,
                                     marks.slot(Marks::Handling::brief));
    });
    views_journal = open_reader();
    head_at_start = views_journal->head().position;
    for (const auto& act : views_journal->acts()) switches.note(act);
    journal->begin_after(head_at_start);
  }

  void start(Engine& engine) {
    runtime.spawn(context.name() + " writer", [this] { journal->write_batches(); });
    runtime.spawn(context.name() + " timers", [this] { fire_timers(*this); });
    runtime.spawn(context.name() + " views", [this] { keep_views(*this, *views, *views_journal); });
    runtime.spawn(context.name() + " effects", [this] { handle_own_events(*this); });
    for (const auto& [source, seen] : inbox_seen)
      runtime.spawn(context.name() + " hears " + source,
                    [this, name = source] { hear_source(*this, name); });
    if (settings.broker) runtime.spawn(context.name() + " publishes", [this] { publish(*this); });
    for (const auto& reaction : context.reactions)
      for (std::size_t task = 0; task < settings.reaction_tasks; ++task) {
        auto& seen = *reactions_seen.emplace_back(std::make_unique<runtime::Signal>(runtime));
        runtime.spawn(context.name() + " " + reaction.name,
                      [this, &engine, &reaction, task, &seen] {
                        react_outside(*this, engine, reaction, task, settings.reaction_tasks, seen);
                      });
      }
  }

  void ask_to_retry(const Parked& it) {
    auto of = it.source;
    if (std::ranges::find(context.reactions, it.consumer, &OutsideReaction::name) !=
        context.reactions.end())
      of = reaction_task(it.consumer,
                         static_cast<std::size_t>(slice_of(it.key)) % settings.reaction_tasks,
                         settings.reaction_tasks);
    const auto mailbox = retries.find(of);
    if (mailbox != retries.end()) mailbox->second->push({it.consumer, it.key});
  }

  [[nodiscard]] const Rule& rule_of(std::type_index type) const {
    const auto rule = context.rules.find(type);
    if (rule == context.rules.end())
      throw std::logic_error{context.name() + " takes no such command"};
    return *rule->second;
  }

  void note_written(Positions& written, const Result& result) const {
    auto& position = written[context.name()];
    position = std::max(position, result.position);
  }

  // Until read models show everything up to these positions.
  void wait_for(const Positions& after, runtime::Time deadline) {
    for (const auto& [log_name, position] : after) {
      auto needed = position;
      if (log_name != context.name()) {
        const auto source = inbox_seen.find(log_name);
        if (source == inbox_seen.end()) continue;
        demand(*source->second, position, deadline);
        needed = head();
      }
      views_wanted.raise_to(static_cast<std::uint64_t>(std::max<Position>(needed, 0)));
      demand(views_seen, needed, deadline);
    }
  }
  void demand(runtime::Signal& seen, Position position, runtime::Time deadline) {
    if (position <= 0) return;
    const auto wanted = static_cast<std::uint64_t>(position);
    if (seen.wait_beyond(wanted - 1, deadline) < wanted)
      throw Unavailable{"the read model has not come so far yet"};
  }

  bool has_settled() {
    const auto wanted = journal->appended().count();
    if (views_seen.count() < wanted || effects_seen.count() < wanted) return false;
    if (settings.broker && published.count() < wanted) return false;
    for (const auto& seen : reactions_seen)
      if (seen->count() < wanted) return false;
    for (const auto& [source, seen] : inbox_seen) {
      auto* outlet = bus.find(source);
      if (outlet && seen->count() < outlet->appended().count()) return false;
    }
    return true;
  }

  std::unique_ptr<Views> views;
  std::unique_ptr<JournalReader> views_journal;
  runtime::Pool<ViewsReader> views_readers;
  Position head_at_start = 0;
};

Engine::Engine(const Context& context, runtime::Runtime& runtime, const Bus& bus, PortsOf ports,
               EngineSettings settings, Log& log)
    : inside_{std::make_unique<Inside>(context, runtime, bus, std::move(ports), std::move(settings),
                                       log)} {}
Engine::~Engine() = default;

void Engine::start() { inside_->start(*this); }
void Engine::drop_waiting() { inside_->journal->drop_waiting(); }
void Engine::close() {
  inside_->views->close();
  inside_->journal->close();
}
const Context& Engine::context() const { return inside_->context; }
std::unique_ptr<JournalReader> Engine::read_journal() const {
  return read_sqlite_journal(inside_->journal_path());
}
runtime::Signal& Engine::appended() { return inside_->journal->appended(); }
std::unique_ptr<MessageReader> Engine::read(const std::set<std::string>& types) {
  return read_published(inside_->context, inside_->open_reader(), types);
}

EngineState Engine::state() {
  auto state = progress();
  state.parked = parked().size();
  return state;
}

EngineState Engine::progress() {
  EngineState state;
  state.head = inside_->head();
  state.views = static_cast<Position>(inside_->views_seen.count());
  state.effects = static_cast<Position>(inside_->effects_seen.count());
  for (const auto& [source, seen] : inside_->inbox_seen)
    state.inboxes[source] = static_cast<Position>(seen->count());
  state.ready = is_ready();
  state.journal = inside_->journal->counts();
  return state;
}

kernel::Instant Engine::log_time() { return inside_->journal_readers->lend()->head().time; }

runtime::Duration Engine::timer_lateness() {
  const auto reader = inside_->journal_readers->lend();
  const auto next = reader->next_timer();
  if (!next) return {};
  return std::max(runtime::Duration{}, inside_->runtime.now() - *next);
}

std::uint64_t Engine::count_of(const std::string& type) const {
  return inside_->journal->count_of(type);
}

bool Engine::is_ready() {
  return static_cast<Position>(inside_->views_seen.count()) >= inside_->head_at_start;
}

bool Engine::settle(runtime::Time deadline) {
  auto& runtime = inside_->runtime;
  for (int quiet = 0; quiet < 3;) {
    quiet = inside_->has_settled() ? quiet + 1 : 0;
    if (runtime.now() >= deadline) return false;
    runtime.sleep(std::chrono::milliseconds{2});
  }
  return true;
}

std::vector<Parked> Engine::parked() { return inside_->journal_readers->lend()->parked(); }

void Engine::retry_parked(const std::string& consumer, const std::string& key) {
  for (const auto& it : parked())
    if (it.consumer == consumer && it.key == key) {
      inside_->ask_to_retry(it);
      return;
    }
}

bool Engine::discard_parked(std::int64_t number, const Act& act) {
  const auto all = parked();
  const auto it = std::ranges::find(all, number, &Parked::number);
  if (it == all.end()) return false;
  const auto discard = [number, act](JournalStore& store) {
    store.unpark(number);
    store.note_act(act);
  };
  if (!inside_->journal->write(discard)) return false;
  inside_->ask_to_retry(*it);
  return true;
}

bool Engine::note_act(const Act& act) {
  if (!inside_->journal->write([act](JournalStore& store) { store.note_act(act); })) return false;
  inside_->switches.note(act);
  return true;
}

const Switches& Engine::switches() const { return inside_->switches; }

bool Engine::at_rest(const std::function<void()>& action) {
  return inside_->journal->write([action](JournalStore&) { action(); });
}

std::optional<Comparison> Engine::rebuild(const std::string& projection) {
  auto& inside = *inside_;
  struct Done {
    explicit Done(runtime::Runtime& runtime) : ready{runtime} {}
    runtime::Signal ready;
    bool begun = false, over = false;
    std::string why;
    std::optional<Comparison> comparison;
  };
  const auto look = [&](const std::function<void(Views&, Done&)>& action) {
    const auto done = std::make_shared<Done>(inside.runtime);
    inside.views_errands.push([&views = *inside.views, done, action] {
      try {
        action(views, *done);
      } catch (const std::exception& failure) {
        done->why = failure.what();
      }
      done->ready.raise();
    });
    done->ready.wait_beyond(0, runtime::never);
    if (!done->why.empty()) throw Conflict{done->why};
    return done;
  };
  look([projection](Views& views, Done&) { views.begin_rebuild(projection); });
  while (true) {
    const auto done = look([projection](Views& views, Done& it) {
      it.over = !views.is_rebuilding(projection);
      it.comparison = views.last_comparison(projection);
    });
    if (done->over) return done->comparison;
    inside.runtime.sleep(std::chrono::milliseconds{5});
  }
}

std::optional<std::string> Engine::owner_of(const std::string& scope, const std::string& key) {
  const auto reader = inside_->journal_readers->lend();
  auto owner = reader->claim_owner(scope, key);
  // Should the lock of the folder be lost, another process may have made the claim: whoever asks further is answered
  // once its events are read.
  inside_->journal->appended().raise_to(static_cast<std::uint64_t>(reader->head().position));
  return owner;
}

Positions Engine::head() { return {{inside_->context.name(), inside_->head()}}; }

std::shared_ptr<void> Engine::execute(std::type_index type, std::shared_ptr<const void> command,
                                      const CommandId& id, Positions* written) {
  auto result = inside_->journal->execute(id, inside_->rule_of(type), std::move(command));
  if (const auto failed = failure_of(result)) std::rethrow_exception(exception_of(*failed));
  if (written) inside_->note_written(*written, result);
  return std::move(result.decision);
}

std::shared_ptr<void> Engine::recorded(std::type_index type, const CommandId& id,
                                       Positions& written) {
  // By the writer, who sees all that is decided; shared with it, as the waiting task may be stopped.
  const auto found = std::make_shared<std::optional<Result>>();
  const auto look = [found, id, &rule = inside_->rule_of(type),
                     head = inside_->head()](JournalStore& store) {
    const auto home = store.find_stream(id.home);
    *found =
        chassis::recorded(store, home ? std::optional{home->key} : std::nullopt, id, rule, head);
  };
  if (!inside_->journal->write(look)) throw Unavailable{"the journal is busy"};
  if (!*found) return {};
  if (const auto failed = failure_of(**found)) std::rethrow_exception(exception_of(*failed));
  inside_->note_written(written, **found);
  return std::move((*found)->decision);
}

void Engine::submit_one(std::type_index type, Untyped given, std::shared_ptr<Positions> written,
                        Answered done) {
  auto answered = [this, written = std::move(written),
                   done = std::make_shared<Answered>(std::move(done))](Result result) {
    if (auto failed = failure_of(result)) return (*done)(std::unexpected{std::move(*failed)});
    if (written) inside_->note_written(*written, result);
    (*done)(std::move(result.decision));
  };
  inside_->journal->submit({std::move(given.second), &inside_->rule_of(type),
                            std::move(given.first), std::move(answered)});
}

std::vector<Commands::Decided> Engine::execute_all(std::type_index type,
                                                   std::vector<Untyped> given) {
  const auto& rule = inside_->rule_of(type);
  // Shared with the writer: the waiting task may be stopped before the answers come.
  struct Answers {
    Answers(runtime::Runtime& runtime, std::size_t count)
        : all_there{runtime}, results(count), missing{count} {}
    runtime::Signal all_there;
    std::vector<Result> results;
    std::atomic<std::size_t>
        missing;  // answered by the writer's task, or by this one when overloaded
  };
  const auto answers = std::make_shared<Answers>(inside_->runtime, given.size());
  for (std::size_t i = 0; i < given.size(); ++i)
    inside_->journal->submit(
        {std::move(given[i].second), &rule, std::move(given[i].first), [answers, i](Result result) {
           answers->results[i] = std::move(result);
           if (--answers->missing == 0) answers->all_there.raise();
         }});
  if (!given.empty()) answers->all_there.wait_beyond(0, runtime::never);
  std::vector<Decided> results;
  results.reserve(given.size());
  for (auto& result : answers->results)
    if (auto failed = failure_of(result)) results.emplace_back(std::unexpected{std::move(*failed)});
    else results.emplace_back(std::move(result.decision));
  return results;
}

std::shared_ptr<void> Engine::answer(std::type_index type, const void* query,
                                     const Positions& after) {
  const auto found = inside_->context.queries.find(type);
  if (found == inside_->context.queries.end())
    throw std::logic_error{inside_->context.name() + " answers no such query"};
  const auto deadline = inside_->runtime.now() + answer_within;
  inside_->wait_for(after, deadline);
  const auto reader = inside_->views_readers.lend_until(deadline);
  if (!reader) throw Unavailable{"too many queries"};
  std::shared_ptr<void> result;
  reader->read(found->second.projections, [&](const QueryType::Readers& readers) {
    result = found->second.answer(query, readers);
  });
  return result;
}

}  // namespace madang::chassis
