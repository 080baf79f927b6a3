#pragma once
#include <functional>

#include "chassis/ports/commands.hpp"
#include "chassis/ports/outcomes.hpp"
#include "chassis/runtime/runtime.hpp"
#include "chassis/security/signed_link.hpp"
#include "chassis/storage/blobs.hpp"
#include "contracts/generated/rental/routes.hpp"
#include "rental/adapters/inbound/downloads.hpp"
#include "rental/application/lending_rules.hpp"
#include "rental/application/own_rental.hpp"
#include "rental/application/ports/outbound/payment_desk.hpp"
#include "rental/application/rentals.hpp"

namespace madang::rental {

// What rental's HTTP needs; all of it must outlive the adapter.
struct RentalDesk {
  runtime::Runtime& runtime;
  chassis::Commands& rental;
  chassis::Outcomes& outcomes;
  PaymentDesk& payments;
  const storage::BlobStore& files;
  const security::RotatingKey& link_key;
  const http::Problems& problems;
  // As they are when they are asked for: an operator may change them meanwhile.
  std::function<LendingRules()> rules = [] { return LendingRules{}; };
  std::chrono::milliseconds payment_patience{8000};
};

// Rental over HTTP, as contracts/http/rental.yaml has it: customers rent, read and give back for
// themselves and see their own rentals; book managers see all. Any thread.
class RentalHttp final : public http_v1::RentalApi {
 public:
  explicit RentalHttp(RentalDesk desk)
      : desk_{std::move(desk)}, links_{desk_.link_key, "rental file"}, downloads_{desk_.runtime} {}

  contracts::Later<http_v1::RentBookResponse> rent_book(const contracts::Caller&,
                                                        const http_v1::RentBookRequest&,
                                                        const chassis::RequestKey&) override;
  contracts::Result<http_v1::GetRentalResponse> get_rental(
      const contracts::Caller&, const http_v1::GetRentalRequest&) override;
  contracts::Later<http_v1::ExtendRentalResponse> extend_rental(
      const contracts::Caller&, const http_v1::ExtendRentalRequest&,
      const chassis::RequestKey&) override;
  contracts::Later<http_v1::ReturnBookResponse> return_book(const contracts::Caller&,
                                                            const http_v1::ReturnBookRequest&,
                                                            const chassis::RequestKey&) override;
  contracts::Later<http_v1::CancelRentalResponse> cancel_rental(
      const contracts::Caller&, const http_v1::CancelRentalRequest&,
      const chassis::RequestKey&) override;
  contracts::Later<http_v1::JoinLineResponse> join_line(const contracts::Caller&,
                                                        const http_v1::JoinLineRequest&,
                                                        const chassis::RequestKey&) override;
  contracts::Result<http_v1::GetPlaceResponse> get_place(const contracts::Caller&,
                                                         const http_v1::GetPlaceRequest&) override;
  contracts::Later<http_v1::LeaveLineResponse> leave_line(const contracts::Caller&,
                                                          const http_v1::LeaveLineRequest&,
                                                          const chassis::RequestKey&) override;
  contracts::Later<http_v1::OpenBookResponse> open_book(const contracts::Caller&,
                                                        const http_v1::OpenBookRequest&,
                                                        const chassis::RequestKey&) override;
  contracts::Result<http::Response> read_file(const contracts::Caller&,
                                              const http_v1::ReadFileRequest&) override;

 private:
  [[nodiscard]] kernel::Instant now() const;
  // When a payment is waited for no longer.
  [[nodiscard]] kernel::Instant answer_by(const contracts::Caller&, kernel::Instant asked_at) const;
  [[nodiscard]] RentalAt::Result find(const kernel::RentalId&,
                                      const chassis::Positions& after) const;
  // One of the caller's own; otherwise, to them, there is none.
  [[nodiscard]] std::optional<OwnRental> own(const contracts::Caller&,
                                             const kernel::RentalId&) const;

  RentalDesk desk_;
  security::SignedLinks links_;
  Downloads downloads_;
};

}  // namespace madang::rental
