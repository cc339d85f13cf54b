// Named arrays → one durable file with dimension scales.
#include "io/user/array_file.hpp"

#include <map>

#include "core/errors.hpp"
#include "io/hdf5/labelled_group.hpp"
#include "io/parts/durable.hpp"

namespace plumbline {
namespace {

/// "a/b" and "c" of "a/b/c".
std::string group_of(const std::string& name) {
  const std::size_t slash = name.rfind('/');
  return slash == name.npos ? "" : name.substr(0, slash);
}
std::string leaf_of(const std::string& name) {
  return name.substr(name.rfind('/') + 1);
}

/// The groups of a file by path, made with their parents when first asked for.
class Groups {
 public:
  explicit Groups(const hdf5::Handle& file) : file_(file) {}

  LabelledGroup& at(const std::string& path) {
    if (const auto found = groups_.find(path); found != groups_.end()) return found->second;
    if (path.empty()) return groups_.emplace(path, LabelledGroup::root(file_)).first->second;
    const std::string parent = group_of(path);
    const hdf5::Handle& above = parent.empty() ? file_ : at(parent).handle();
    return groups_.emplace(path, LabelledGroup(above, leaf_of(path))).first->second;
  }

 private:
  const hdf5::Handle& file_;
  std::map<std::string, LabelledGroup> groups_;
};

}  // namespace

void ArrayFile::attribute(const std::string& name, const std::string& value) {
  attributes_.emplace_back(name, value);
}

void ArrayFile::add(const std::string& name, const Dimensions& dimensions,
                    const std::vector<std::int64_t>& shape, std::vector<double> values,
                    const std::string& long_name) {
  PLUMBLINE_REQUIRE(dimensions.size() == shape.size(), "{}: {} dimensions, {} sizes", name,
                    dimensions.size(), shape.size());
  entries_.push_back(
      {group_of(name), leaf_of(name), dimensions, shape, std::move(values), long_name});
}

void ArrayFile::add(const std::string& name, const Dimensions& dimensions,
                    const std::vector<std::int64_t>& values, const std::string& long_name) {
  const auto size = static_cast<std::int64_t>(values.size());
  PLUMBLINE_REQUIRE(dimensions.size() == 1, "{}: a list has one dimension", name);
  entries_.push_back({group_of(name), leaf_of(name), dimensions, {size}, values, long_name});
}

void ArrayFile::add(NamedArray array) {
  PLUMBLINE_REQUIRE(array.dimensions.size() == array.shape.size(), "{}: {} dimensions, {} sizes",
                    array.name, array.dimensions.size(), array.shape.size());
  entries_.push_back({group_of(array.name), leaf_of(array.name), std::move(array.dimensions),
                      std::move(array.shape), std::move(array.values), std::move(array.long_name)});
}

void ArrayFile::coordinate(const std::string& group, const std::string& dimension,
                           const AxisValues& values, const std::string& long_name) {
  coordinates_.insert_or_assign({group, dimension}, Labels{values, long_name});
}

void ArrayFile::add(const std::string& name, const Dimensions& dimensions, const HostVector& values,
                    const std::string& long_name) {
  add(name, dimensions, {values.size()},
      std::vector<double>(values.data(), values.data() + values.size()), long_name);
}

void ArrayFile::add(const std::string& name, const Dimensions& dimensions, const HostMatrix& values,
                    const std::string& long_name) {
  add(name, dimensions, {values.rows(), values.cols()},
      std::vector<double>(values.data(), values.data() + values.size()), long_name);
}

void ArrayFile::add(const std::string& name, double value, const std::string& long_name) {
  add(name, Dimensions{}, {}, {value}, long_name);
}

void ArrayFile::write(const std::filesystem::path& path) const {
  hdf5::MemoryFile memory(path.string(), std::size_t{1} << 20);
  const hdf5::Handle& file = memory.file();
  for (const auto& [name, value] : attributes_) hdf5::write_attribute(file, name, value);
  {
    Groups groups(file);
    std::map<std::pair<std::string, std::string>, std::int64_t> sizes;
    for (const Entry& entry : entries_) {
      LabelledGroup& group = groups.at(entry.group);
      for (std::size_t i = 0; i < entry.shape.size(); ++i) {
        const std::pair key = {entry.group, entry.dimensions[i]};
        const auto [known, is_new] = sizes.try_emplace(key, entry.shape[i]);
        PLUMBLINE_REQUIRE(known->second == entry.shape[i], "{} has two sizes", known->first.second);
        if (!is_new) continue;
        const auto labels = coordinates_.find(key);
        if (labels == coordinates_.end())
          group.dimension(entry.dimensions[i], entry.shape[i]);
        else
          group.dimension(entry.dimensions[i], labels->second.values, labels->second.long_name);
      }
      const hdf5::Handle variable = std::visit(
          [&](const auto& values) { return group.variable(entry.name, entry.dimensions, values); },
          entry.values);
      if (!entry.long_name.empty()) hdf5::write_attribute(variable, "long_name", entry.long_name);
    }
  }
  write_durably(path, {memory.finish()});
}

}  // namespace plumbline
