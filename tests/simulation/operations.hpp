#pragma once
// The contract's operations, by method and path, so that it can be counted which were used.
#include "chassis/http/message.hpp"
#include <string>
#include <vector>

namespace madang::simulation {

class Operations {
 public:
  [[nodiscard]] static const Operations& of_the_shop();

  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  // Empty: of none.
  [[nodiscard]] std::string name_of(http::Method, std::string_view path) const;

 private:
  Operations();
  struct Known {
    std::string method;
    std::vector<std::string> segments;
    std::string name;
  };
  std::vector<Known> known_;
  std::vector<std::string> names_;
};

}  // namespace madang::simulation
