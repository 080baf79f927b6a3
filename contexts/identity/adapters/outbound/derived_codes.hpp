#pragma once
// Codes by which a person may choose another password. Nobody without the shop's key can make one, and one reset has one
// code, so that a repeated request gets the same answer though the code is not kept:
//
//   code         = base64url(person id (16 bytes) | first 16 bytes of keyed_digest(key, "reset-code", person id, reset id))
//   what is kept = base64url(SHA-256 of the whole text)
#include "identity/application/ports/outbound/reset_codes.hpp"

namespace madang::identity {

// Any thread.
class DerivedCodes final : public ResetCodes {
 public:
  explicit DerivedCodes(std::string key) : key_{std::move(key)} {}
  ResetCode make(const PersonId&, const ResetId&) override;
  std::optional<ResetCode> read(std::string_view text) const override;

 private:
  std::string key_;
};

}  // namespace madang::identity
