// Handles, error texts, files and groups.
#include "io/hdf5/hdf5.hpp"

#include <fmt/format.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "core/errors.hpp"

namespace plumbline::hdf5 {
namespace {

/// Once per process: HDF5 prints nothing of its own and loads no filter plugins, which a file from
/// elsewhere could ask for.
void start() {
  static const bool started = [] {
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    H5PLset_loading_state(0);
    return true;
  }();
  static_cast<void>(started);
}

/// The deepest entry of the error stack: the reason, not the chain of callers.
std::string reason() {
  std::string text;
  H5Ewalk2(
      H5E_DEFAULT, H5E_WALK_UPWARD,
      [](unsigned n, const H5E_error2_t* entry, void* out) -> herr_t {
        if (n == 0 && entry->desc) *static_cast<std::string*>(out) = entry->desc;
        return 0;
      },
      &text);
  // Failed system calls come with time stamps and buffer addresses around what matters.
  constexpr std::string_view mark = "error message = '";
  if (const std::size_t at = text.find(mark); at != text.npos)
    return text.substr(at + mark.size(), text.find('\'', at + mark.size()) - at - mark.size());
  if (text == "file signature not found") return "it is no HDF5 file";
  if (text.starts_with("truncated file")) return "it is cut off";
  return text.empty() ? "HDF5 gave no reason" : text;
}

bool no_memory = false;

/// Some entry of the error stack says that memory could not be had.
bool stack_lacks_memory() {
  bool lacks = false;
  H5Ewalk2(
      H5E_DEFAULT, H5E_WALK_UPWARD,
      [](unsigned, const H5E_error2_t* entry, void* out) -> herr_t {
        bool& found = *static_cast<bool*>(out);
        found = found || (entry->maj_num == H5E_RESOURCE && entry->min_num == H5E_NOSPACE);
        return 0;
      },
      &lacks);
  return lacks;
}

/// Some entry of the error stack has this word.
bool stack_says(const std::string& word) {
  std::pair<std::string, bool> looked = {word, false};
  H5Ewalk2(
      H5E_DEFAULT, H5E_WALK_UPWARD,
      [](unsigned, const H5E_error2_t* entry, void* out) -> herr_t {
        auto& [wanted, found] = *static_cast<std::pair<std::string, bool>*>(out);
        found =
            found || (entry->desc && std::string(entry->desc).find(wanted) != std::string::npos);
        return 0;
      },
      &looked);
  return looked.second;
}

Handle property_list(hid_t of) {
  start();
  return {H5Pcreate(of), H5Pclose, "property list", "create an HDF5 property list"};
}

/// Nothing newer than HDF5 1.8 in the file; objects left open at close are an error.
Handle file_access() {
  Handle access = property_list(H5P_FILE_ACCESS);
  checked(H5Pset_libver_bounds(access.id(), H5F_LIBVER_V18, H5F_LIBVER_V18), "set file version");
  checked(H5Pset_fclose_degree(access.id(), H5F_CLOSE_SEMI), "set file close degree");
  return access;
}

/// The in-memory driver still looks for a file of the name it is given, and reads or refuses an
/// existing one: a name below a file cannot exist. Open files of one name would be one file to it.
std::string nowhere(const std::string& name) {
  static std::atomic<unsigned long> made = 0;
  return fmt::format("{}/in memory {}", name, made++);
}

constexpr unsigned ordered = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;

/// Links and attributes in the order written; no time stamps, so equal content is equal bytes.
void keep_order(const Handle& creation) {
  checked(H5Pset_link_creation_order(creation.id(), ordered), "track link order");
  checked(H5Pset_attr_creation_order(creation.id(), ordered), "track attribute order");
  checked(H5Pset_obj_track_times(creation.id(), false), "leave out time stamps");
}

}  // namespace

std::string path_of(const Handle& parent, const std::string& name) {
  return parent.name() + (parent.name().ends_with('/') ? "" : "/") + name;
}

void fail(const std::string& attempted) {
  const std::string why = reason();
  no_memory = no_memory || stack_lacks_memory();
  H5Eclear2(H5E_DEFAULT);
  throw IoError(fmt::format("cannot {}: {}", attempted, why));
}

bool memory_ran_out() {
  return no_memory;
}

Handle::Handle(hid_t id, Close close, std::string name, const std::string& attempted)
    : id_(checked(id, attempted)), close_(close), name_(std::move(name)) {}

Handle::Handle(Handle&& other) noexcept
    : id_(std::exchange(other.id_, -1)), close_(other.close_), name_(std::move(other.name_)) {}

Handle& Handle::operator=(Handle&& other) noexcept {
  std::swap(id_, other.id_);
  std::swap(close_, other.close_);
  std::swap(name_, other.name_);
  return *this;
}

Handle::~Handle() {
  if (id_ >= 0) close_(id_);
}

void Handle::close() {
  checked(close_(std::exchange(id_, -1)), "close " + name_);
}

MemoryFile::Memory::~Memory() {
  std::free(data);
}

Handle MemoryFile::create(const std::string& name, std::size_t increment, Memory& memory) {
  // The driver's own allocation, except that the buffer survives the close of the file.
  H5FD_file_image_callbacks_t keep = {};
  keep.image_malloc = [](size_t size, H5FD_file_image_op_t, void*) { return std::malloc(size); };
  keep.image_memcpy = [](void* to, const void* from, size_t size, H5FD_file_image_op_t, void*) {
    return std::memcpy(to, from, size);
  };
  keep.image_realloc = [](void* data, size_t size, H5FD_file_image_op_t, void* memory) -> void* {
    void* moved = std::realloc(data, size);
    if (moved) {
      static_cast<Memory*>(memory)->data = moved;
      static_cast<Memory*>(memory)->size = size;
    }
    return moved;
  };
  keep.image_free = [](void*, H5FD_file_image_op_t, void*) -> herr_t { return 0; };
  keep.udata_copy = [](void* memory) { return memory; };
  keep.udata_free = [](void*) -> herr_t { return 0; };
  keep.udata = &memory;

  const Handle access = file_access();
  checked(H5Pset_fapl_core(access.id(), increment, false), "select the in-memory driver");
  checked(H5Pset_file_image_callbacks(access.id(), &keep), "keep the bytes of " + name);
  const Handle creation = property_list(H5P_FILE_CREATE);
  keep_order(creation);
  return {H5Fcreate(nowhere(name).c_str(), H5F_ACC_TRUNC, creation.id(), access.id()), H5Fclose,
          name + ":/", "build " + name + " in memory"};
}

MemoryFile::MemoryFile(const std::string& name, std::size_t increment)
    : memory_(std::make_unique<Memory>()), file_(create(name, increment, *memory_)) {}

std::span<const std::byte> MemoryFile::finish() {
  file_.close();
  // The buffer is a multiple of the increment; superblock version 2 holds the end of file at 28.
  const auto* bytes = static_cast<const std::byte*>(memory_->data);
  std::uint64_t size = 0;
  PLUMBLINE_REQUIRE(memory_->size >= 48 && bytes[8] == std::byte{2}, "a superblock of version 2");
  for (int i = 7; i >= 0; --i) size = size << 8 | std::to_integer<std::uint64_t>(bytes[28 + i]);
  PLUMBLINE_REQUIRE(size <= memory_->size, "{} bytes in a buffer of {}", size, memory_->size);
  return {bytes, size};
}

Handle open_image(std::span<const std::byte> bytes, const std::string& name) {
  const Handle access = file_access();
  checked(H5Pset_fapl_core(access.id(), 1 << 16, false), "select the in-memory driver");
  // HDF5 copies the bytes; its signature is not const.
  checked(H5Pset_file_image(access.id(), const_cast<std::byte*>(bytes.data()), bytes.size()),
          "hand over the bytes of " + name);
  return {H5Fopen(nowhere(name).c_str(), H5F_ACC_RDONLY, access.id()), H5Fclose, name + ":/",
          "open " + name};
}

Handle open_file(const std::filesystem::path& path) {
  std::error_code none;  // what is not there is H5Fopen's to report; a pipe would make it wait
  const auto status = std::filesystem::status(path, none);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status))
    throw IoError(fmt::format("cannot open {}: it is not a regular file", path.string()));
  const Handle access = property_list(H5P_FILE_ACCESS);
  checked(H5Pset_fclose_degree(access.id(), H5F_CLOSE_SEMI), "set file close degree");
  checked(H5Pset_file_locking(access.id(), false, true), "switch file locks off");
  const hid_t id = H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.id());
  // The environment counts over what is asked for here.
  const char* locks = std::getenv("HDF5_USE_FILE_LOCKING");
  if (id < 0 && locks && stack_says("lock")) {
    H5Eclear2(H5E_DEFAULT);
    throw IoError(
        fmt::format("cannot open {}: HDF5 may not lock it, and HDF5_USE_FILE_LOCKING={} in "
                    "the environment asks for a lock; without it, or FALSE, none is taken",
                    path.string(), locks));
  }
  return {id, H5Fclose, path.string() + ":/", "open " + path.string()};
}

Handle open_root(const Handle& file) {
  return {H5Gopen2(file.id(), "/", H5P_DEFAULT), H5Gclose, file.name(), "open " + file.name()};
}

Handle create_group(const Handle& parent, const std::string& name) {
  const Handle creation = property_list(H5P_GROUP_CREATE);
  keep_order(creation);
  return {H5Gcreate2(parent.id(), name.c_str(), H5P_DEFAULT, creation.id(), H5P_DEFAULT), H5Gclose,
          path_of(parent, name), "create group " + path_of(parent, name)};
}

Handle open_group(const Handle& parent, const std::string& name) {
  if (const std::string kind = kind_of(parent, name); kind != "group")
    throw IoError(fmt::format("cannot open group {}: {}", path_of(parent, name),
                              kind.empty() ? "there is none" : "it is a " + kind));
  return {H5Gopen2(parent.id(), name.c_str(), H5P_DEFAULT), H5Gclose, path_of(parent, name),
          "open group " + path_of(parent, name)};
}

std::string kind_of(const Handle& parent, const std::string& name) {
  const std::string what = "look up " + path_of(parent, name);
  if (name.empty() || checked(H5Lexists(parent.id(), name.c_str(), H5P_DEFAULT), what) == 0)
    return "";
  H5L_info_t link;
  checked(H5Lget_info(parent.id(), name.c_str(), &link, H5P_DEFAULT), what);
  if (link.type != H5L_TYPE_HARD) return "link";
  H5O_info_t object;
  checked(H5Oget_info_by_name2(parent.id(), name.c_str(), &object, H5O_INFO_BASIC, H5P_DEFAULT),
          what);
  if (object.type == H5O_TYPE_GROUP) return "group";
  return object.type == H5O_TYPE_DATASET ? "dataset" : "named type";
}

std::vector<std::string> list(const Handle& group) {
  const std::string what = "list " + group.name();
  // A file that does not track creation order refuses that index: fall back to names.
  const Handle self(H5Gopen2(group.id(), ".", H5P_DEFAULT), H5Gclose, group.name(), what);
  const Handle creation(H5Gget_create_plist(self.id()), H5Pclose, "property list", what);
  unsigned order = 0;
  checked(H5Pget_link_creation_order(creation.id(), &order), what);
  const H5_index_t index = (order & H5P_CRT_ORDER_INDEXED) ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME;

  std::vector<std::string> names;
  const auto take = [](hid_t, const char* name, const H5L_info_t*, void* to) -> herr_t {
    try {  // C in between
      static_cast<std::vector<std::string>*>(to)->emplace_back(name);
      return 0;
    } catch (...) {
      return -1;
    }
  };
  checked(H5Literate(group.id(), index, H5_ITER_INC, nullptr, take, &names), what);
  return names;
}

}  // namespace plumbline::hdf5
