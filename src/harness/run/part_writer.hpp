// Finished records on their way to the disk. io/README §2.
#pragma once

#include <filesystem>

#include "harness/sweep/stopwatch.hpp"
#include "io/parts/part_file.hpp"

namespace plumbline {

/// Gathers records into parts. A commit costs about 10 ms, so cells faster than `patience` share
/// one; a kill loses at most that much finished work.
class PartWriter {
 public:
  static constexpr Real patience = 0.2;  // s

  /// Parts are numbered from `sequence`: later ones count over earlier ones.
  PartWriter(std::filesystem::path folder, Index sequence)
      : folder_(std::move(folder)), sequence_(sequence) {}

  void add(CellRecord record);
  void add(NullRecord record);
  /// Make everything added so far durable. IoError.
  void commit();

 private:
  void added(const std::string& hash);

  std::filesystem::path folder_;
  Index sequence_;
  Part part_;
  std::string first_hash_;
  Stopwatch since_commit_;
};

}  // namespace plumbline
