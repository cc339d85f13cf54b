// What the pictures of this gallery share: reading, checking and naming numbers.
#include "problem/observations/entry.hpp"

#include <cmath>

namespace plumbline {

bool is_word(const Value& v, const char* word) {
  const std::string* text = v.get_if<std::string>();
  return text && *text == word;
}

SpecError or_word(const SpecError& mistake, const std::string& key, const Value& v,
                  const char* word) {
  if (mistake.key() != key) return mistake;  // an entry of a list
  std::string allowed = mistake.allowed(), type = ", not " + type_name(v);
  if (allowed.ends_with(type))
    allowed.resize(allowed.size() - type.size());
  else
    type.clear();
  return {key, mistake.value(), fmt::format("{}, or \"{}\"{}", allowed, word, type),
          mistake.where()};
}

HostMatrix matrix_of(const char* key, const RealRows& rows) {
  if (rows.empty() || rows[0].empty())
    throw SpecError(key, rows.empty() ? "[]" : "[[]]",
                    "needs at least one row of at least one number");
  HostMatrix out(rows.size(), rows[0].size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].size() != rows[0].size())
      throw SpecError(fmt::format("{}[{}]", key, i), fmt::format("{} numbers", rows[i].size()),
                      fmt::format("must be {}, as in the first row", rows[0].size()));
    for (std::size_t j = 0; j < rows[i].size(); ++j) out(i, j) = rows[i][j];
  }
  return out;
}

HostVector vector_of(const std::vector<Real>& numbers) {
  return Eigen::Map<const HostVector>(numbers.data(), static_cast<Index>(numbers.size()));
}

HostVector given_or_zero(const std::optional<OrDraw<std::vector<Real>>>& y, Index m) {
  const auto& given = needed("y", y, "a list of numbers, or \"draw\"");
  return given.drawn ? HostVector(HostVector::Zero(m)) : vector_of(given.value);
}

void require_finite(const char* key, const HostVector& v) {
  for (Index i = 0; i < v.size(); ++i)
    if (!std::isfinite(v[i]))
      throw SpecError(fmt::format("{}[{}]", key, i), fmt::format("{}", v[i]),
                      "must be a finite number");
}

void require_finite(const char* key, const HostMatrix& m) {
  for (Index i = 0; i < m.rows(); ++i)
    for (Index j = 0; j < m.cols(); ++j)
      if (!std::isfinite(m(i, j)))
        throw SpecError(fmt::format("{}[{}][{}]", key, i, j), fmt::format("{}", m(i, j)),
                        "must be a finite number");
}

void require_size(const HostVector& y, Index m, const char* what) {
  if (y.size() != m)
    throw SpecError("y", fmt::format("{} numbers", y.size()),
                    fmt::format("must be {}: one per {}", m, what));
}

NamedArray named(const std::string& name, const std::vector<std::string>& dimensions,
                 const HostVector& values, const std::string& long_name) {
  return {name,
          dimensions,
          {values.size()},
          std::vector<double>(values.data(), values.data() + values.size()),
          long_name};
}
NamedArray named(const std::string& name, const std::vector<std::string>& dimensions,
                 const HostMatrix& values, const std::string& long_name) {
  return {name,
          dimensions,
          {values.rows(), values.cols()},
          std::vector<double>(values.data(), values.data() + values.size()),
          long_name};
}
NamedArray named(const std::string& name, const std::vector<std::string>& dimensions,
                 const std::vector<int>& values, const std::string& long_name) {
  return {name,
          dimensions,
          {static_cast<std::int64_t>(values.size())},
          std::vector<std::int64_t>(values.begin(), values.end()),
          long_name};
}
NamedArray named(const std::string& name, Real value, const std::string& long_name) {
  return {name, {}, {}, std::vector<double>{value}, long_name};
}

}  // namespace plumbline
