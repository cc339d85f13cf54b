// Finished records on their way to the disk. io/README §2, §3.
#pragma once

#include <filesystem>
#include <functional>

#include "harness/sweep/stopwatch.hpp"
#include "io/parts/part_file.hpp"

namespace plumbline {

/// Gathers records into parts. A commit costs about 10 ms, so fast cells share one: a batch holds
/// `most` records or what `patience` was enough for. A kill loses at most that, and what is in
/// hand. When there are `most_files` parts, small neighbours become one: a folder does not fill
/// up, however long a sweep runs.
class PartWriter {
 public:
  static constexpr Real patience = 1;  // s
  static constexpr Index most = 64;
  static constexpr std::size_t most_files = 100;
  /// Told of every part once it is durable.
  using Committed = std::function<void(const std::filesystem::path& file, Part part)>;

  /// Parts are numbered from `sequence`: later ones count over earlier ones. `command` made them.
  /// `there` are parts of earlier writers, which may be gathered with its own.
  PartWriter(std::filesystem::path folder, Index sequence, std::string command, Committed committed,
             const std::vector<std::filesystem::path>& there = {});

  void add(CellRecord record);
  void add(NullRecord record);
  /// Make everything added so far durable. IoError.
  void commit();

  /// The finished replicates of a cell, or sets of a point, in hand: a record each, known by the
  /// hash of the whole. Kept until `forget`; replaced by the next `keep`.
  void keep(const std::string& hash, const Part& replicates);
  /// What was kept; empty when nothing was, or not intact.
  Part kept(const std::string& hash) const;
  void forget(const std::string& hash);

 private:
  struct File {
    std::filesystem::path path;
    std::size_t records;
  };
  void added(const std::string& hash);
  void commit(const std::filesystem::path& name, Part part);
  void gather();
  void write(const std::filesystem::path& file, const Part& part) const;
  std::filesystem::path begun(const std::string& hash) const;

  std::filesystem::path folder_;
  Index sequence_;
  std::string command_, token_;
  Committed committed_;
  Part part_;
  std::vector<std::string> hashes_;  ///< of the batch
  std::vector<File> files_;          ///< later ones count over earlier ones
  Stopwatch since_commit_;
};

}  // namespace plumbline
