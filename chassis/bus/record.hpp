#pragma once
// What stands in a topic: the messages of one event, or a watermark, which says how far the log has come though
// nothing was published. A record is a list of envelopes (contracts/messages/madang/bus) in JSON; what they say of
// the log is the same in all of them. Each record tells of the positions after `previous` and up to its own, so
// records that follow each other leave no hole, whatever was sent twice.
#include "chassis/assembly/context.hpp"
#include <string>
#include <string_view>
#include <vector>

namespace madang::chassis {

struct Record {
  std::string source, incarnation;
  Position position = 0, previous = 0;
  Instant at{};
  std::vector<Message> messages;  // none: a watermark
};

std::string encode_record(const Record&);
// Throws Corrupt.
Record decode_record(std::string_view);

}  // namespace madang::chassis
