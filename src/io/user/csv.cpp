// Text → rows of numbers, with the place of whatever is none.
#include "io/user/csv.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>

#include "core/errors.hpp"
#include "io/user/points.hpp"
#include "io/user/user_file.hpp"

namespace plumbline {
namespace {

constexpr std::uintmax_t largest_text = std::uintmax_t{1} << 30;
constexpr std::string_view blanks = " \t";
constexpr std::string_view weight_name = "log_w";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// "log_w" of a header that quotes its names.
std::string_view unquoted(std::string_view text) {
  const bool quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  return quoted ? text.substr(1, text.size() - 2) : text;
}

/// ';', ',' or ' ' for any run of blanks.
char separator_of(std::string_view line) {
  for (const char c : {';', ','})
    if (line.find(c) != line.npos) return c;
  return ' ';
}

std::vector<std::string_view> fields_of(std::string_view line, char separator) {
  std::vector<std::string_view> fields;
  for (line = trimmed(line);;) {
    const std::size_t end = separator == ' ' ? line.find_first_of(blanks) : line.find(separator);
    fields.push_back(trimmed(line.substr(0, end)));
    if (end == line.npos) return fields;
    line.remove_prefix(end + 1);
    if (separator == ' ') line = trimmed(line);
  }
}

bool parse(std::string_view field, double& out) {
  if (field.starts_with('+')) field.remove_prefix(1);
  const char* end = field.data() + field.size();
  const auto [stopped, error] = std::from_chars(field.data(), end, out);
  return !field.empty() && error == std::errc() && stopped == end;
}

/// What is known while the lines go by.
class Reader {
 public:
  explicit Reader(const std::filesystem::path& path) : path_(path.string()) {}

  void line(std::string_view text) {
    ++number_;
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (trimmed(text).empty()) return;
    const bool comment = trimmed(text).starts_with('#');
    if (comment) text = trimmed(text).substr(1);
    const char separator = separator_of(text);
    if (comment) {
      if (rows_ == 0 && unquoted(fields_of(text, separator).back()) == weight_name)
        header(text, fields_of(text, separator));
      return;
    }
    if (separator_ == '\0') separator_ = separator;
    const std::vector<std::string_view> fields = fields_of(text, separator_);
    double ignored = 0;
    if (rows_ == 0 && columns_ == 0 &&
        std::none_of(fields.begin(), fields.end(),
                     [&](std::string_view field) { return parse(field, ignored); }))
      header(text, fields);
    else
      row(text, fields);
  }

  CsvNumbers finish() {
    if (rows_ == 0) throw SpecError("file", "no numbers", "lines of numbers", Location{path_});
    out_.x.shape = {rows_, columns_ - (weighted_ ? 1 : 0)};
    return std::move(out_);
  }

 private:
  SpecError mistake(std::string_view text, std::string_view field, const std::string& key,
                    const std::string& value, const std::string& allowed) const {
    return {key, value, allowed,
            Location{path_, number_, static_cast<int>(field.data() - text.data()) + 1}};
  }

  void header(std::string_view text, const std::vector<std::string_view>& fields) {
    columns_ = static_cast<std::int64_t>(fields.size());
    first_ = number_;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (unquoted(fields[i]) != weight_name) continue;
      if (i + 1 < fields.size() || fields.size() < 2)
        throw mistake(text, fields[i], "column", fmt::format("{}", i + 1),
                      "log_w must be the last of several columns");
      weighted_ = true;
    }
  }

  void row(std::string_view text, const std::vector<std::string_view>& fields) {
    if (columns_ == 0) first_ = number_;
    if (columns_ == 0) columns_ = static_cast<std::int64_t>(fields.size());
    if (static_cast<std::int64_t>(fields.size()) != columns_)
      throw mistake(text, text, "line", fmt::format("{} fields", fields.size()),
                    fmt::format("{}, as in line {}", columns_, first_));
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const bool weight = weighted_ && i + 1 == fields.size();
      double value = 0;
      if (!parse(fields[i], value))
        throw mistake(text, fields[i].empty() ? text : fields[i], fmt::format("field {}", i + 1),
                      printable(fields[i]), "a number");
      if (!std::isfinite(value) && !(weight && value == -std::numeric_limits<double>::infinity()))
        throw mistake(text, fields[i], fmt::format("field {}", i + 1), fmt::format("{}", value),
                      "a finite number");
      (weight ? out_.log_w : out_.x.values).push_back(value);
    }
    ++rows_;
    if (static_cast<std::int64_t>(out_.x.values.size()) > max_input_values)
      throw SpecError("file", "too many numbers", fmt::format("at most {}", max_input_values),
                      Location{path_});
  }

  std::string path_;
  CsvNumbers out_;
  std::int64_t rows_ = 0, columns_ = 0;  // columns_: known from a header or the first row
  int number_ = 0, first_ = 0;           // this line; the line that columns_ is known from
  char separator_ = '\0';                // known from the first line that is no comment
  bool weighted_ = false;
};

}  // namespace

CsvNumbers read_csv(const std::filesystem::path& path) {
  const std::vector<std::byte> bytes = read_user_file(path, largest_text);
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a byte order mark
  Reader reader(path);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    reader.line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return reader.finish();
}

}  // namespace plumbline
