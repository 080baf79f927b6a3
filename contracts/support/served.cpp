#include "contracts/support/served.hpp"

// The assembler takes the files in as they are; CMake names them and builds anew when they change.
#define EMBED(name, file)               \
  __asm__(                              \
      ".pushsection .rodata\n"          \
      ".global " #name "_begin\n" #name \
      "_begin:\n"                       \
      ".incbin \"" file                 \
      "\"\n"                            \
      ".global " #name "_end\n" #name   \
      "_end:\n"                         \
      ".popsection\n");                 \
  extern "C" const char name##_begin[], name##_end[]

EMBED(madang_openapi, MADANG_OPENAPI_JSON);
EMBED(madang_page, MADANG_PAGE_HTML);

namespace madang::contracts {

std::string_view openapi_json() { return {madang_openapi_begin, madang_openapi_end}; }
std::string_view page_html() { return {madang_page_begin, madang_page_end}; }

}  // namespace madang::contracts
