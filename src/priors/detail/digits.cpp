// Reads the built-in data set: 64 characters of 0…9a…g, a space, the label; # starts a comment.
#include "priors/detail/digits.hpp"

#include <algorithm>

#include "core/errors.hpp"

namespace plumbline {
namespace {

int pixel(char c) {
  const int value = c >= 'a' ? c - 'a' + 10 : c - '0';
  PLUMBLINE_REQUIRE(value >= 0 && value <= 16, "a pixel of digits.txt reads '{}'", c);
  return value;
}

DigitImage parse(std::string_view line) {
  PLUMBLINE_REQUIRE(line.size() == 66 && line[64] == ' ', "a line of digits.txt has {} characters",
                    line.size());
  DigitImage image{};
  for (int i = 0; i < 64; ++i) image.pixels[i] = pixel(line[i]);
  image.label = line[65] - '0';
  PLUMBLINE_REQUIRE(image.label >= 0 && image.label <= 9, "a label reads '{}'", line[65]);
  return image;
}

std::vector<DigitImage> parse_all(std::string_view text) {
  std::vector<DigitImage> images;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (!line.empty() && line.front() != '#') images.push_back(parse(line));
  }
  return images;
}

}  // namespace

const std::vector<DigitImage>& digit_images() {
  static const std::vector<DigitImage> images = parse_all(digits_text());
  return images;
}

}  // namespace plumbline
