// One function for each grammar.
#include "fuzz/mutate.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <string>

namespace plumbline::fuzz {
namespace {

/// At most `n` − 1.
std::size_t below(std::mt19937& random, std::size_t n) {
  return n < 2 ? 0 : random() % n;
}

constexpr std::array<const char*, 36> numbers = {"0",
                                                 "1",
                                                 "-1",
                                                 "2",
                                                 "0.5",
                                                 ".5",
                                                 "1.",
                                                 "1e3",
                                                 "1e308",
                                                 "-1e308",
                                                 "1e-320",
                                                 "inf",
                                                 "-inf",
                                                 "nan",
                                                 "1e999",
                                                 "100000",
                                                 "100001",
                                                 "0x10",
                                                 "0b1",
                                                 "1_000",
                                                 "9223372036854775807",
                                                 "-9223372036854775808",
                                                 "18446744073709551616",
                                                 "4294967296",
                                                 "true",
                                                 "false",
                                                 "\"\"",
                                                 "[]",
                                                 "{}",
                                                 "[[]]",
                                                 "[1, 2]",
                                                 "[[1, 2], [3]]",
                                                 "1979-05-27",
                                                 "{ geom = [1, 8, 4] }",
                                                 "{ range = [0, 9] }",
                                                 "{ lin = [0, 1, 5] }"};

/// Runs of letters and digits, runs of blanks, single other characters.
std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  int last = -1;
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    const int kind = std::isalnum(u) || c == '_' || c == '.' || c == '-' || u > 127 ? 1
                     : c == ' ' || c == '\t'                                        ? 2
                                                                                    : 0;
    if (kind == 0 || kind != last) words.emplace_back();
    words.back() += c;
    last = kind;
  }
  return words;
}

void change_words(std::vector<std::string>& words, std::mt19937& random) {
  const std::size_t at = below(random, words.size()), other = below(random, words.size());
  const auto place = words.begin() + static_cast<std::ptrdiff_t>(at);
  switch (random() % 6) {
    case 0:
      words[at] = numbers[below(random, numbers.size())];
      break;
    case 1:
      words[at] = std::string(words[other]);
      break;
    case 2:
      std::swap(words[at], words[other]);
      break;
    case 3:
      words.erase(place);
      break;
    case 4:
      words.insert(place, std::string(words[other]));
      break;
    default: {  // a line, or what is left of the text
      const auto end = std::find(place, words.end(), "\n");
      const std::vector<std::string> line(place, end == words.end() ? end : end + 1);
      words.insert(words.begin() + static_cast<std::ptrdiff_t>(other), line.begin(), line.end());
    }
  }
}

std::string mutated_text(const std::string& text, std::mt19937& random) {
  std::vector<std::string> words = words_of(text);
  for (std::size_t i = 0; i <= below(random, 4); ++i) {
    if (words.empty()) words.emplace_back("1");
    change_words(words, random);
  }
  std::string out;
  for (const std::string& word : words) out += word;
  return out;
}

template <std::size_t n>
std::string one_of(const std::array<const char*, n>& list, std::mt19937& random) {
  return list[below(random, n)];
}

/// A whole file: header of random fields, and about as many bytes as it promises.
std::string npy_file(std::mt19937& random) {
  constexpr std::array<const char*, 18> types = {"<f8", ">f8", "<f4",  ">f4", "|i1", "<i2",
                                                 ">i4", "<i8", "|u1",  "<u2", "<u4", ">u8",
                                                 "|O",  "<f2", "<c16", "|b1", "<U4", "f8"};
  constexpr std::array<const char*, 12> sizes = {
      "0",  "1",  "2",  "3",         "5",          "7",
      "16", "2L", "-1", "268435456", "4294967296", "9223372036854775807"};
  const std::string type = one_of(types, random);
  std::string shape = "(";
  double count = 1;
  for (std::size_t i = 0, rank = below(random, 5); i < rank; ++i) {
    const std::string size = random() % 8 ? sizes[1 + below(random, 7)] : one_of(sizes, random);
    shape += size + (i + 1 == rank && rank > 1 ? "" : ", ");
    count *= std::strtod(size.c_str(), nullptr);
  }
  std::array<std::string, 3> fields = {
      "'descr': '" + type + "', ",
      std::string("'fortran_order': ") + (random() % 2 ? "True" : "False") + ", ",
      "'shape': " + shape + "), "};
  std::shuffle(fields.begin(), fields.end(), random);
  std::string header = "{" + fields[0] + fields[1] + fields[2] + "}";
  const char version = static_cast<char>(random() % 8 ? 1 + random() % 3 : random() % 256);
  header.resize(header.size() + below(random, 64), ' ');
  header += '\n';
  std::string out = std::string("\x93NUMPY") + version + '\0';
  const auto length = static_cast<std::uint32_t>(header.size());
  for (int i = 0; i < (version == 1 ? 2 : 4); ++i) out += static_cast<char>(length >> (8 * i));
  out += header;
  const double bytes =
      count * (std::isdigit(static_cast<unsigned char>(type.back())) ? type.back() - '0' : 8);
  if (bytes >= 0 && bytes < 2048)
    for (auto left =
             static_cast<int>(bytes) + (random() % 8 ? 0 : static_cast<int>(random() % 9) - 4);
         left > 0; --left)
      out += static_cast<char>(random());
  return out;
}

/// Words of the header changed, its length made right again.
std::string changed_header(const std::string& file, std::mt19937& random) {
  if (file.size() < 12 || file[6] < 1 || file[6] > 3) return npy_file(random);
  const std::size_t width = file[6] == 1 ? 2 : 4, start = 8 + width;
  std::size_t length = 0;
  for (std::size_t i = width; i-- > 0;)
    length = length << 8 | static_cast<unsigned char>(file[8 + i]);
  if (length > file.size() - start) return npy_file(random);
  const std::string header = mutated_text(file.substr(start, length), random);
  std::string out = file.substr(0, 8);
  for (std::size_t i = 0; i < width; ++i) out += static_cast<char>(header.size() >> (8 * i));
  return out + header + file.substr(start + length);
}

}  // namespace

std::size_t mutate(Grammar grammar, std::uint8_t* bytes, std::size_t size, std::size_t most,
                   std::mt19937& random, ByteMutation plain) {
  if (grammar == Grammar::edits || random() % 4 == 0) return plain(bytes, size, most);
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  const std::string out = grammar == Grammar::words ? mutated_text(text, random)
                          : random() % 3 == 0       ? npy_file(random)
                                                    : changed_header(text, random);
  const std::size_t length = std::min(out.size(), most);
  std::memcpy(bytes, out.data(), length);
  return length;
}

}  // namespace plumbline::fuzz
