// HDF5 behind checked handles: every return is looked at, every failure is an IoError that says
// what was attempted, on what, and why. The only includer of <hdf5.h>; only io/ includes this.
#pragma once

#include <hdf5.h>
#include <hdf5_hl.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace plumbline::hdf5 {

/// Owner of one HDF5 identifier. `name` is where it lives ("results/x.h5:/smc"), for messages.
class Handle {
 public:
  using Close = herr_t (*)(hid_t);

  /// IoError "cannot <attempted>: <reason>" when id is negative.
  Handle(hid_t id, Close close, std::string name, const std::string& attempted);
  Handle(Handle&& other) noexcept;
  Handle& operator=(Handle&& other) noexcept;
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  /// Closes without a word: for readers, and for writers that are failing already. Writers that
  /// succeed call close().
  ~Handle();

  hid_t id() const { return id_; }
  const std::string& name() const { return name_; }
  void close();  ///< IoError

 private:
  hid_t id_;
  Close close_;
  std::string name_;
};

/// `result`, or IoError "cannot <attempted>: <reason from the error stack>" when negative.
template <class Result>
Result checked(Result result, const std::string& attempted);

// --- files and groups (hdf5.cpp) ---

/// A new file that exists only in memory: libver V18, creation order tracked. `finish` closes it
/// and shows the bytes that a file on disk would have. (H5Fget_file_image of an open file is no way
/// to them: with HDF5 1.10.8 and version V18 its superblock fails its own checksum when opened.)
class MemoryFile {
 public:
  MemoryFile(const std::string& name, std::size_t increment);

  const Handle& file() const { return file_; }
  /// Every object of the file must be closed. The bytes live as long as this.
  std::span<const std::byte> finish();

 private:
  struct Memory {
    void* data = nullptr;
    std::size_t size = 0;
    Memory() = default;
    Memory(const Memory&) = delete;
    Memory& operator=(const Memory&) = delete;
    ~Memory();
  };
  static Handle create(const std::string& name, std::size_t increment, Memory& memory);
  std::unique_ptr<Memory> memory_;  // outlives the file, whose driver writes into it
  Handle file_;
};

/// A file from its bytes, read-only.
Handle open_image(std::span<const std::byte> bytes, const std::string& name);
/// A file on disk, read-only, without lock (results are replaced by rename, never changed).
Handle open_file(const std::filesystem::path& path);

Handle open_root(const Handle& file);
Handle create_group(const Handle& parent, const std::string& name);
Handle open_group(const Handle& parent, const std::string& name);
/// "" when absent, else "group", "dataset", or "link" for a link that leads out of the file or
/// nowhere: those are never followed.
std::string kind_of(const Handle& parent, const std::string& name);
/// Names in a group in the order of creation (by name where the file does not track it).
std::vector<std::string> list(const Handle& group);

// --- writing (hdf5_write.cpp) ---

using Shape = std::vector<std::int64_t>;  ///< {} = scalar

/// A new dataset with all its values, row-major; the number of values must match the shape.
Handle write(const Handle& group, const std::string& name, const Shape& shape,
             std::span<const double> values);
Handle write(const Handle& group, const std::string& name, const Shape& shape,
             std::span<const std::int64_t> values);
Handle write(const Handle& group, const std::string& name, const Shape& shape,
             std::span<const std::int8_t> values);
Handle write(const Handle& group, const std::string& name, const Shape& shape,
             std::span<const std::string> values);

void write_attribute(const Handle& at, const std::string& name, const std::string& value);
void write_attribute(const Handle& at, const std::string& name, double value);
void write_attribute(const Handle& at, const std::string& name, std::int64_t value);
/// Arrays; empty ones are left out, because readers disagree about them.
void write_attribute(const Handle& at, const std::string& name,
                     const std::vector<std::string>& values);
void write_attribute(const Handle& at, const std::string& name,
                     const std::vector<std::int8_t>& values);

/// Make a 1-D dataset the scale of the dimension of its own name.
void make_scale(const Handle& dataset, const std::string& name);
void attach_scale(const Handle& dataset, const Handle& scale, int dimension);

// --- reading (hdf5_read.cpp) ---

enum class Kind { real, integer, text, other };

/// Product of the sizes; −1 when one is negative or it does not fit.
std::int64_t count_of(const Shape& shape);

struct Extent {
  Kind kind = Kind::other;
  Shape shape;
  std::int64_t count = 1;  ///< product of the shape; −1 when it does not fit
  std::size_t bytes = 0;   ///< of one value as stored
};

/// Opens a dataset whose values are inside the file: no external storage, no virtual layout.
Handle open_dataset(const Handle& group, const std::string& name);
Extent extent(const Handle& dataset);

/// Whole datasets, converted. More than `limit` values, or more than the file can hold, are an
/// IoError before anything is allocated.
inline constexpr std::int64_t default_limit = std::int64_t{1} << 28;
std::vector<double> read_reals(const Handle& dataset, std::int64_t limit = default_limit);
std::vector<std::int64_t> read_integers(const Handle& dataset, std::int64_t limit = default_limit);
std::vector<std::string> read_texts(const Handle& dataset, std::int64_t limit = default_limit);

bool has_attribute(const Handle& at, const std::string& name);
std::string read_text_attribute(const Handle& at, const std::string& name);
std::int64_t read_integer_attribute(const Handle& at, const std::string& name);
/// One number of any type.
double read_real_attribute(const Handle& at, const std::string& name);
std::vector<std::string> read_texts_attribute(const Handle& at, const std::string& name);

/// It says what lies along a dimension of others.
bool is_scale(const Handle& dataset);
/// Name of the scale attached to each dimension ("" where none is).
std::vector<std::string> dimensions(const Handle& dataset);

// --- details shared by the three files ---

/// "results/x.h5:/smc/mean_error", for messages.
std::string path_of(const Handle& parent, const std::string& name);

[[noreturn]] void fail(const std::string& attempted);

/// True when some failure of this process was HDF5's "memory allocation failed": a file's sizes ask
/// for more than there is (quarantine.cpp).
bool memory_ran_out();

template <class Result>
Result checked(Result result, const std::string& attempted) {
  if (result < 0) fail(attempted);
  return result;
}

/// Variable-length UTF-8: the one string type that every reader of io/README §1 can select by.
Handle text_type();

}  // namespace plumbline::hdf5
