// Words, and TOML by keys and values.
#include <algorithm>
#include <cctype>

#include "fuzz/mutations.hpp"

namespace plumbline::fuzz {
namespace {

constexpr std::array<const char*, 40> values = {"0",
                                                "1",
                                                "-1",
                                                "2",
                                                "3",
                                                "7",
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
                                                "2147483647",
                                                "2147483648",
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
                                                "\"draw\"",
                                                "[]",
                                                "{}",
                                                "[[]]",
                                                "[1, 2]",
                                                "[0.5, 0.25]",
                                                "[[1, 2], [3]]",
                                                "[[1, 0], [0, 1]]",
                                                "1979-05-27"};

constexpr std::array<const char*, 8> generators = {
    "{ geom = [1, 8, 4] }",  "{ range = [0, 9] }",     "{ lin = [0, 1, 5] }",
    "{ geom = [1, 2, -1] }", "{ range = [3, 1, -1] }", "{ range = [0, 9, 0.5] }",
    "{ lin = [1, 1, 1] }",   "{ range = [0, 1e300] }"};

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
      words[at] = one_of(values, random);
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

// --- TOML ---

struct Span {
  std::size_t begin, end;

  std::string of(const std::string& text) const { return text.substr(begin, end - begin); }
};

/// key = value, on a line or in an inline table.
struct Setting {
  Span key, value;
};

bool of_key(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '.' ||
         c == '"';
}

/// Where the value that begins at `at` ends: at a comma, a closing bracket or the line's end.
std::size_t end_of_value(const std::string& text, std::size_t at) {
  int depth = 0;
  bool quoted = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') quoted = !quoted;
    if (quoted && c != '\n') continue;
    if (c == '[' || c == '{') ++depth;
    if ((c == ']' || c == '}') && depth-- == 0) break;
    if (depth == 0 && (c == ',' || c == '\n' || c == '#')) break;
  }
  while (at > 0 && text[at - 1] == ' ') --at;
  return at;
}

std::vector<Setting> settings_of(const std::string& text) {
  std::vector<Setting> found;
  for (std::size_t sign = text.find('='); sign != text.npos; sign = text.find('=', sign + 1)) {
    std::size_t end = sign, begin = 0, value = sign + 1;
    while (end > 0 && text[end - 1] == ' ') --end;
    for (begin = end; begin > 0 && of_key(text[begin - 1]);) --begin;
    while (value < text.size() && text[value] == ' ') ++value;
    if (begin < end && value < text.size())
      found.push_back({{begin, end}, {value, std::max(value, end_of_value(text, value))}});
  }
  return found;
}

std::string quoted(const std::string& text) {
  return '"' + text + '"';
}

std::string any_value(std::mt19937& random) {
  switch (random() % 8) {
    case 0:
    case 1:
      return quoted(one_of(vocabulary().texts, random));
    case 2:
      return one_of(generators, random);
    case 3:
      return "[" + any_value(random) + ", " + any_value(random) + "]";
    default:
      return one_of(values, random);
  }
}

std::string any_setting(std::mt19937& random) {
  return one_of(vocabulary().keys, random) + " = " + any_value(random);
}

std::size_t line_start(const std::string& text, std::mt19937& random) {
  const std::size_t line = text.find('\n', below(random, text.size() + 1));
  return line == text.npos ? 0 : line + 1;
}

void replace(std::string& text, const Span& span, const std::string& by) {
  text.replace(span.begin, span.end - span.begin, by);
}

void change_value(std::string& text, const std::vector<Setting>& known, std::mt19937& random) {
  const Setting& setting = one_of(known, random);
  const std::string value = setting.value.of(text);
  switch (random() % 6) {
    case 0:
      return replace(text, setting.value, "[" + value + ", " + any_value(random) + "]");
    case 1:
      return replace(text, setting.value, one_of(known, random).value.of(text));
    case 2:
      return replace(text, setting.key, one_of(vocabulary().keys, random));
    case 3:  // a neighbour in the same table
      if (value.starts_with('{')) {
        text.insert(setting.value.begin + 1,
                    " " + any_setting(random) + (value == "{}" ? " " : ","));
        return;
      }
      [[fallthrough]];
    default:
      return replace(text, setting.value, any_value(random));
  }
}

void change_lines(std::string& text, std::mt19937& random) {
  const std::size_t from = line_start(text, random), to = line_start(text, random);
  const std::size_t end = std::min(text.find('\n', from), text.size());
  const std::string line = text.substr(from, end - from) + "\n";
  switch (random() % 5) {
    case 0:
      text.erase(from, end - from + 1);
      break;
    case 1:
      text.insert(to, line);
      break;
    case 2:
      text.insert(to, "[[sampler]]\nkind = " + quoted(one_of(vocabulary().texts, random)) + "\n");
      break;
    default:
      text.insert(to, any_setting(random) + "\n");
  }
}

}  // namespace

std::string mutated_words(const std::string& text, std::mt19937& random) {
  std::vector<std::string> words = words_of(text);
  for (std::size_t i = 0; i <= below(random, 4); ++i) {
    if (words.empty()) words.emplace_back("1");
    change_words(words, random);
  }
  std::string out;
  for (const std::string& word : words) out += word;
  return out;
}

std::string mutated_toml(const std::string& text, std::mt19937& random) {
  std::string out = text;
  for (std::size_t i = 0, times = 1 + below(random, 3); i < times; ++i) {
    const std::vector<Setting> known = settings_of(out);
    if (known.empty() || random() % 4 == 0)
      change_lines(out, random);
    else
      change_value(out, known, random);
  }
  return out;
}

}  // namespace plumbline::fuzz
