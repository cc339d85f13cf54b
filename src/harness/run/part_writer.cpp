// Batches of records → part files.
#include "harness/run/part_writer.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>

#include "core/errors.hpp"
#include "harness/sweep/digest.hpp"
#include "io/parts/durable.hpp"

namespace plumbline {
namespace {

/// Keeps apart the writers of one folder, on several machines too: they may be at the same cell.
std::string own_token() {
  char host[256] = {};
  ::gethostname(host, sizeof host - 1);
  const auto now = std::chrono::system_clock::now().time_since_epoch().count();
  return sha256_hex(fmt::format("{} {} {}", host, ::getpid(), now)).substr(0, 8);
}

}  // namespace

PartWriter::PartWriter(std::filesystem::path folder, Index sequence, std::string command,
                       Committed committed)
    : folder_(std::move(folder)),
      sequence_(sequence),
      command_(std::move(command)),
      token_(own_token()),
      committed_(std::move(committed)) {}

void PartWriter::add(CellRecord record) {
  const std::string hash = record.hash;
  part_.cells.push_back(std::move(record));
  added(hash);
}

void PartWriter::add(NullRecord record) {
  const std::string hash = record.hash;
  part_.nulls.push_back(std::move(record));
  added(hash);
}

void PartWriter::added(const std::string& hash) {
  hashes_.push_back(hash);
  if (since_commit_.seconds() > patience || static_cast<Index>(hashes_.size()) >= most) commit();
}

/// Whoever merges removes an empty folder, and temporary files that look left over: then again.
void PartWriter::write(const std::filesystem::path& file, const Part& part) const {
  for (int attempt = 0;; ++attempt) {
    make_folder(folder_);
    try {
      return write_part(file, part);
    } catch (const IoError&) {
      std::error_code none;
      if (attempt == 3 || std::filesystem::exists(file, none)) throw;
    }
  }
}

void PartWriter::commit() {
  if (!hashes_.empty()) {
    part_.command = command_;
    const std::filesystem::path file =
        folder_ /
        fmt::format("{:08d}-{:.16}-{}{}", sequence_++, hashes_.front(), token_, part_extension);
    write(file, part_);
    committed_(file, std::move(part_));
    for (const std::string& hash : hashes_) forget(hash);
  }
  part_ = {};
  hashes_.clear();
  since_commit_ = {};
}

std::filesystem::path PartWriter::begun(const std::string& hash) const {
  return folder_ / (hash.substr(0, 16) + begun_extension);
}

void PartWriter::keep(const std::string& hash, const Part& replicates) {
  write(begun(hash), replicates);
}

Part PartWriter::kept(const std::string& hash) const {
  return read_part(begun(hash)).value_or(Part{});
}

void PartWriter::forget(const std::string& hash) {
  std::error_code none;
  std::filesystem::remove(begun(hash), none);
}

}  // namespace plumbline
