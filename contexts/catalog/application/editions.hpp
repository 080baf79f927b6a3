#pragma once
// The catalog as people browse it, newest first, with what can be rented now.
#include "catalog/domain/edition.hpp"
#include "chassis/ports/parts.hpp"
#include "chassis/ports/rows.hpp"
#include "contracts/messages/rental_v1.hpp"

namespace madang::catalog {

struct Availability {
  std::int32_t licences, free;
  std::optional<Instant> next_expected;
};

struct Editions {
  using Key = EditionId;
  struct Row {
    std::optional<EditionId> edition;
    Edition stands;
    std::optional<Instant> registered_at;
    std::optional<std::string> language;
    std::optional<Availability> availability;
    bool rentable;  // at least one licence is free now
  };
  using Indexed = chassis::Columns<&Row::language, &Row::rentable>;
  using OrderedBy = chassis::Columns<&Row::registered_at>;
  using Reads = OneOf<Edition>;
  using Hears = OneOf<rental::v1::AvailabilityChanged>;

  template <class Event>
  static Row evolve(Row row, const Event& event, const chassis::Happened& happened) {
    row.edition = event.edition;
    if constexpr (std::same_as<Event, rental::v1::AvailabilityChanged>) {
      row.availability = Availability{event.licences, event.free, event.next_expected};
    } else {
      row.stands = Edition::evolve(std::move(row.stands), event);
      row.language = row.stands.details.value().language;
      if constexpr (std::same_as<Event, EditionRegistered>) row.registered_at = happened.at;
    }
    row.rentable = !row.stands.withdrawn && row.availability && row.availability->free > 0;
    return row;
  }
};

struct ListEditions {
  using Result = chassis::Page<Editions::Row>;
  std::optional<bool> rentable;
  std::optional<std::string> language;
  chassis::PageRequest page;
};
ListEditions::Result list_editions(const ListEditions&, const chassis::Rows<Editions>&);

struct EditionOf {
  using Result = std::optional<Editions::Row>;
  EditionId edition;
};
EditionOf::Result edition_of(const EditionOf&, const chassis::Rows<Editions>&);

}  // namespace madang::catalog
