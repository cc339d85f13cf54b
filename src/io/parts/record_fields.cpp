// A list of fields per record, for writing and reading.
#include "io/parts/record_fields.hpp"

#include <concepts>
#include <type_traits>

namespace plumbline {
namespace {

/// A record to write (const) or to fill.
template <class Record, class Type>
concept of = std::same_as<std::remove_const_t<Record>, Type>;

template <class Walk>
void fields(Walk& walk, of<Series> auto& series) {
  walk.text(series.name);
  walk.reals(series.value);
  walk.reals(series.se);
}

template <class Walk>
void fields(Walk& walk, of<Samples> auto& samples) {
  walk.whole(samples.n);
  walk.whole(samples.d);
  walk.reals(samples.x);
  walk.reals(samples.log_w);
}

template <class Walk>
void fields(Walk& walk, of<NullRecord> auto& null) {
  walk.whole(null.problem);
  walk.text(null.hash);
  walk.list(null.metrics, [&](auto& series) { fields(walk, series); });
}

template <class Walk>
void fields(Walk& walk, of<CellRecord> auto& cell) {
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

template <class Walk>
void fields(Walk& walk, of<PerturbedSet> auto& set) {
  walk.text(set.key);
  walk.text(set.aspect);
  walk.real(set.size);
  walk.whole(set.number);
  walk.reals(set.value);
}

template <class Walk>
void fields(Walk& walk, of<LookRecord> auto& look) {
  const auto text = [&](auto& each) { walk.text(each); };
  walk.text(look.judged);
  walk.list(look.rules, text);
  walk.list(look.metrics, text);
  walk.list(look.sets, [&](auto& set) { fields(walk, set); });
}

}  // namespace

void pack(const CellRecord& record, Packing& packing) {
  fields(packing, record);
}
void pack(const NullRecord& record, Packing& packing) {
  fields(packing, record);
}
void pack(const LookRecord& record, Packing& packing) {
  fields(packing, record);
}

void unpack(Unpacking& unpacking, CellRecord& record) {
  fields(unpacking, record);
}
void unpack(Unpacking& unpacking, NullRecord& record) {
  fields(unpacking, record);
}
void unpack(Unpacking& unpacking, LookRecord& record) {
  fields(unpacking, record);
}

}  // namespace plumbline
