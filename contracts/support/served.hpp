#pragma once
// The contract as the shop serves it: the bundle for programs (OpenAPI 3.1, JSON) and a page of it for
// people (HTML, no scripts). Both stand in the program itself.
#include <string_view>

namespace madang::contracts {

std::string_view openapi_json();
std::string_view page_html();

}  // namespace madang::contracts
