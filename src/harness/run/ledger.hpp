// What of a plan is already durable: the result file and the parts beside it, matched by hash.
// Formats are io's; here is which record counts, and when a sweep is complete.
#pragma once

#include <filesystem>
#include <unordered_map>

#include "harness/sweep/plan.hpp"
#include "io/parts/part_file.hpp"
#include "io/result/result_file.hpp"

namespace plumbline {

/// X.h5 → X.h5.parts, the folder that a running sweep writes its finished cells to.
std::filesystem::path parts_folder(const std::filesystem::path& output);

/// The finished work of a plan. A record counts when its hash is the plan's; parts count over the
/// result file, later parts over earlier ones. Records of other sweeps are left alone.
class Ledger {
 public:
  /// Reads everything there is. IoError when `output` exists and is not a result file.
  Ledger(const Plan& plan, const std::filesystem::path& output);

  /// The record of plan.cells[i], or of problem point p's exact draws; nullptr when not done.
  const CellRecord* cell(std::size_t i) const { return cells_[i] ? &*cells_[i] : nullptr; }
  const NullRecord* null(std::size_t p) const { return nulls_[p] ? &*nulls_[p] : nullptr; }
  bool failed(std::size_t i) const;  ///< some replicate of the cell ended in an exception

  Index missing() const;  ///< cells and exact-draw sets that are not done
  Index failures() const;
  /// True when the result file alone says all of this plan, in this layout.
  bool merged() const { return file_is_current_ && files_.empty() && missing() == 0; }
  /// Name for the next part: above all that were read.
  Index next_sequence() const { return next_sequence_; }

  /// Write the result file from the records, then remove the parts it now contains (and debris,
  /// when nothing is missing: nobody writes then). Missing cells are stored as `missing`. A result
  /// file of another sweep is first given a name of its own (X.<hash>.h5); the return value is that
  /// name, or empty.
  std::filesystem::path merge(const Plan& plan, const std::vector<ProblemRecord>& problems,
                              const Provenance& provenance);

 private:
  void accept(CellRecord record, const Plan& plan);
  void accept(NullRecord record);
  void read_result_file(const Plan& plan);

  std::filesystem::path output_;
  std::vector<std::optional<CellRecord>> cells_;
  std::vector<std::optional<NullRecord>> nulls_;
  std::unordered_map<std::string, std::size_t> cell_of_hash_, null_of_hash_;
  std::vector<std::filesystem::path> files_;   ///< parts that hold this plan's records only
  std::vector<std::filesystem::path> debris_;  ///< torn parts and what killed writers left
  bool file_is_current_ = false;
  std::string other_hash_;  ///< spec_hash of a result file that holds other cells too
  Index next_sequence_ = 0;
};

}  // namespace plumbline
