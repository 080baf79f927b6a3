// With -DFORGET=0 this compiles. With each other number one thing is forgotten, and it must not;
// must_not_compile.py looks for the sentence after `says:` in what the compiler answers.
#include "chassis/assembly/assembly.hpp"

namespace madang::parcel {

using namespace chassis;
using kernel::Then, kernel::then;
using ParcelId = kernel::Id<struct ParcelTag>;

namespace because {
struct already_sent {};
struct no_address {};
struct label_taken {};
}  // namespace because
struct ParcelSent {
  ParcelId parcel;
};
struct ParcelLost {
  ParcelId parcel;
};
namespace v1 {
struct ParcelDelivered {
  ParcelId parcel;
};
struct ParcelDamaged {
  ParcelId parcel;
};
}  // namespace v1

struct Parcel {
  using Id = ParcelId;
  using Events = OneOf<ParcelSent, ParcelLost>;
#if FORGET != 1  // says: an aggregate with claims says by which of its events one may be taken
  using ClaimedBy = OneOf<ParcelSent>;
#endif
  bool sent = false;
  static Parcel evolve(Parcel, const ParcelSent&) { return {true}; }
#if FORGET != 2  // says: an aggregate lacks evolve(State, const Event&) for one of its Events
  static Parcel evolve(Parcel, const ParcelLost&) { return {false}; }
#endif
  static std::vector<kernel::Claim<because::label_taken>> claims(const Parcel&) { return {}; }
};

struct SendParcel {
  ParcelId parcel;
#if FORGET == 3  // says: this command may take a claim: name the claim's refusal in its Unless<...>
  using Decision = Then<ParcelSent>::Unless<because::already_sent, because::no_address>;
#else
  using Decision =
      Then<ParcelSent>::Unless<because::already_sent, because::no_address, because::label_taken>;
#endif
#if FORGET != \
    4  // says: a command needs its rule: static Decision decide(const Command&, const Aggregate&..., Instant now)
  static Decision decide(const SendParcel& asked, const Parcel& parcel) {
#if FORGET == 5  // says: this refusal is not in the Unless<...> of the command
    if (parcel.sent) return v1::ParcelDelivered{asked.parcel};
#else
    if (parcel.sent) return because::already_sent{};
#endif
#if FORGET == 6  // says: this event is not in the Then<...> of the command
    return then(ParcelSent{asked.parcel}, ParcelLost{asked.parcel});
#else
    return then(ParcelSent{asked.parcel});
#endif
  }
#endif
};

struct OnTheirWay {
  using Key = ParcelId;
  struct Row {
    bool sent = false;
  };
  using Reads = OneOf<Parcel>;
#if FORGET == 7  // says: a projection must do exactly one thing with each event it Reads
  using Ignores = OneOf<>;
#else
  using Ignores = OneOf<ParcelLost>;
#endif
  static Row evolve(Row, const ParcelSent&) { return {true}; }
};

struct FollowParcel {
  struct Waiting {
    using Ignores = OneOf<ParcelSent, because::already_sent>;
    ParcelId parcel;
#if FORGET != 8  // says: every state of a process has a deadline: Instant deadline() const
    Instant deadline() const { return {}; }
#endif
  };
  struct Over {};
  using Key = ParcelId;
  using Step = chassis::Step<std::variant<Waiting, Over>, Asks<SendParcel>, Tells<>>;
  using Done = Over;
  using Inputs = OneOf<ParcelSent, v1::ParcelDelivered, v1::ParcelDamaged, because::already_sent>;
#if FORGET == 9  // says: a process must say what this input means when there is no such process
  using IgnoredWhenMissing = OneOf<v1::ParcelDelivered>;
#else
  using IgnoredWhenMissing = OneOf<v1::ParcelDelivered, v1::ParcelDamaged>;
#endif
  static Step start(const ParcelSent& sent) { return Waiting{sent.parcel}; }
  static Step on(const Waiting&, const v1::ParcelDelivered&) { return Over{}; }
#if FORGET != 10  // says: a process must say what this input means in this state
  static Step on(const Waiting& it, const v1::ParcelDamaged&) {
    return Step{Over{}}.ask(SendParcel{it.parcel});
  }
#endif
#if FORGET != 11  // says: a process must say what this input means in this state
  static Step on(const Waiting&, const TimeIsUp&) { return Over{}; }
#endif
};

std::unique_ptr<Context> parcel_context() {
  return context("parcel")
      .aggregates<Parcel>()
      .hears<v1::ParcelDelivered, v1::ParcelDamaged>()
      .commands<SendParcel>()
#if FORGET == 12  // says: say what happens when this command is refused for this reason
      .policy("send_it_again", whenever<ParcelLost>, give<SendParcel>,
              ignore<because::already_sent, because::label_taken>)
#else
      .policy("send_it_again", whenever<ParcelLost>, give<SendParcel>,
              ignore<because::already_sent, because::label_taken>, park<because::no_address>)
#endif
      .process<FollowParcel>(park<because::no_address, because::label_taken>)
      .projection<OnTheirWay>()
#if FORGET == \
    13  // says: the publisher must map each event of the context to one message, or name it in keeps_private<...>
      .publishes(keeps_private<ParcelSent>)
#else
      .publishes(keeps_private<ParcelSent, ParcelLost>)
#endif
      .done();
}

void send(Gives<SendParcel> parcels, const RequestKey& key) {
#if FORGET == 14  // says: ignoring return value
  parcels.execute(SendParcel{ParcelId{{}}}, key, "send");
#else
  static_cast<void>(parcels.execute(SendParcel{ParcelId{{}}}, key, "send"));
#endif
}

}  // namespace madang::parcel
