#pragma once
// What years of history do to a shop, and the bare database beside it. Each prints one line of JSON.
#include <cstddef>
#include <cstdint>
#include <string>

namespace madang::bench {

// Transactions of one row, as long as an event, each synced; as many as fit into some seconds.
void commit(const std::string& folder);
// Customers rent ten books each, one after the other, until the log has so many events.
void make_history(const std::string& folder, std::size_t editions, std::int64_t events);
// What a command costs on the log as it is, once each edition was asked for: customers who rent one book.
void rent_on(const std::string& folder, std::size_t editions, std::size_t callers,
             std::uint64_t commands);
// The rows that a rebuild of this read model of rental writes, each time that an event changes one, in the
// same order, upserted into a table of the same shape in transactions as large.
void upserts(const std::string& folder, const std::string& projection);

}  // namespace madang::bench
