// Datasets and attributes, read from files that may be anything: the extent is judged before memory
// is asked for, and nothing outside the file is followed.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "core/errors.hpp"
#include "io/hdf5/hdf5.hpp"

namespace plumbline::hdf5 {
namespace {

Shape shape_of(const Handle& space, const std::string& what) {
  const int kind = H5Sget_simple_extent_type(space.id());  // a file can hold what is no H5S_class_t
  if (kind == H5S_NULL) return {0};
  const int rank = checked(H5Sget_simple_extent_ndims(space.id()), what);
  std::vector<hsize_t> extents(static_cast<std::size_t>(rank));
  checked(H5Sget_simple_extent_dims(space.id(), extents.data(), nullptr), what);
  return {extents.begin(), extents.end()};
}

Kind kind_of_type(hid_t type, const std::string& what) {
  switch (checked(H5Tget_class(type), what)) {
    case H5T_FLOAT:
      return Kind::real;
    case H5T_INTEGER:
      return Kind::integer;
    case H5T_STRING:
      return Kind::text;
    default:
      return Kind::other;
  }
}

std::size_t size_of_type(hid_t type, const std::string& what) {
  const std::size_t size = H5Tget_size(type);
  if (size == 0) fail(what);
  return size;
}

/// An unfiltered dataset must have at least the bytes that its shape promises: a tiny file cannot
/// ask for gigabytes. Filtered ones are bounded by the limit alone.
void check_size(const Handle& dataset, const Extent& extent, hid_t type, std::int64_t limit) {
  const std::string what = "read " + dataset.name();
  if (extent.count < 0 || extent.count > limit)
    throw IoError(fmt::format("cannot {}: shape [{}] has more than {} values", what,
                              fmt::join(extent.shape, ", "), limit));
  const Handle creation(H5Dget_create_plist(dataset.id()), H5Pclose, "property list", what);
  if (checked(H5Pget_nfilters(creation.id()), what) > 0) return;
  const auto bytes = static_cast<hsize_t>(extent.count) * size_of_type(type, what);
  if (H5Dget_storage_size(dataset.id()) < bytes)
    throw IoError(fmt::format("cannot {}: shape [{}] promises more than the file holds", what,
                              fmt::join(extent.shape, ", ")));
}

template <class Number>
std::vector<Number> read_numbers(const Handle& dataset, std::int64_t limit, hid_t memory_type) {
  const Extent about = extent(dataset);
  if (about.kind != Kind::real && about.kind != Kind::integer)
    throw IoError("cannot read " + dataset.name() + ": it does not hold numbers");
  const std::string what = "read " + dataset.name();
  const Handle type(H5Dget_type(dataset.id()), H5Tclose, "type", what);
  check_size(dataset, about, type.id(), limit);
  std::vector<Number> values(static_cast<std::size_t>(about.count));
  if (!values.empty())
    checked(H5Dread(dataset.id(), memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), what);
  return values;
}

/// Strings of either storage through one reader: `read(type, buffer)` fills the buffer.
template <class Read>
std::vector<std::string> read_strings(const Handle& type, const Handle& space, std::size_t count,
                                      const std::string& what, const Read& read) {
  std::vector<std::string> texts(count);
  if (count == 0) return texts;
  if (checked(H5Tis_variable_str(type.id()), what) > 0) {
    std::vector<char*> pointers(count, nullptr);
    read(type.id(), pointers.data());
    for (std::size_t i = 0; i < count; ++i)
      if (pointers[i]) texts[i] = pointers[i];
    checked(H5Dvlen_reclaim(type.id(), space.id(), H5P_DEFAULT, pointers.data()), what);
    return texts;
  }
  const std::size_t width = size_of_type(type.id(), what);
  if (width > (std::size_t{1} << 20) || width * count > (std::size_t{1} << 31))
    throw IoError(fmt::format("cannot {}: strings of {} bytes", what, width));
  std::vector<char> characters(count * width);
  read(type.id(), characters.data());
  for (std::size_t i = 0; i < count; ++i) {
    texts[i].assign(characters.data() + i * width, width);
    texts[i].resize(std::min(texts[i].find('\0'), width));
    if (checked(H5Tget_strpad(type.id()), what) == H5T_STR_SPACEPAD)
      texts[i].resize(texts[i].find_last_not_of(' ') + 1);
  }
  return texts;
}

/// An opened attribute with its type and space.
struct Attribute {
  std::string what;
  Handle self, type, space;

  Attribute(const Handle& at, const std::string& name)
      : what(fmt::format("read attribute '{}' of {}", name, at.name())),
        self(H5Aopen(at.id(), name.c_str(), H5P_DEFAULT), H5Aclose, name, what),
        type(H5Aget_type(self.id()), H5Tclose, name, what),
        space(H5Aget_space(self.id()), H5Sclose, name, what) {}

  std::int64_t count(Kind kind, std::int64_t limit) const {
    const std::int64_t count = count_of(shape_of(space, what));
    if (kind_of_type(type.id(), what) != kind || count < 0 || count > limit)
      throw IoError(fmt::format("cannot {}: wrong type or size", what));
    return count;
  }
  /// Exactly one number, of a class that HDF5 converts.
  void require_number() const {
    const Kind kind = kind_of_type(type.id(), what);
    if (count_of(shape_of(space, what)) != 1 || (kind != Kind::real && kind != Kind::integer))
      throw IoError(fmt::format("cannot {}: it is not one number", what));
  }
};

}  // namespace

std::int64_t count_of(const Shape& shape) {
  std::int64_t count = 1;
  for (const std::int64_t extent : shape)
    if (extent < 0 || __builtin_mul_overflow(count, extent, &count)) return -1;
  return count;
}

Handle open_dataset(const Handle& group, const std::string& name) {
  const std::string path = path_of(group, name);
  if (const std::string kind = kind_of(group, name); kind != "dataset")
    throw IoError(fmt::format("cannot open dataset {}: {}", path,
                              kind.empty() ? "there is none" : "it is a " + kind));
  Handle dataset(H5Dopen2(group.id(), name.c_str(), H5P_DEFAULT), H5Dclose, path, "open " + path);
  const Handle creation(H5Dget_create_plist(dataset.id()), H5Pclose, "property list",
                        "inspect " + path);
  const std::string what = "inspect " + path;
  if (checked(H5Pget_layout(creation.id()), what) == H5D_VIRTUAL ||
      checked(H5Pget_external_count(creation.id()), what) > 0)
    throw IoError(fmt::format("cannot open dataset {}: its values are in other files", path));
  return dataset;
}

Extent extent(const Handle& dataset) {
  const std::string what = "inspect " + dataset.name();
  const Handle space(H5Dget_space(dataset.id()), H5Sclose, "space", what);
  const Handle type(H5Dget_type(dataset.id()), H5Tclose, "type", what);
  Extent out;
  out.shape = shape_of(space, what);
  out.count = count_of(out.shape);
  out.kind = kind_of_type(type.id(), what);
  out.bytes = size_of_type(type.id(), what);
  return out;
}

std::vector<double> read_reals(const Handle& dataset, std::int64_t limit) {
  return read_numbers<double>(dataset, limit, H5T_NATIVE_DOUBLE);
}

std::vector<std::int64_t> read_integers(const Handle& dataset, std::int64_t limit) {
  return read_numbers<std::int64_t>(dataset, limit, H5T_NATIVE_INT64);
}

std::vector<std::string> read_texts(const Handle& dataset, std::int64_t limit) {
  const Extent about = extent(dataset);
  const std::string what = "read " + dataset.name();
  if (about.kind != Kind::text)
    throw IoError("cannot read " + dataset.name() + ": it does not hold strings");
  const Handle type(H5Dget_type(dataset.id()), H5Tclose, "type", what);
  const Handle space(H5Dget_space(dataset.id()), H5Sclose, "space", what);
  check_size(dataset, about, type.id(), limit);
  return read_strings(
      type, space, static_cast<std::size_t>(about.count), what, [&](hid_t memory_type, void* out) {
        checked(H5Dread(dataset.id(), memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, out), what);
      });
}

bool has_attribute(const Handle& at, const std::string& name) {
  return checked(H5Aexists(at.id(), name.c_str()),
                 fmt::format("look up attribute '{}' of {}", name, at.name())) > 0;
}

std::vector<std::string> read_texts_attribute(const Handle& at, const std::string& name) {
  if (!has_attribute(at, name)) return {};
  const Attribute attribute(at, name);
  const auto count = static_cast<std::size_t>(attribute.count(Kind::text, 1 << 16));
  return read_strings(attribute.type, attribute.space, count, attribute.what,
                      [&](hid_t memory_type, void* out) {
                        checked(H5Aread(attribute.self.id(), memory_type, out), attribute.what);
                      });
}

std::string read_text_attribute(const Handle& at, const std::string& name) {
  const std::vector<std::string> texts = read_texts_attribute(at, name);
  if (texts.size() != 1)
    throw IoError(
        fmt::format("cannot read attribute '{}' of {}: it is not one text", name, at.name()));
  return texts.front();
}

std::int64_t read_integer_attribute(const Handle& at, const std::string& name) {
  const Attribute attribute(at, name);
  std::int64_t value = 0;
  if (attribute.count(Kind::integer, 1) != 1)
    throw IoError(fmt::format("cannot {}: it is empty", attribute.what));
  checked(H5Aread(attribute.self.id(), H5T_NATIVE_INT64, &value), attribute.what);
  return value;
}

double read_real_attribute(const Handle& at, const std::string& name) {
  const Attribute attribute(at, name);
  attribute.require_number();
  double value = 0;
  checked(H5Aread(attribute.self.id(), H5T_NATIVE_DOUBLE, &value), attribute.what);
  return value;
}

// H5DSis_scale of 1.10.8 frees twice, or reads on behind a text without end, where CLASS is not
// what it expects.
bool is_scale(const Handle& dataset) {
  if (!has_attribute(dataset, "CLASS")) return false;
  const Attribute attribute(dataset, "CLASS");
  if (kind_of_type(attribute.type.id(), attribute.what) != Kind::text) return false;
  return read_texts_attribute(dataset, "CLASS") == std::vector<std::string>{"DIMENSION_SCALE"};
}

std::vector<std::string> dimensions(const Handle& dataset) {
  std::vector<std::string> names(extent(dataset).shape.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto take_name = [](hid_t, unsigned, hid_t scale, void* out) -> herr_t {
      char name[256] = {};
      if (H5DSget_scale_name(scale, name, sizeof name) < 0) return -1;
      *static_cast<std::string*>(out) = name;
      return 1;  // the first scale is the dimension
    };
    if (checked(H5DSget_num_scales(dataset.id(), static_cast<unsigned>(i)),
                "count scales of " + dataset.name()) > 0)
      checked(
          H5DSiterate_scales(dataset.id(), static_cast<unsigned>(i), nullptr, take_name, &names[i]),
          "read scales of " + dataset.name());
  }
  return names;
}

}  // namespace plumbline::hdf5
