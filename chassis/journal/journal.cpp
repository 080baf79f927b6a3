#include "chassis/journal/journal.hpp"

#include "chassis/journal/writer.hpp"
#include "chassis/storage/sqlite.hpp"

namespace madang::chassis {

namespace {

std::string_view outcome_of(const Result& result) {
  switch (result.kind) {
    case Result::Kind::decided: return result.refused ? "refused" : "accepted";
    case Result::Kind::unavailable: return "unavailable";
    case Result::Kind::key_reused: return "key reused";
    case Result::Kind::defect: return "defect";
  }
  return {};
}

// What a task waits for and the writer gives: shared, as the task may be stopped before it comes.
template <class What>
class Awaited {
 public:
  explicit Awaited(runtime::Runtime& runtime) : ready_{runtime} {}

  void come(What it) {
    what_ = std::move(it);
    ready_.raise();
  }
  What wait() {
    ready_.wait_beyond(0, runtime::never);
    return std::move(what_);
  }

 private:
  runtime::Signal ready_;
  What what_{};
};

}  // namespace

Journal::Journal(runtime::Runtime& runtime, std::unique_ptr<JournalStore> store,
                 JournalLimits limits, Marks::Slot slot, telemetry::Tracer tracer)
    : runtime_{runtime},
      limits_{limits},
      tracer_{std::move(tracer)},
      waiting_{runtime, limits.waiting_max},
      appended_{runtime},
      armed_{runtime},
      tail_{std::make_shared<Tail>(runtime, limits.tail_events_max)},
      writer_{std::make_unique<Writer>(std::move(store), limits_, slot)} {}
Journal::~Journal() = default;

void Journal::submit(Work work) {
  if (tracer_.records(work.id.cause.traceparent)) work.given = runtime_.now();
  Waiting waiting{std::move(work), {}, {}};
  if (!waiting_.try_push(std::move(waiting)))
    waiting.work.done(  // NOLINT: as try_push says, it is untouched
        {Result::Kind::unavailable, {}, false, 0, "too many commands wait"});
}

Result Journal::execute(CommandId id, const Rule& rule, std::shared_ptr<const void> command) {
  const auto answer = std::make_shared<Awaited<Result>>(runtime_);
  submit({std::move(id), &rule, std::move(command),
          [answer](Result result) { answer->come(std::move(result)); }});
  return answer->wait();
}

bool Journal::write(std::function<void(JournalStore&)> action) {
  const auto answer = std::make_shared<Awaited<bool>>(runtime_);
  Waiting waiting{{}, std::move(action), [answer](bool written) { answer->come(written); }};
  return waiting_.try_push(std::move(waiting)) && answer->wait();
}

void Journal::write_batches() {
  constexpr auto idle = std::chrono::seconds{1};
  constexpr std::size_t maintain_every = 64;
  for (std::size_t since_maintained = 0;;) {
    auto batch = waiting_.drain_until(
        limits_.batch_max, since_maintained > 0 ? runtime_.now() + idle : runtime::never);
    const bool nothing_waits = batch.empty();
    if (!nothing_waits) {
      run(std::move(batch));
      ++since_maintained;
    }
    if (since_maintained >= maintain_every || (nothing_waits && since_maintained > 0)) try {
        since_maintained = 0;
        writer_->maintain();
      } catch (const storage::SyncFailed& failure) {
        runtime_.stop_process(failure.what());
      } catch (const Unavailable&) {
        // Full, say: the log only stays longer than it need be.
      }
  }
}

void Journal::close() { writer_->close(); }

void Journal::drop_waiting() {
  while (waiting_.size() != 0) static_cast<void>(waiting_.receive());
}

void Journal::run(std::vector<Waiting> batch) {
  std::vector<Result> results(batch.size());
  Head head;
  try {
    writer_->begin(std::chrono::floor<std::chrono::milliseconds>(runtime_.now()));
    for (std::size_t i = 0; i < batch.size(); ++i)
      if (batch[i].write) writer_->write(batch[i].write);
      else results[i] = writer_->handle(batch[i].work);  // which may find its cause
    head = writer_->commit();
  } catch (const storage::SyncFailed& failure) {
    // Never a second fsync: it would report success for pages that are lost.
    runtime_.stop_process(failure.what());
  } catch (const std::exception& failure) {
    writer_->rollback();
    ++writer_->counts.failed_batches;
    answer_unavailable(batch, failure.what());
    return;
  } catch (...) {  // runtime::Stopped
    writer_->rollback();
    throw;
  }
  ++writer_->counts.batches;
  tail_->add(writer_->take_appended());
  appended_.raise_to(static_cast<std::uint64_t>(head.position));
  if (writer_->earliest_armed() < timers_before_.load()) armed_.raise();
  for (std::size_t i = 0; i < batch.size(); ++i)
    if (batch[i].write) batch[i].written(true);
    else {
      tell_trace(batch[i].work, results[i]);
      batch[i].work.done(std::move(results[i]));
    }
}

void Journal::answer_unavailable(std::vector<Waiting>& batch, const std::string& why) {
  for (auto& waiting : batch)
    if (waiting.write) waiting.written(false);
    else {
      const Result result{Result::Kind::unavailable, {}, false, 0, why};
      tell_trace(waiting.work, result);
      waiting.work.done(result);
    }
}

// From when it was given to when it was durable. Its id follows from the command's, so that the events
// need not keep it for what they cause to be shown below it.
void Journal::tell_trace(const Work& work, const Result& result) const {
  if (!tracer_.records(work.id.cause.traceparent)) return;
  const auto above = telemetry::TraceContext::of(work.id.cause.traceparent);
  if (!above.is_set()) return;
  auto span = tracer_.begin(above, telemetry::SpanKind::internal, work.rule->name());
  span.context.span_id = telemetry::span_id_of(work.id.id);
  if (work.given != runtime::Time{}) span.began = work.given;
  span.failed = result.kind != Result::Kind::decided;
  span.tags.emplace_back("outcome", outcome_of(result));
  tracer_.record(std::move(span));
}

Journal::Counts Journal::counts() const {
  const auto& now = writer_->counts;
  return {now.batches, now.commands,           now.repeats,       now.overdue, now.refusals,
          now.defects, writer_->by_type.all(), now.failed_batches};
}

std::uint64_t Journal::count_of(const std::string& type) const { return writer_->by_type.of(type); }

}  // namespace madang::chassis
