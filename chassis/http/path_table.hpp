#pragma once
// Finds what stands at a path, among templates such as "/editions/{edition_id}/price". A literal
// segment goes before a parameter, whatever the method (OpenAPI 3.1, "Path Templating Matching"), and a
// parameter is never empty. Time grows with the length of the
// path, not with the number of templates.
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chassis/http/message.hpp"

namespace madang::http {

class PathTable {
 public:
  PathTable();
  ~PathTable();
  PathTable(PathTable&&) noexcept;
  PathTable& operator=(PathTable&&) noexcept;

  // Throws std::invalid_argument for what is no template, or when another would answer the same.
  void add(Method, std::string_view path_template, std::size_t value);

  struct Found {
    std::size_t value;
    std::vector<std::string_view> parameters;  // in the order of the template; views of the path
  };
  [[nodiscard]] std::optional<Found> find(Method, std::string_view path) const;

  // For an Allow field (RFC 9110 section 10.2.1): "GET, HEAD, OPTIONS"; empty for nobody's path.
  [[nodiscard]] std::string allowed_at(std::string_view path) const;

 private:
  struct Node;
  std::unique_ptr<Node> root_;
};

}  // namespace madang::http
