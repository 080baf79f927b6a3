#pragma once
// Every form that was ever stored stays readable. A golden file has a line per event, message and process
// state, "Type schema {...}", of samples with every field set. Lines of older schemas stay in it. When a
// form changes without a new schema number, or the line of an older one is gone, the test fails.
//
//   TEST(StoredForms, AreThoseThatWereShipped) { testing::expect_golden(*rental_context(), "contexts/rental/tests/golden_forms.txt"); }
//
// MADANG_GOLDEN=write adds the lines that are missing; it never changes one.
#include "chassis/assembly/context.hpp"
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <string>

namespace madang::testing {

inline void expect_golden(const chassis::Context& context, const std::string& path) {
  std::map<std::string, std::string> shipped;  // "Type schema" -> form
  std::ifstream file{path};
  for (std::string line; std::getline(file, line);) {
    const auto brace = line.find(" {");
    ASSERT_NE(brace, std::string::npos) << path << ": " << line;
    shipped[line.substr(0, brace)] = line.substr(brace + 1);
  }
  const char* mode = std::getenv("MADANG_GOLDEN");
  std::ofstream more;
  if (mode && std::string_view{mode} == "write") more.open(path, std::ios::app);
  for (const auto& [type, form] : context.golden) {
    const auto name = type + " " + std::to_string(context.schema_of(type));
    const auto found = shipped.find(name);
    if (found != shipped.end()) {
      EXPECT_EQ(found->second, form)
          << type << " is stored differently: give it a new schema number and an upcaster";
    } else if (more.is_open()) {
      more << name << " " << form << "\n";
      shipped[name] = form;
    } else {
      ADD_FAILURE() << name << " is not in " << path << "; run once with MADANG_GOLDEN=write\n"
                    << form;
    }
  }
  for (const auto& [type, form] : context.golden)
    for (int schema = 1; schema < context.schema_of(type); ++schema)
      EXPECT_TRUE(shipped.contains(type + " " + std::to_string(schema)))
          << type << " was stored as schema " << schema << " too, and its line is gone from "
          << path;
  for (const auto& [name, form] : shipped) {
    const auto space = name.rfind(' ');
    EXPECT_NO_THROW(static_cast<void>(
        context.lifted(name.substr(0, space), std::stoi(name.substr(space + 1)), form)))
        << name << " can no longer be read";
  }
}

}  // namespace madang::testing
