// Priors as a sweep file names them.
#pragma once

#include <gtest/gtest.h>

#include "priors/prior.hpp"

namespace plumbline::test {

/// A table in a line: table({{"dim", 3}, {"stddev", 0.5}}).
inline Table table(std::initializer_list<std::pair<const char*, Value>> members) {
  Table t;
  for (const auto& [key, value] : members) t.set(key, value);
  return t;
}
inline Value whole(std::int64_t v) {
  return {v};
}
inline Value number(Real v) {
  return {v};
}
inline Value text(const char* v) {
  return {std::string(v)};
}
inline Value list(std::initializer_list<Value> entries) {
  return {Array(entries)};
}
inline Value numbers(std::initializer_list<Real> entries) {
  Array array;
  for (const Real v : entries) array.push_back({v});
  return {array};
}

inline GaussianMixture make(const char* name, const Table& settings = {}, std::uint64_t seed = 1,
                            const std::string& folder = ".") {
  return find_prior(name).make(settings, Rng::from_seed(seed), folder);
}

/// The key that is complained about, "" when nothing is.
inline std::string complaint(const char* name, const Table& settings) {
  try {
    make(name, settings);
    return "";
  } catch (const SpecError& error) {
    EXPECT_FALSE(error.allowed().empty());
    return error.key();
  }
}

}  // namespace plumbline::test
