// Named arrays → one durable file with dimension scales.
#include "io/array_file.hpp"

#include <map>

#include "core/errors.hpp"
#include "io/durable.hpp"
#include "io/labelled_group.hpp"

namespace plumbline {

void ArrayFile::attribute(const std::string& name, const std::string& value) {
  attributes_.emplace_back(name, value);
}

void ArrayFile::add(const std::string& name, const Dimensions& dimensions,
                    const std::vector<std::int64_t>& shape, std::vector<double> values,
                    const std::string& long_name) {
  PLUMBLINE_REQUIRE(dimensions.size() == shape.size(), "{}: {} dimensions, {} sizes", name,
                    dimensions.size(), shape.size());
  const std::size_t slash = name.find('/');
  const bool grouped = slash != std::string::npos;
  entries_.push_back({grouped ? name.substr(0, slash) : "", grouped ? name.substr(slash + 1) : name,
                      dimensions, shape, std::move(values), long_name});
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
    std::map<std::string, LabelledGroup> groups;
    std::map<std::pair<std::string, std::string>, std::int64_t> sizes;
    for (const Entry& entry : entries_) {
      auto found = groups.find(entry.group);
      if (found == groups.end())
        found = groups
                    .emplace(entry.group, entry.group.empty() ? LabelledGroup::root(file)
                                                              : LabelledGroup(file, entry.group))
                    .first;
      LabelledGroup& group = found->second;
      for (std::size_t i = 0; i < entry.shape.size(); ++i) {
        const auto [known, is_new] =
            sizes.try_emplace({entry.group, entry.dimensions[i]}, entry.shape[i]);
        PLUMBLINE_REQUIRE(known->second == entry.shape[i], "{} has two sizes", known->first.second);
        if (is_new) group.dimension(entry.dimensions[i], entry.shape[i]);
      }
      const hdf5::Handle variable = group.variable(entry.name, entry.dimensions, entry.values);
      if (!entry.long_name.empty()) hdf5::write_attribute(variable, "long_name", entry.long_name);
    }
  }
  write_durably(path, {memory.finish()});
}

}  // namespace plumbline
