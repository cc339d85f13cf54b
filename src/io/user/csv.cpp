// Text → rows of numbers, with the place of whatever is none.
#include "io/user/csv.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>

#include "core/errors.hpp"
#include "core/text/numbers.hpp"
#include "io/user/csv_line.hpp"
#include "io/user/points.hpp"
#include "io/user/user_file.hpp"

namespace plumbline {
namespace {

using csv::Field;

constexpr std::uintmax_t largest_text = std::uintmax_t{1} << 30;

/// Lower case, letters alone: "Log-Weight" → "logweight".
std::string squeezed(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') out += static_cast<char>(c - 'A' + 'a');
    if (c >= 'a' && c <= 'z') out += c;
  }
  return out;
}

/// What people call weights and labels.
bool looks_like(std::string_view name, const CsvColumn& column) {
  static const std::vector<std::string> weights = {"w",   "logw",  "logweight",   "logweights",
                                                   "lnw", "logwt", "weight",      "weights",
                                                   "wt",  "wts",   "sampleweight"};
  static const std::vector<std::string> labels = {"label",   "labels", "class",
                                                  "classes", "target", "targets"};
  static const std::vector<std::string> chains = {"chain",   "chains",  "chainid", "chainindex",
                                                  "chainno", "chainnr", "walker",  "walkers"};
  const std::string text = squeezed(name);
  if (text == squeezed(column.name)) return true;
  if (name.size() == 1) return false;  // "w" is a coordinate as good as x
  const auto& names = column.kind == CsvColumn::Kind::label   ? labels
                      : column.kind == CsvColumn::Kind::whole ? chains
                                                              : weights;
  return std::find(names.begin(), names.end(), text) != names.end();
}

/// What is known while the lines go by.
class Reader {
 public:
  Reader(const std::filesystem::path& path, const std::vector<CsvColumn>& apart)
      : path_(path.string()), apart_(apart) {}

  void line(std::string_view text) {
    ++number_;
    line_ = text;
    if (text.ends_with('\r')) text.remove_suffix(1);
    const std::string_view inner = csv::trimmed(text);
    if (inner.empty()) return;
    if (inner.starts_with('#')) {
      if (rows_ == 0) remark_ = std::string(inner.substr(1));
      return;
    }
    if (separator_ == '\0') separator_ = csv::separator_of(text);
    const std::vector<Field> fields = split(text);
    if (rows_ > 0 || columns_.size() > 0) return row(fields);
    if (header(fields)) return;
    if (!remarked_header(fields.size())) columns_.assign(fields.size(), {});
    row(fields);
  }

  CsvNumbers finish() {
    if (counted_ && !fractions_)
      throw SpecError("line", "0, 1, … in order",
                      "a header or a point? As the rows below it are whole numbers too, nobody can "
                      "tell: name the columns x0, x1, …, or leave the line out",
                      Location{path_, first_, 1});
    if (rows_ == 0) throw SpecError("file", "no numbers", "lines of numbers", Location{path_});
    std::int64_t coordinates = 0;
    for (const Column& column : columns_) coordinates += column.is_coordinate();
    if (coordinates == 0)
      throw SpecError("columns", "no coordinate", "at least one beside weights and labels",
                      Location{path_, first_, 1});
    out_.x.shape = {rows_, coordinates};
    return std::move(out_);
  }

 private:
  struct Column {
    const CsvColumn* apart = nullptr;
    bool index = false;
    bool is_coordinate() const { return !apart && !index; }
  };

  Location place(const Field& field) const {
    const bool inside =
        field.text.data() >= line_.data() && field.text.data() <= line_.data() + line_.size();
    const auto column = inside ? field.text.data() - line_.data() : 0;
    return {path_, number_, static_cast<int>(column) + 1 - (field.quoted ? 1 : 0)};
  }
  SpecError mistake(const Field& field, std::size_t i, const std::string& value,
                    const std::string& allowed, const char* what = "field") const {
    return {fmt::format("{} {}", what, i + 1), value, allowed, place(field)};
  }

  std::vector<Field> split(std::string_view text) const try {
    return csv::fields_of(text, separator_);
  } catch (const SpecError& error) {
    throw error.at(Location{path_, number_, 1});
  }

  /// Takes the first line as a header if it is one.
  bool header(const std::vector<Field>& fields) {
    const std::string_view first = fields[0].text;
    const bool index =
        fields.size() > 1 && (first.empty() || first == "Unnamed: 0" || first == "index");
    std::size_t names = 0, counters = 0;
    for (std::size_t i = index ? 1 : 0; i < fields.size(); ++i) {
      const std::string_view text = fields[i].text;
      if (csv::is_name(text))
        ++names;
      else if (csv::is_counter(text) && text == fmt::format("{}", counters))
        ++counters;
      else if (names > 0 && text.empty())
        throw mistake(fields[i], i, "''", "a name: a separator too many in the header?", "column");
      else
        return false;
    }
    counted_ = names == 0 && !index;
    name_columns(fields, index);
    return true;
  }

  /// The last # line before the first row, where it names a column apart.
  bool remarked_header(std::size_t count) {
    const std::vector<Field> fields = remark_fields();
    const auto is_apart = [&](const Field& field) {
      return std::any_of(apart_.begin(), apart_.end(),
                         [&](const CsvColumn& column) { return looks_like(field.text, column); });
    };
    if (fields.size() != count || std::none_of(fields.begin(), fields.end(), is_apart))
      return false;
    name_columns(fields, false);
    return true;
  }
  std::vector<Field> remark_fields() const try {
    return csv::fields_of(remark_, separator_);
  } catch (const SpecError&) {
    return {};  // prose
  }

  void name_columns(const std::vector<Field>& fields, bool index) {
    first_ = number_;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      Column column{nullptr, index && i == 0};
      for (const CsvColumn& apart : apart_)
        if (fields[i].text == apart.name) column.apart = &apart;
      if (column.is_coordinate()) refuse_misspelled(fields[i], i);
      if (column.apart && std::any_of(columns_.begin(), columns_.end(), [&](const Column& other) {
            return other.apart == column.apart;
          }))
        throw mistake(fields[i], i, printable(fields[i].text), "a name that no other column has",
                      "column");
      columns_.push_back(column);
    }
  }

  void refuse_misspelled(const Field& field, std::size_t i) const {
    std::vector<std::string> known;
    bool similar = false;
    for (const CsvColumn& apart : apart_) {
      known.push_back(apart.name);
      similar = similar || looks_like(field.text, apart);
    }
    if (similar)
      throw mistake(field, i, printable(field.text),
                    fmt::format("{}; a coordinate needs a name that does not look like one of them",
                                fmt::join(known, ", ")),
                    "column");
  }

  void row(const std::vector<Field>& fields) {
    if (first_ == 0) first_ = number_;
    if (fields.size() != columns_.size())
      throw SpecError("line", fmt::format("{} fields", fields.size()),
                      fmt::format("{}, as in line {}", columns_.size(), first_),
                      Location{path_, number_, 1});
    ++rows_;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const Column& column = columns_[i];
      const CsvColumn* apart = column.apart;
      if (column.index)
        count(fields[i]);
      else if (!apart)
        out_.x.values.push_back(number(fields, i, {}));
      else if (apart->kind == CsvColumn::Kind::label)
        out_.texts[apart->name].push_back(label(fields[i], i));
      else
        out_.numbers[apart->name].push_back(apart->kind == CsvColumn::Kind::whole
                                                ? whole(fields[i], i)
                                                : number(fields, i, *apart));
    }
    if (static_cast<std::int64_t>(out_.x.values.size()) > max_input_values)
      throw SpecError("file", "too many numbers", fmt::format("at most {}", max_input_values),
                      Location{path_});
  }

  double number(const std::vector<Field>& fields, std::size_t i, const CsvColumn& column) {
    const Field& field = fields[i];
    const auto value = parse_number(field.text);
    if (!value)
      throw mistake(field, i, printable(field.text),
                    csv::wanted_number(field.text, i + 1 == fields.size()));
    if (!std::isfinite(*value) &&
        !(column.kind == CsvColumn::Kind::log_weight && *value == -infinity)) {
      const bool digits = std::any_of(field.text.begin(), field.text.end(),
                                      [](char c) { return c >= '0' && c <= '9'; });
      throw mistake(field, i, digits ? printable(field.text) : fmt::format("{}", *value),
                    digits ? "a finite number: the largest double is 1.8e308" : "a finite number");
    }
    fractions_ = fractions_ || !csv::is_counter(field.text);
    return *value;
  }

  double whole(const Field& field, std::size_t i) const {
    const auto value = parse_number(field.text);
    if (!value || !csv::is_counter(field.text))
      throw mistake(field, i, printable(field.text), "a whole number ≥ 0");
    return *value;
  }

  std::string label(const Field& field, std::size_t i) const {
    if (field.text.empty()) throw mistake(field, i, "''", "a label");
    return std::string(field.text);
  }

  /// The index of pandas and the row names of R: from 0 or 1 upwards.
  void count(const Field& field) {
    const auto value = parse_number(field.text);
    if (rows_ == 1 && value) start_ = *value;
    if (!value || (start_ != 0 && start_ != 1) || *value != start_ + static_cast<double>(rows_ - 1))
      throw mistake(field, 0, printable(field.text),
                    "the number of the row, as the column has no name but 'index' or none: leave "
                    "it out (pandas: to_csv(index=False)) or name it");
  }

  std::string path_;
  const std::vector<CsvColumn>& apart_;
  CsvNumbers out_;
  std::vector<Column> columns_;  // known from a header or the first row
  std::int64_t rows_ = 0;
  int number_ = 0, first_ = 0;  // this line; the line that columns_ is known from
  std::string_view line_;
  std::string remark_;      // the last # line before the first row
  char separator_ = '\0';   // known from the first line that is no comment
  bool counted_ = false;    // the first line reads 0, 1, …
  bool fractions_ = false;  // some number is no plain whole one
  double start_ = 0;        // of the index column
};

}  // namespace

CsvNumbers read_csv(const std::filesystem::path& path, const std::vector<CsvColumn>& apart) {
  const std::vector<std::byte> bytes = read_user_file(path, largest_text);
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
    throw SpecError("file", "text in UTF-16", "text in UTF-8", Location{path.string()});
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a byte order mark
  const char newline = text.find('\n') == text.npos ? '\r' : '\n';
  Reader reader(path, apart);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(newline), text.size());
    reader.line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return reader.finish();
}

}  // namespace plumbline
