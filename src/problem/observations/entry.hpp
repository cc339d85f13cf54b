// How an observation enters the catalogue: one file with `Settings` (its field list), the class,
// and a factory, and one line in catalogue.def.
#pragma once

#include <functional>

#include "core/settings.hpp"
#include "problem/observation.hpp"

namespace plumbline {

/// A target that an observation can give, in the words of messages, and what it has.
struct ObservationTarget {
  std::string name;
  std::vector<Capability> capabilities;
};

/// A catalogue entry, type-erased.
struct ObservationEntry {
  std::string name;
  std::string summary;         ///< one line
  std::string reference = {};  ///< "Author year, section n"; "" where nobody's
  /// Settings that observe a z in the plane under a prior of four components, as a sweep file
  /// writes them behind the kind: `observed = [1], y = "draw"`. What `describe` shows and the
  /// contract suite runs on.
  std::string example = {};
  std::vector<ObservationTarget> targets;  ///< one, but for a kind that gives several
  std::vector<FieldDoc> fields = {};
  /// The observation of a table; y is 0 where it is to be drawn. What is random in the operator
  /// itself comes from `rng`. SpecError on bad settings.
  std::function<ObservationPtr(const Table&, const GaussianMixture& prior, const Rng& rng)> make =
      {};
  /// The table as written, then every default that it leaves out.
  std::function<Table(const Table&)> resolved = {};
};

/// For `struct Settings` with a field list and
///     ObservationPtr make(const GaussianMixture& prior, const Rng& rng) const;
template <class Settings>
ObservationEntry observation_entry(ObservationEntry entry) {
  static const auto read = [](const Table& table) {
    Settings settings{};
    read_settings(settings, table, {"kind"});
    return settings;
  };
  entry.fields = describe_settings<Settings>();
  entry.make = [](const Table& table, const GaussianMixture& prior, const Rng& rng) {
    return read(table).make(prior, rng);
  };
  entry.resolved = [](const Table& table) {
    Table out = table;
    for (Member& member : write_settings(read(table)).members)
      if (!table.find(member.key)) out.set(member.key, std::move(member.value));
    return out;
  };
  return entry;
}

/// Every observation, in the order of catalogue.def.
const std::vector<ObservationEntry>& observation_catalogue();

/// What a problem's observation has: what the catalogue promises of its target; of one that is made
/// in C++ and in no catalogue, what it shows.
std::vector<Capability> capabilities(const Problem& problem);
/// What an observation shows by itself, whatever is promised.
std::vector<Capability> shown_capabilities(const Problem& problem);

// ---- field types --------------------------------------------------------------------------------

/// A value, or a word that stands for one that is drawn: y = [1.5], y = "draw".
template <class T>
struct OrDraw {
  T value{};
  bool drawn = false;

  static std::string type_text() { return settings::type_text<T>() + ", or \"draw\""; }
};
bool is_word(const Value& v, const char* word);
/// The mistake in reading `v` as something else, which might have been the word.
SpecError or_word(const SpecError& mistake, const std::string& key, const Value& v,
                  const char* word);
template <class T>
void read(const std::string& key, const Value& v, OrDraw<T>& out, const Range& range) {
  out.drawn = is_word(v, "draw");
  if (out.drawn) return;
  try {
    settings::read(key, v, out.value, range);
  } catch (const SpecError& mistake) {
    throw or_word(mistake, key, v, "draw");
  }
}
template <class T>
Value write(const OrDraw<T>& field) {
  return field.drawn ? Value{std::string("draw")} : settings::write(field.value);
}

/// What a setting without a default holds. SpecError(key) where it was not given; `allowed` says
/// what it should be.
template <class T>
const T& needed(const char* key, const std::optional<T>& setting, const char* allowed) {
  if (!setting) throw SpecError(key, "", std::string("is needed: ") + allowed);
  return *setting;
}

using RealRows = std::vector<std::vector<Real>>;
/// SpecError("key") unless there is a number, ("key[i]") unless all rows are as long as the first.
HostMatrix matrix_of(const char* key, const RealRows& rows);
HostVector vector_of(const std::vector<Real>& numbers);
/// y as given [m], or zeros to be replaced by a draw.
HostVector given_or_zero(const std::optional<OrDraw<std::vector<Real>>>& y, Index m);

// ---- checks -------------------------------------------------------------------------------------

void require_finite(const char* key, const HostVector& v);  ///< SpecError("key[i]")
void require_finite(const char* key, const HostMatrix& m);  ///< SpecError("key[i][j]")
/// SpecError("y") unless y has m numbers, "one per `what`".
void require_size(const HostVector& y, Index m, const char* what);

// ---- arrays -------------------------------------------------------------------------------------

NamedArray named(const std::string& name, const std::vector<std::string>& dimensions,
                 const HostVector& values, const std::string& long_name);
NamedArray named(const std::string& name, const std::vector<std::string>& dimensions,
                 const HostMatrix& values, const std::string& long_name);
NamedArray named(const std::string& name, const std::vector<std::string>& dimensions,
                 const std::vector<int>& values, const std::string& long_name);
NamedArray named(const std::string& name, Real value, const std::string& long_name);  ///< scalar

}  // namespace plumbline
