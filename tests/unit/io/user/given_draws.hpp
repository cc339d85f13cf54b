// Draws from elsewhere as bytes: .npy files made by hand, and what reading a file gives or says.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/errors.hpp"
#include "io/user/draws_file.hpp"
#include "unit/io/scratch.hpp"

namespace plumbline {

/// A .npy file of format `version` with this dictionary and these raw numbers.
inline std::string npy(const std::string& dictionary, const std::string& raw, char version = 1) {
  const std::string header = dictionary + "  \n";
  std::string out = std::string("\x93NUMPY") + version + '\0';
  for (std::size_t i = 0; i < (version == 1 ? 2u : 4u); ++i)
    out += static_cast<char>(header.size() >> (8 * i) & 0xff);
  return out + header + raw;
}
inline std::string dictionary(const std::string& descr, const std::string& shape,
                              const std::string& fortran = "False") {
  return "{'descr': '" + descr + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }";
}

template <class T>
std::string raw(const std::vector<double>& values, bool big_endian = false) {
  std::string out;
  for (const double value : values) {
    const T stored = static_cast<T>(value);
    std::string bytes(reinterpret_cast<const char*>(&stored), sizeof stored);
    if (big_endian != (std::endian::native == std::endian::big))
      std::reverse(bytes.begin(), bytes.end());
    out += bytes;
  }
  return out;
}

inline std::vector<GivenDraws> read(const Scratch& scratch, const std::string& name,
                                    const std::string& bytes) {
  spill(scratch / name, bytes);
  return read_draws(scratch / name);
}
/// What reading says, without the folder; "" when it reads.
inline std::string complaint(const std::filesystem::path& path) {
  try {
    read_draws(path);
  } catch (const SpecError& error) {
    std::string text = error.what();
    const std::string folder = path.parent_path().string() + "/";
    for (std::size_t at; (at = text.find(folder)) != text.npos;) text.erase(at, folder.size());
    return text;
  }
  return "";
}
inline std::string complaint(const Scratch& scratch, const std::string& name,
                             const std::string& bytes) {
  spill(scratch / name, bytes);
  return complaint(scratch / name);
}

inline void expect_numbers(const std::vector<GivenDraws>& sets, const std::string& what) {
  ASSERT_EQ(sets.size(), 1u) << what;
  HostMatrix expected(3, 2);
  expected << 1, 2, 3, 4, 5, 6;
  ASSERT_EQ(sets[0].x.rows(), 3) << what;
  ASSERT_EQ(sets[0].x.cols(), 2) << what;
  EXPECT_EQ(sets[0].x, expected) << what;
  EXPECT_EQ(sets[0].log_w.size(), 0) << what;
}

}  // namespace plumbline
