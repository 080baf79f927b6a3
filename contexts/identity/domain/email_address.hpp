#pragma once
// An e-mail address as people type it into a browser's form (WHATWG HTML section 4.10.5.1.5), with a
// domain of two labels at least, in lower case: no provider that people use tells "Kim" from "kim".
#include <optional>
#include <string>
#include <string_view>

namespace madang::identity {

class EmailAddress {
 public:
  [[nodiscard]] static std::optional<EmailAddress> parse(std::string_view);

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] std::string_view local_part() const;
  friend bool operator==(const EmailAddress&, const EmailAddress&) = default;

 private:
  explicit EmailAddress(std::string text) : text_{std::move(text)} {}
  std::string text_;
};

}  // namespace madang::identity
