// Batches of records → part files.
#include "harness/run/part_writer.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iterator>

#include "core/errors.hpp"
#include "core/steps/phase.hpp"
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

/// Where `count` neighbours begin that have the fewest records together.
template <class Files>
std::ptrdiff_t few_records(const Files& files, std::ptrdiff_t count) {
  std::ptrdiff_t best = 0;
  std::size_t here = 0, least = 0;
  for (std::ptrdiff_t i = 0; i < std::ssize(files); ++i) {
    here += files[static_cast<std::size_t>(i)].records;
    if (i >= count) here -= files[static_cast<std::size_t>(i - count)].records;
    if (i < count - 1 || (i >= count && here >= least)) continue;
    least = here;
    best = i - count + 1;
  }
  return best;
}

constexpr std::ptrdiff_t together = PartWriter::most_files / 2;  // become one
constexpr std::size_t longest_name = 200;

}  // namespace

PartWriter::PartWriter(std::filesystem::path folder, Index sequence, std::string command,
                       Committed committed, const std::vector<std::filesystem::path>& there)
    : folder_(std::move(folder)),
      sequence_(sequence),
      command_(std::move(command)),
      token_(own_token()),
      committed_(std::move(committed)) {
  for (const std::filesystem::path& file : there) files_.push_back({file, 0});
}

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

void PartWriter::commit(const std::filesystem::path& name, Part part) {
  const std::filesystem::path file = folder_ / name;
  const Phase phase("files");
  write(file, part);
  files_.push_back({file, part.cells.size() + part.nulls.size()});
  committed_(file, std::move(part));
}

/// Neighbours with few records become one part in the last one's place, and go once it is durable:
/// what counted over what still does. Processes that gather the same ones make two that agree.
void PartWriter::gather() {
  const auto first = files_.begin() + few_records(files_, together), end = first + together;
  std::filesystem::path name = (end - 1)->path.stem();
  name += fmt::format("~{}{}", token_, part_extension);  // behind the last one's
  if (name.string().size() > longest_name) return;
  Part all;
  std::vector<std::filesystem::path> gone;
  const auto append = [](auto& to, auto& from) {
    std::move(from.begin(), from.end(), std::back_inserter(to));
  };
  for (auto file = first; file != end; ++file) {
    std::optional<Part> part = read_part(file->path);
    if (!part) continue;  // gathered or merged by another process, or not intact
    gone.push_back(file->path);
    append(all.cells, part->cells);
    append(all.nulls, part->nulls);
    all.command = part->command;
  }
  const auto place = files_.erase(first, end) - files_.begin();
  if (gone.empty()) return;
  commit(name, std::move(all));
  std::rotate(files_.begin() + place, files_.end() - 1, files_.end());
  std::error_code none;
  for (const std::filesystem::path& file : gone) std::filesystem::remove(file, none);
}

void PartWriter::commit() {
  if (!hashes_.empty()) {
    part_.command = command_;
    commit(fmt::format("{:08d}-{:.16}-{}{}", sequence_++, hashes_.front(), token_, part_extension),
           std::move(part_));
    for (const std::string& hash : hashes_) forget(hash);
    while (files_.size() >= most_files) {
      const std::size_t before = files_.size();
      gather();
      if (files_.size() == before) break;
    }
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

// A child reads a part, and a fork costs more than a tiny cell: none where nothing was kept.
Part PartWriter::kept(const std::string& hash) const {
  const std::filesystem::path file = begun(hash);
  std::error_code none;
  if (std::filesystem::status(file, none).type() == std::filesystem::file_type::not_found)
    return {};
  return read_part(file).value_or(Part{});
}

void PartWriter::forget(const std::string& hash) {
  std::error_code none;
  std::filesystem::remove(begun(hash), none);
}

}  // namespace plumbline
