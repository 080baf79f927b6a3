#include "chassis/assembly/execution.hpp"

namespace madang::chassis {

std::string context_of_message(const std::string& type) {
  const auto begin = type.find('.') + 1;
  return type.substr(begin, type.find('.', begin) - begin);
}

int append(const Context& context, Turn& turn, OpenStream& stream, const std::string& type,
           std::string payload) {
  auto form = context.stored(type, std::move(payload));
  return turn.append(stream, type, form.schema, std::move(form.payload));
}

Verdict RecordRule::decide(const void* given, Turn& turn) const {
  const auto& heard = *static_cast<const Heard*>(given);
  append(context_, turn, turn.open(type_, heard.stream), heard.type, heard.payload);
  return {};
}

std::shared_ptr<void> RecordRule::recall(const Outcome&, const std::vector<StoredEvent>&) const {
  return nullptr;
}

std::unique_ptr<StreamType> heard_stream_type() {
  auto type = std::make_unique<StreamType>();
  type->name = "heard";
  type->empty = [] { return std::make_shared<int>(); };
  type->evolve = [](void*, const StoredEvent&) {};
  type->encode = [](const void*) { return std::string{"0"}; };
  type->decode = [](std::string_view) { return std::make_shared<int>(); };
  type->on_time = [](Turn&, const std::string&) {};
  return type;
}

}  // namespace madang::chassis
