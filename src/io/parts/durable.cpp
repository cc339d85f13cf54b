// tmp → fsync → rename → fsync of the folder, with plain POSIX calls: HDF5's own writing reports a
// full disk only at close and crashes at exit after it.
#include "io/parts/durable.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <utility>

#include "core/errors.hpp"

namespace plumbline {
namespace {

namespace fs = std::filesystem;

constexpr const char* temporary_suffix = ".plumbline-tmp";

[[noreturn]] void fail(const std::string& attempted, const fs::path& path, int error) {
  throw IoError(fmt::format("cannot {} {}: {}", attempted, path.string(), std::strerror(error)));
}

/// A file descriptor that closes itself; `close` reports what closing found. Messages name `shown`,
/// the file that somebody asked for.
class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags, const std::string& attempted, const fs::path& shown)
      : path_(shown), fd_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {
    if (fd_ < 0) fail(attempted, shown, errno);
  }
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);  // an error is already on its way
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int fd() const { return fd_; }
  void sync() {
    if (::fsync(fd_) != 0) fail("sync to disk", path_, errno);
  }
  void close() {
    const int fd = std::exchange(fd_, -1);
    if (::close(fd) != 0) fail("close", path_, errno);
  }

 private:
  fs::path path_;
  int fd_;
};

/// Removes a file unless told that it was moved to its place.
struct RemoveOnFailure {
  fs::path path;
  bool armed = true;
  ~RemoveOnFailure() {
    if (armed) ::unlink(path.c_str());
  }
};

void write_all(int fd, Bytes bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("write", path, errno);
    if (written == 0) fail("write", path, ENOSPC);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

/// A hidden neighbour of `target`. Process and moment keep apart the writers of one folder, on
/// several machines too; the leading dot hides it from globs.
fs::path temporary_of(const fs::path& target) {
  const auto now = std::chrono::system_clock::now().time_since_epoch().count();
  return folder_of(target) / fmt::format(".{}.{}-{:x}{}", target.filename().string(), ::getpid(),
                                         static_cast<std::uint64_t>(now), temporary_suffix);
}

/// write_target, which a rename may replace: not a folder, not a device.
fs::path replaceable(const fs::path& path) {
  fs::path target = write_target(path);
  std::error_code none;
  const fs::file_status status = fs::status(target, none);
  if (target.filename().empty() || fs::is_directory(status))
    throw IoError(
        fmt::format("cannot write {}: it is a folder, not a regular file", path.string()));
  if (fs::exists(status) && !fs::is_regular_file(status))
    throw IoError(
        fmt::format("cannot write {}: it exists and is not a regular file", path.string()));
  return target;
}

}  // namespace

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

// rename() replaces a link, not what it points to, and canonical paths end before what is not
// there.
fs::path write_target(const fs::path& path) {
  constexpr int most_links = 40;  // as Linux
  fs::path target = path;
  std::error_code error;
  for (int links = 0; fs::is_symlink(fs::symlink_status(target, error)); ++links) {
    const fs::path next = fs::read_symlink(target, error);
    if (links == most_links) error = std::make_error_code(std::errc::too_many_symbolic_link_levels);
    if (error) throw IoError(fmt::format("cannot follow {}: {}", path.string(), error.message()));
    target = target.parent_path() / next;  // an absolute `next` replaces it all
  }
  return target;
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    throw IoError(fmt::format("cannot create folder {}: {}", folder.string(), error.message()));
}

void require_writable(const fs::path& path) {
  // access(2) tells root that a read-only folder will do, and knows no quota: a file does.
  const fs::path temporary = temporary_of(replaceable(path));
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0)
    throw IoError(fmt::format("cannot write {}: {}: {}", path.string(),
                              folder_of(temporary).string(), std::strerror(errno)));
  ::close(fd);
  ::unlink(temporary.c_str());
}

void write_durably(const fs::path& path, std::initializer_list<Bytes> pieces) {
  const fs::path target = replaceable(path), folder = folder_of(target);
  const fs::path temporary = temporary_of(target);

  Descriptor out(temporary, O_WRONLY | O_CREAT | O_TRUNC, "create", target);
  RemoveOnFailure cleanup{temporary};
  for (const Bytes piece : pieces) write_all(out.fd(), piece, target);
  out.sync();
  out.close();
  if (::rename(temporary.c_str(), target.c_str()) != 0) fail("rename into place", target, errno);
  cleanup.armed = false;

  Descriptor entry(folder, O_RDONLY | O_DIRECTORY, "open folder", folder);
  // Some network file systems cannot sync a folder and say so with EINVAL: nothing more to do
  // there.
  if (::fsync(entry.fd()) != 0 && errno != EINVAL) fail("sync folder", folder, errno);
}

std::optional<FileStamp> stamp_of(const fs::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return FileStamp{static_cast<std::uintmax_t>(status.st_size), status.st_ino,
                   status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
}

std::vector<std::byte> read_bytes(const fs::path& path) {
  Descriptor in(path, O_RDONLY | O_NONBLOCK, "open", path);  // a pipe must not make it wait
  struct stat status {};
  if (::fstat(in.fd(), &status) != 0) fail("inspect", path, errno);
  if (S_ISDIR(status.st_mode)) fail("read", path, EISDIR);
  if (!S_ISREG(status.st_mode)) throw IoError("cannot read " + path.string() + ": no regular file");
  std::vector<std::byte> bytes(static_cast<std::size_t>(status.st_size));
  std::size_t have = 0;
  while (have < bytes.size()) {
    const ssize_t got = ::read(in.fd(), bytes.data() + have, bytes.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail("read", path, errno);
    if (got == 0) break;  // shrank meanwhile
    have += static_cast<std::size_t>(got);
  }
  bytes.resize(have);
  return bytes;
}

bool is_temporary(const fs::path& path) {
  return path.extension() == temporary_suffix;
}

}  // namespace plumbline
