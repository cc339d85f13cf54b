// Named arrays of an HDF5 file, with what its attributes say of the numbers.
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "core/errors.hpp"
#include "io/hdf5/hdf5.hpp"
#include "io/hdf5/quarantine.hpp"
#include "io/user/array_source.hpp"

namespace plumbline {
namespace {

using hdf5::Handle;

/// Conventions of netCDF and CF under which the stored numbers are not the meant ones.
void refuse_packed(const Handle& dataset) {
  for (const auto& [name, neutral] : {std::pair{"scale_factor", 1.0}, {"add_offset", 0.0}}) {
    if (!hdf5::has_attribute(dataset, name)) continue;
    const double value = hdf5::read_real_attribute(dataset, name);
    if (value != neutral)
      throw IoError(fmt::format("{} has {} = {:.6g}, packed numbers: write them as they are",
                                dataset.name(), name, value));
  }
}

void refuse_missing(const Handle& dataset, const std::vector<double>& values) {
  for (const char* name : {"_FillValue", "missing_value"}) {
    if (!hdf5::has_attribute(dataset, name)) continue;
    const double fill = hdf5::read_real_attribute(dataset, name);
    for (std::size_t i = 0; i < values.size(); ++i)
      if (values[i] == fill)
        throw IoError(fmt::format("{} has a missing value, number {} of it: {:.6g} is its {}",
                                  dataset.name(), i, fill, name));
  }
}

/// What a group holds under a name, before any value is read.
struct Member {
  std::string name, kind;
  std::int64_t is_scale = 0, numbers = 0, texts = 0;
  std::vector<std::int64_t> shape;
  std::int64_t count = 0;
  std::string trouble;  ///< why it cannot be opened; "" when it can
};

StoredArray read_array(const Handle& dataset) {
  const hdf5::Extent extent = hdf5::extent(dataset);
  refuse_packed(dataset);
  StoredArray out{{extent.shape, hdf5::read_reals(dataset, max_input_values)}};
  if (extent.kind == hdf5::Kind::real && extent.bytes <= 4) out.epsilon = 0x1p-23;
  refuse_missing(dataset, out.values);
  return out;
}

std::optional<std::string> read_text(const Handle& group, const std::string& name) {
  if (hdf5::has_attribute(group, name)) return hdf5::read_text_attribute(group, name);
  if (hdf5::kind_of(group, name) != "dataset") return std::nullopt;
  const std::vector<std::string> texts = hdf5::read_texts(hdf5::open_dataset(group, name), 1);
  return texts.empty() ? std::nullopt : std::optional(texts.front());
}

Member look_at(const Handle& group, const std::string& name) {
  Member member{name, hdf5::kind_of(group, name), 0, 0, 0, {}, 0, ""};
  if (member.kind != "dataset") return member;
  try {
    const Handle dataset = hdf5::open_dataset(group, name);
    member.is_scale = hdf5::is_scale(dataset);
    const hdf5::Extent extent = hdf5::extent(dataset);
    member.numbers = extent.kind == hdf5::Kind::real || extent.kind == hdf5::Kind::integer;
    member.texts = extent.kind == hdf5::Kind::text;
    member.shape = extent.shape;
    member.count = extent.count;
  } catch (const IoError& error) {
    member.trouble = error.what();
  }
  return member;
}

void fields(auto& walk, auto& member) {
  walk.text(member.name);
  walk.text(member.kind);
  for (auto* number : {&member.is_scale, &member.numbers, &member.texts, &member.count})
    walk.whole(*number);
  walk.list(member.shape, [&](auto& size) { walk.whole(size); });
  walk.text(member.trouble);
}

/// "a" and "b" of "/a//./b/".
std::vector<std::string> parts_of(const std::string& path) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    if (const std::string part = path.substr(at, end - at); !part.empty() && part != ".")
      parts.push_back(part);
    at = end + 1;
  }
  return parts;
}

/// All that touches the file is done by child processes, each of which opens it anew.
class Hdf5Source final : public ArraySource {
 public:
  Hdf5Source(std::filesystem::path path, std::vector<std::string> groups)
      : path_(std::move(path)), groups_(std::move(groups)) {
    Unpacking found = in_child([](const Handle& group, Packing& packing) {
      std::vector<Member> members;
      for (const std::string& name : hdf5::list(group)) members.push_back(look_at(group, name));
      packing.list(members, [&](const Member& member) { fields(packing, member); });
    });
    found.list(members_, [&](Member& member) { fields(found, member); });
  }

  std::vector<std::string> names() const override {
    std::vector<std::string> names;
    for (const Member& member : members_) {
      if (!member.trouble.empty()) throw IoError(member.trouble);
      if (!member.is_scale) names.push_back(member.name);
    }
    return names;
  }

  std::string kind_of(const std::string& name) const override {
    const std::optional<Member> member = find(name);
    return member ? member->kind : "";
  }

  std::unique_ptr<ArraySource> in_group(const std::string& name) const override {
    return std::make_unique<Hdf5Source>(below(parts_of(name)));
  }

  Promise promise(const std::string& name) const override {
    const Member member = at(name);
    return {member.numbers != 0, member.texts != 0, member.shape, member.count};
  }

  StoredArray read(const std::string& name) const override {
    Unpacking found = in_child([&](const Handle& group, Packing& packing) {
      StoredArray array = read_array(hdf5::open_dataset(group, name));
      packing.reals(std::move(array.values));
      packing.list(array.shape, [&](std::int64_t size) { packing.whole(size); });
      packing.whole(array.epsilon > 0x1p-52);
    });
    StoredArray array;
    found.reals(array.values);
    found.list(array.shape, [&](std::int64_t& size) { found.whole(size); });
    std::int64_t is_single = 0;
    found.whole(is_single);
    if (is_single) array.epsilon = 0x1p-23;
    if (array.shape != at(name).shape ||
        hdf5::count_of(array.shape) != static_cast<std::int64_t>(array.values.size()))
      throw IoError(
          fmt::format("cannot read {} of {}: it changes while it is read", name, path_.string()));
    return array;
  }

  std::optional<double> attribute(const std::string& name) const override {
    Unpacking found = in_child([&](const Handle& group, Packing& packing) {
      std::optional<double> value;
      if (hdf5::has_attribute(group, name)) value = hdf5::read_real_attribute(group, name);
      packing.optional(value, [&](double number) { packing.real(number); });
    });
    std::optional<double> value;
    found.optional(value, [&](double& number) { found.real(number); });
    return value;
  }

  std::vector<std::string> read_texts(const std::string& name) const override {
    Unpacking found = in_child([&](const Handle& group, Packing& packing) {
      packing.list(hdf5::read_texts(hdf5::open_dataset(group, name), max_input_values),
                   [&](const std::string& text) { packing.text(text); });
    });
    std::vector<std::string> texts;
    found.list(texts, [&](std::string& text) { found.text(text); });
    return texts;
  }

  std::optional<std::string> text(const std::string& name) const override {
    Unpacking found = in_child([&](const Handle& group, Packing& packing) {
      packing.optional(read_text(group, name),
                       [&](const std::string& text) { packing.text(text); });
    });
    std::optional<std::string> value;
    found.optional(value, [&](std::string& text) { found.text(text); });
    return value;
  }

 private:
  /// What `read` packs of the group.
  template <class Read>
  Unpacking in_child(const Read& read) const {
    return Unpacking(hdf5::read_in_child(path_, [&](Packing& packing) {
      const Handle file = hdf5::open_file(path_);
      Handle group = hdf5::open_root(file);
      for (const std::string& name : groups_) group = hdf5::open_group(group, name);
      read(group, packing);
    }));
  }

  Hdf5Source below(const std::vector<std::string>& further) const {
    std::vector<std::string> groups = groups_;
    groups.insert(groups.end(), further.begin(), further.end());
    return {path_, std::move(groups)};
  }

  /// `name` may lead through groups: "posterior/means", or "/posterior/means" of the root.
  std::optional<Member> find(const std::string& name) const {
    const std::vector<std::string> parts = parts_of(name);
    std::optional<Member> found;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (i > 0 && found->kind != "group") return {};
      const std::vector<std::string> above(parts.begin(),
                                           parts.begin() + static_cast<std::ptrdiff_t>(i));
      found = i == 0 ? child(parts[0]) : below(above).child(parts[i]);
      if (!found) return {};
    }
    return found;
  }
  std::optional<Member> child(const std::string& name) const {
    for (const Member& member : members_)
      if (member.name == name) return member;
    return {};
  }

  Member at(const std::string& name) const {
    std::optional<Member> member = find(name);
    if (!member) throw IoError(fmt::format("cannot open {}: {} has none", name, path_.string()));
    if (!member->trouble.empty()) throw IoError(member->trouble);
    return *std::move(member);
  }

  std::filesystem::path path_;
  std::vector<std::string> groups_;  ///< from the root
  std::vector<Member> members_;
};

}  // namespace

std::unique_ptr<ArraySource> open_hdf5_source(const std::filesystem::path& path) {
  return std::make_unique<Hdf5Source>(path, std::vector<std::string>{});
}

}  // namespace plumbline
