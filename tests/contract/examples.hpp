// The example of a catalogue entry as the table of a sweep file.
#pragma once

#include <gtest/gtest.h>

#include "harness/sweep/toml.hpp"

namespace plumbline::test {

/// `{ kind = "…", … }` of an entry that has a name and an example.
template <class Entry>
Table example_of(const Entry& entry) {
  const std::string text = fmt::format("{{ kind = \"{}\"{}{} }}", entry.name,
                                       entry.example.empty() ? "" : ", ", entry.example);
  const std::optional<Value> value = parse_toml_value(text, {.file = "example"});
  EXPECT_TRUE(value && value->is_table()) << text;
  return value && value->is_table() ? *value->get_if<Table>() : Table{};
}

}  // namespace plumbline::test
