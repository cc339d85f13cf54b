// Rules as attributes, perturbed sets as a table sets × metrics.
#include "io/result/look_group.hpp"

#include "core/errors.hpp"
#include "io/hdf5/labelled_group.hpp"
#include "io/hdf5/quarantine.hpp"
#include "io/parts/durable.hpp"
#include "io/parts/record_fields.hpp"
#include "io/result/result_file.hpp"

namespace plumbline {
namespace {

using hdf5::Handle;

void write_sets(LabelledGroup& group, const LookRecord& look) {
  std::vector<std::string> key, aspect;
  std::vector<double> size, value;
  std::vector<std::int64_t> number;
  for (const PerturbedSet& set : look.sets) {
    PLUMBLINE_REQUIRE(set.value.size() == look.metrics.size(), "{} values of {} metrics",
                      set.value.size(), look.metrics.size());
    key.push_back(set.key);
    aspect.push_back(set.aspect);
    size.push_back(set.size);
    number.push_back(set.number);
    value.insert(value.end(), set.value.begin(), set.value.end());
  }
  group.dimension("set", static_cast<std::int64_t>(look.sets.size()),
                  "a set of exact draws that are wrong by a known amount");
  group.dimension("metric", look.metrics, "metrics that were measured");
  const auto describe = [](const Handle& variable, const std::string& long_name) {
    hdf5::write_attribute(variable, "long_name", long_name);
  };
  describe(group.variable("key", {"set"}, key), "of problem, metrics, draws and seed");
  describe(group.variable("aspect", {"set"}, aspect), "in what the draws are wrong");
  describe(group.variable("size", {"set"}, size), "by how much, in the aspect's unit");
  describe(group.variable("number", {"set"}, number), "of its kind");
  describe(group.variable("value", {"set", "metric"}, value), "the metrics of the set");
}

void read_sets(const Handle& group, LookRecord& look) {
  const auto column = [&](const char* name) { return hdf5::open_dataset(group, name); };
  look.metrics = hdf5::read_texts(column("metric"));
  const std::vector<std::string> key = hdf5::read_texts(column("key"));
  const std::vector<std::string> aspect = hdf5::read_texts(column("aspect"));
  const std::vector<double> size = hdf5::read_reals(column("size"));
  const std::vector<double> value = hdf5::read_reals(column("value"));
  const std::vector<std::int64_t> number = hdf5::read_integers(column("number"));
  const std::size_t sets = key.size(), metrics = look.metrics.size();
  if (aspect.size() != sets || size.size() != sets || number.size() != sets ||
      value.size() != sets * metrics)
    throw IoError("cannot read " + group.name() + ": its arrays do not fit together");
  for (std::size_t i = 0; i < sets; ++i) {
    const auto first = value.begin() + static_cast<std::ptrdiff_t>(i * metrics);
    look.sets.push_back({key[i],
                         aspect[i],
                         size[i],
                         number[i],
                         {first, first + static_cast<std::ptrdiff_t>(metrics)}});
  }
}

}  // namespace

void write_look(const Handle& file, const LookRecord& look) {
  LabelledGroup group(file, "look");
  hdf5::write_attribute(group.handle(), "judged", look.judged);
  hdf5::write_attribute(group.handle(), "rules", look.rules);
  if (!look.sets.empty()) write_sets(group, look);
}

void write_look_file(const std::filesystem::path& path, const LookRecord& look) {
  hdf5::MemoryFile memory(path.string(), std::size_t{1} << 16);
  write_look(memory.file(), look);
  write_durably(path, {memory.finish()});
}

std::optional<LookRecord> read_look_file(const std::filesystem::path& path) try {
  if (!std::filesystem::is_regular_file(path)) return std::nullopt;
  Unpacking found(hdf5::read_in_child(path, [&](Packing& packing) {
    packing.optional(read_look(hdf5::open_file(path)),
                     [&](const LookRecord& look) { pack(look, packing); });
  }));
  std::optional<LookRecord> look;
  found.optional(look, [&](LookRecord& record) { unpack(found, record); });
  return look;
} catch (const std::exception&) {
  return std::nullopt;
}

std::optional<LookRecord> read_look(const Handle& file) {
  if (hdf5::kind_of(file, "look") != "group") return std::nullopt;
  const Handle group = hdf5::open_group(file, "look");
  LookRecord look;
  look.judged = hdf5::read_text_attribute(group, "judged");
  look.rules = hdf5::read_texts_attribute(group, "rules");
  if (hdf5::kind_of(group, "key") == "dataset") read_sets(group, look);
  return look;
}

}  // namespace plumbline
