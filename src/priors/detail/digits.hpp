// The 1797 handwritten digits that are built into the program (experiments/data/digits.txt).
#pragma once

#include <array>
#include <string_view>
#include <vector>

namespace plumbline {

/// One image: pixels row by row, 0…16, and the digit that was written.
struct DigitImage {
  std::array<int, 64> pixels;
  int label;
};

/// The data file, word for word.
std::string_view digits_text();

/// Image i is line i of the data, comments not counted: scikit-learn's numbering.
const std::vector<DigitImage>& digit_images();

}  // namespace plumbline
