#include "fuzz/hdf5_values.hpp"

#include <hdf5.h>

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

namespace plumbline::fuzz {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr std::array<double, 16> reals = {
    0,     1,      -1,     2,   3,      0.5,    infinite, -infinite,
    1e308, -1e308, 5e-324, 100, 0x1p31, 0x1p53, 0x1p63,   std::numeric_limits<double>::quiet_NaN()};
constexpr std::array<std::int64_t, 16> wholes = {0,
                                                 1,
                                                 -1,
                                                 2,
                                                 3,
                                                 7,
                                                 8,
                                                 100,
                                                 255,
                                                 1 << 16,
                                                 1 << 28,
                                                 (1 << 28) + 1,
                                                 0x7fffffff,
                                                 std::int64_t{1} << 32,
                                                 std::numeric_limits<std::int64_t>::max(),
                                                 std::numeric_limits<std::int64_t>::min()};
/// Contents of texts, and names: what the readers look for, and what they may not expect.
constexpr std::array<const char*, 32> texts = {
    "",
    "x",
    "log_w",
    "weights",
    "means",
    "covariances",
    "variances",
    "z",
    "labels",
    "null",
    "problem",
    "ess",
    "verdict",
    "samples",
    "smc",
    "mean_error",
    "cell_hash",
    "status",
    "message",
    "floor",
    "replicate",
    "dim",
    "process",
    "lower",
    "steps",
    "a/b",
    "..",
    "naïve",
    "\xff\xfe",
    "bool",
    "plumbline/1",
    "one that is longer than all of the others, and than many a buffer"};

template <class T, class List>
void overwrite(const Values& values, hid_t memory, std::size_t count, const List& list,
               Input payload) {
  std::vector<T> all(count);
  if (!values.read(memory, all.data())) return;
  const T value = list[payload[2] % list.size()];
  if (payload[3] % 4 == 0)
    all.assign(count, value);
  else
    all[(payload[0] | payload[1] << 8) % count] = value;
  values.write(memory, all.data());
}

}  // namespace

const char* text_number(std::uint8_t i) {
  return texts[i % texts.size()];
}

bool too_large(hid_t type, hid_t space) {
  constexpr double most_bytes = 1 << 20;
  const auto points = static_cast<double>(H5Sget_simple_extent_npoints(space));
  return points * static_cast<double>(H5Tget_size(type)) > most_bytes;
}

void overwrite(const Values& values, Input payload) {
  const hssize_t points = H5Sget_simple_extent_npoints(values.space);
  if (points < 1 || points > 1 << 14) return;
  const auto count = static_cast<std::size_t>(points);
  switch (H5Tget_class(values.type)) {
    case H5T_FLOAT:
      return overwrite<double>(values, H5T_NATIVE_DOUBLE, count, reals, payload);
    case H5T_INTEGER:
      return overwrite<std::int64_t>(values, H5T_NATIVE_INT64, count, wholes, payload);
    case H5T_STRING: {
      if (H5Tis_variable_str(values.type) <= 0) return;
      std::vector<char*> all(count, nullptr);
      if (!values.read(values.type, all.data())) return;
      std::vector<const char*> changed(all.begin(), all.end());
      changed[payload[0] % count] = text_number(payload[2]);
      values.write(values.type, changed.data());
      H5Dvlen_reclaim(values.type, values.space, H5P_DEFAULT, all.data());
      return;
    }
    default:
      return;
  }
}

void fill(const Values& values, std::uint8_t which) {
  const hssize_t points = H5Sget_simple_extent_npoints(values.space);
  if (points < 1 || points > 1 << 14) return;
  const auto count = static_cast<std::size_t>(points);
  if (too_large(values.type, values.space)) return;
  const H5T_class_t kind = H5Tget_class(values.type);
  if (kind == H5T_STRING && H5Tis_variable_str(values.type) > 0) {
    std::vector<const char*> all(count, text_number(which));
    values.write(values.type, all.data());
  } else if (kind == H5T_STRING) {
    const std::vector<char> all(count * H5Tget_size(values.type),
                                static_cast<char>('a' + which % 26));
    values.write(values.type, all.data());
  } else if (kind == H5T_INTEGER || kind == H5T_FLOAT) {
    std::vector<double> all(count);
    for (std::size_t i = 0; i < count; ++i) all[i] = static_cast<double>(i % 8) + which % 3;
    values.write(H5T_NATIVE_DOUBLE, all.data());
  }
}

}  // namespace plumbline::fuzz
