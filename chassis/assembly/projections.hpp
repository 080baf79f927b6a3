#pragma once
// What is kept of what a context hears, and the read models that are made of its log.
#include "chassis/assembly/part.hpp"
#include "chassis/assembly/readable.hpp"
#include "chassis/ports/rows.hpp"
#include <algorithm>

namespace madang::chassis::detail {

template <class Words>
class Projections : public Part<Words> {
  using Base = Part<Words>;
  using Base::context_;
  template <class T>
  static constexpr bool is_own_event = Base::template is_own_event<T>;
  template <class T>
  static constexpr bool is_message = Base::template is_message<T>;

 public:
  using Base::Base;

  template <class... Kept>
  void records() {
    static_assert((is_message<Kept> && ...),
                  "records<...> a message that the context does not hear");
    if (!context_.stream_types.contains("heard"))
      context_.stream_types.emplace("heard", heard_stream_type());
    context_.inner_rules.push_back(std::make_unique<RecordRule>(context_));
    (record<Kept>(context_.inner_rules.back().get()), ...);
    context_.is_about_people |= (is_about_someone<Kept> || ...);
    stick(context_, "record", "heard", {message_type<Kept>()...}, {});
  }

  template <class P, class... E, class... H>
  void projection(OneOf<E...>, OneOf<H...>) {
    static_assert((is_message<H> && ...),
                  "a projection Hears a message that the context does not hear");
    static_assert((is_own_event<E> && ...),
                  "a projection Reads an aggregate that is not in this context");
    static_cast<void>((sizeof(projection_of<P, E>) + ... + 0) +
                      (sizeof(projection_of<P, H>) + ... + 0));
    ProjectionType type;
    type.name = name_as_value<P>();
    type.columns = names_of(columns_of<P>());
    for (const auto& column : names_of(ordered_by<P>())) type.ordered_by = column;
    type.shape = shape_of<typename P::Row>();
    for (const auto& column : type.columns) type.shape += " by " + column;
    if (!type.ordered_by.empty()) type.shape += " in order of " + type.ordered_by;
    (note_type<P, E>(type), ...);
    (note_type<P, H>(type), ...);
    type.fold = [context = &context_](const Delivery& in, const ProjectionType::FindRow& find) {
      ProjectionType::Folded folded;
      static_cast<void>(((in.type == Base::template type_heard<E>() &&
                          (folded = fold<P, E>(*context, in, find), true)) ||
                         ...) ||
                        ((in.type == Base::template type_heard<H>() &&
                          (folded = fold<P, H>(*context, in, find), true)) ||
                         ...));
      return folded;
    };
    std::vector<std::string> in{title<E>()...};
    (in.push_back(message_type<H>()), ...);
    stick(context_, "read model", type.name, std::move(in), {});
    context_.projections.push_back(std::move(type));
  }

  template <class Query, class... P>
  void query(typename Query::Result (*answer)(const Query&, const Rows<P>&...)) {
    context_.queries[typeid(Query)] = {
        {name_as_value<P>()...},
        [answer](const void* query, const QueryType::Readers& readers) -> std::shared_ptr<void> {
          return [&]<std::size_t... i>(std::index_sequence<i...>) {
            return std::make_shared<typename Query::Result>(
                answer(*static_cast<const Query*>(query), Rows<P>{*readers[i]}...));
          }(std::index_sequence_for<P...>{});
        }};
    stick(context_, "query", title<Query>(), {name_as_value<P>()...}, {});
  }

  // The query is the context's named part in what a person takes along; it has one field, whose it is.
  template <class About, class... P>
  void personal_data(typename About::Result (*held)(const About&, const Rows<P>&...)) {
    query(held);
    context_.personal_data = [](Commands& commands, const kernel::PersonId& person,
                                const Positions& after, Vault& vault) {
      std::string json;
      JsonWriter to{json};
      write_readable(to, commands.ask(About{person}, after), {}, vault);
      return json;
    };
    context_.personal_shape = shape_of<typename About::Result>();
    stick(context_, "personal", title<About>(), {name_as_value<P>()...}, {});
  }

 private:
  template <class Kept>
  void record(const Rule* rule) {
    const auto* context = &context_;
    const auto stream = [](const Delivery& in) { return "heard/" + in.source + "/" + in.stream; };
    auto& all = context_.consumers;
    auto it = std::ranges::find(all, "record", &Consumer::name);
    if (it == all.end()) it = all.insert(it, Consumer{"record", {}, {}});
    it->sources.merge(this->template sources_of<Kept>());
    it->by_type[message_type<Kept>()] = {
        stream, [context, rule, stream](const Delivery& in) {
          static_cast<void>(decode<Kept>(in.payload));  // what cannot be read is parked, not kept
          CommandId id{
              digest128({"record", context->name(), in.identity}), stream(in), {}, in.cause};
          return std::vector<Give>{{rule,
                                    std::make_shared<Heard>(Heard{stream(in), in.type, in.payload}),
                                    std::move(id), [](const Result&) { return Give::Settled{}; }}};
        }};
    context_.golden.emplace_back(message_type<Kept>(), encode(sample<Kept>()));
  }

  template <class P, class E>
  static void note_type(ProjectionType& type) {
    if constexpr (!projection_of<P, E>::ignores) type.types.insert(Base::template type_heard<E>());
  }
  template <auto... a, auto... b>
  static Columns<a..., b...> together(Columns<a...>, Columns<b...>) {
    return {};
  }
  template <class P>
  static auto ordered_by() {
    if constexpr (requires { typename P::OrderedBy; }) return typename P::OrderedBy{};
    else return Columns<>{};
  }
  template <class P>
  static auto columns_of() {
    if constexpr (requires { typename P::Indexed; })
      return together(typename P::Indexed{}, ordered_by<P>());
    else return ordered_by<P>();
  }
  template <auto... field>
  static std::vector<std::string> names_of(Columns<field...>) {
    return {column_name<field>()...};
  }
  template <class P, class E>
  static ProjectionType::Folded fold(const Context& context, const Delivery& in,
                                     const ProjectionType::FindRow& find) {
    using Of = projection_of<P, E>;
    using Row = typename P::Row;
    using Action = ProjectionType::Folded::Action;
    ProjectionType::Folded folded;
    if constexpr (!Of::ignores) {
      const auto event = Base::template read<E>(context, in);
      const Happened happened{in.at, in.position};
      if constexpr (Of::has_key) folded.key = key_text(P::key(event, happened));
      else folded.key = key_text(key_in<typename P::Key>(event));
      const auto put = [&](const Row& row) {
        folded.action = Action::put;
        folded.row = encode(row);
        folded.columns = []<auto... field>(const Row& r, Columns<field...>) {
          return std::vector<Scalar>{scalar_of(r.*field)...};
        }(row, columns_of<P>());
      };
      if constexpr (Of::starts) {
        if constexpr (Of::starts_when) put(P::start(event, happened));
        else put(P::start(event));
      } else if constexpr (Of::ends) {
        folded.action = Action::drop;
      } else {
        const auto evolve = [&](Row row) {
          if constexpr (Of::evolves_when) put(P::evolve(std::move(row), event, happened));
          else put(P::evolve(std::move(row), event));
        };
        const auto found = find(folded.key);
        if (found) evolve(decode<Row>(*found));
        else if constexpr (std::default_initializable<Row>) evolve(Row{});
        else folded.action = Action::park;
      }
    }
    return folded;
  }
};

}  // namespace madang::chassis::detail
