// The field list of a record, and the two that walk it.
#include "io/parts/flat.hpp"

#include <algorithm>
#include <iterator>

#include "core/errors.hpp"

namespace plumbline {
namespace {

template <class Walk, class Record>
void fields(Walk& walk, Record& series) requires requires {
  series.value;
}
{
  walk.text(series.name);
  walk.reals(series.value);
  walk.reals(series.se);
}

template <class Walk, class Record>
void fields(Walk& walk, Record& samples) requires requires {
  samples.log_w;
}
{
  walk.whole(samples.n);
  walk.whole(samples.d);
  walk.reals(samples.x);
  walk.reals(samples.log_w);
}

template <class Walk, class Record>
void fields(Walk& walk, Record& null) requires requires {
  null.problem;
}
{
  walk.whole(null.problem);
  walk.text(null.hash);
  walk.list(null.metrics, [&](auto& series) { fields(walk, series); });
}

template <class Walk, class Record>
void fields(Walk& walk, Record& cell) requires requires {
  cell.ess_path;
}
{
  walk.text(cell.label);
  walk.text(cell.hash);
  walk.whole(cell.cell);
  walk.list(cell.at, [&](auto& index) { walk.whole(index); });
  walk.list(cell.status, [&](auto& status) { walk.choice(status); });
  walk.list(cell.message, [&](auto& message) { walk.text(message); });
  walk.list(cell.metrics, [&](auto& series) { fields(walk, series); });
  walk.list(cell.extras, [&](auto& series) { fields(walk, series); });
  walk.optional(cell.samples, [&](auto& samples) { fields(walk, samples); });
  walk.reals(cell.ess_path);
}

struct Giving {
  Flat& flat;

  void whole(std::int64_t number) { flat.whole.push_back(number); }
  void text(const std::string& text) {
    whole(static_cast<std::int64_t>(text.size()));
    flat.text += text;
  }
  void reals(const std::vector<double>& values) {
    whole(static_cast<std::int64_t>(values.size()));
    flat.real.insert(flat.real.end(), values.begin(), values.end());
  }
  void choice(Status status) { whole(static_cast<std::int64_t>(status)); }
  template <class T, class Each>
  void list(const std::vector<T>& values, const Each& each) {
    whole(static_cast<std::int64_t>(values.size()));
    for (const T& value : values) each(value);
  }
  template <class T, class Each>
  void optional(const std::optional<T>& value, const Each& each) {
    whole(value.has_value());
    if (value) each(*value);
  }
};

[[noreturn]] void refuse() {
  throw IoError("cannot read a part: its arrays do not fit together");
}

}  // namespace

struct Taking {
  Unpacker& from;

  std::int64_t next() {
    if (from.whole_ == from.flat_.whole.size()) refuse();
    return from.flat_.whole[from.whole_++];
  }
  /// A length of what there are at most `most` of.
  std::size_t length(std::size_t most) {
    const std::int64_t found = next();
    if (found < 0 || static_cast<std::size_t>(found) > most) refuse();
    return static_cast<std::size_t>(found);
  }
  void whole(std::int64_t& number) { number = next(); }
  void text(std::string& text) {
    const std::size_t size = length(from.flat_.text.size() - from.text_);
    text = from.flat_.text.substr(from.text_, size);
    from.text_ += size;
  }
  void reals(std::vector<double>& values) {
    const std::size_t size = length(from.flat_.real.size() - from.real_);
    const auto first = from.flat_.real.begin() + static_cast<std::ptrdiff_t>(from.real_);
    values.assign(first, first + static_cast<std::ptrdiff_t>(size));
    from.real_ += size;
  }
  void choice(Status& status) {
    const std::int64_t found = next();
    if (found < 0 || found >= static_cast<std::int64_t>(names(Status{}).size())) refuse();
    status = static_cast<Status>(found);
  }
  template <class T, class Each>
  void list(std::vector<T>& values, const Each& each) {
    values.resize(length(from.flat_.whole.size() - from.whole_));  // each takes at least one
    for (T& value : values) each(value);
  }
  template <class T, class Each>
  void optional(std::optional<T>& value, const Each& each) {
    if (length(1) == 1) each(value.emplace());
  }
};

void pack(const CellRecord& record, Flat& flat) {
  Giving giving{flat};
  fields(giving, record);
}

void pack(const NullRecord& record, Flat& flat) {
  Giving giving{flat};
  fields(giving, record);
}

CellRecord Unpacker::cell() {
  CellRecord record;
  Taking taking{*this};
  fields(taking, record);
  return record;
}

NullRecord Unpacker::null() {
  NullRecord record;
  Taking taking{*this};
  fields(taking, record);
  return record;
}

}  // namespace plumbline
