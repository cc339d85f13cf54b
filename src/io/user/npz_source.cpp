// Named arrays of a .npz file: a ZIP archive with a member name.npy for each.
#include "core/errors.hpp"
#include "io/user/array_source.hpp"
#include "io/user/npy.hpp"
#include "io/user/user_file.hpp"
#include "io/user/zip.hpp"

namespace plumbline {
namespace {

constexpr std::string_view ending = ".npy";

/// An archive holds its arrays and their headers; compressed it is smaller.
constexpr std::uintmax_t largest_archive = std::uintmax_t{1} << 32;
constexpr std::size_t longest_text_member = 4 * longest_npy_header;

/// `read`, whose SpecErrors are placed at the file.
template <class Read>
auto placed(const Location& where, const Read& read, const std::string& prefix = {}) {
  try {
    return read();
  } catch (const SpecError& error) {
    throw error.at(where, prefix);
  }
}

class NpzSource final : public ArraySource {
 public:
  explicit NpzSource(const std::filesystem::path& path)
      : where_{path.string()},
        archive_(
            placed(where_, [&] { return ZipArchive(read_user_file(path, largest_archive)); })) {}

  std::vector<std::string> names() const override {
    std::vector<std::string> names;
    for (std::string name : archive_.names()) {
      if (name.ends_with(ending))
        name.resize(name.size() - ending.size());
      else
        name += " (no .npy)";
      names.push_back(std::move(name));
    }
    return names;
  }

  std::string kind_of(const std::string& name) const override {
    for (const std::string& member : archive_.names())
      if (member == name + std::string(ending)) return "dataset";
    return "";
  }

  std::unique_ptr<ArraySource> in_group(const std::string&) const override { return {}; }

  Promise promise(const std::string& name) const override {
    const StoredArray& array = parsed(name);
    return {true, false, array.shape, static_cast<std::int64_t>(array.values.size())};
  }
  StoredArray read(const std::string& name) const override { return parsed(name); }
  std::vector<std::string> read_texts(const std::string&) const override { return {}; }
  std::optional<std::string> text(const std::string& name) const override {
    if (kind_of(name).empty()) return std::nullopt;
    return placed(
        where_,
        [&] {
          return parse_npy_text(archive_.read(name + std::string(ending), longest_text_member));
        },
        name);
  }

 private:
  /// The last array asked for.
  const StoredArray& parsed(const std::string& name) const {
    if (name == name_) return array_;
    array_ = placed(
        where_, [&] { return parse_npy(archive_.read(name + std::string(ending), largest_npy)); },
        name);
    name_ = name;
    return array_;
  }

  Location where_;
  ZipArchive archive_;
  mutable std::string name_;
  mutable StoredArray array_;
};

}  // namespace

std::unique_ptr<ArraySource> open_npz_source(const std::filesystem::path& path) {
  return std::make_unique<NpzSource>(path);
}

}  // namespace plumbline
