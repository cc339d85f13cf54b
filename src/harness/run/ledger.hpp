// What of a plan is already durable: the result file and the parts beside it, matched by hash.
// Formats are io's; here is which record counts, and when a sweep is complete.
#pragma once

#include <filesystem>
#include <limits>
#include <map>
#include <set>
#include <unordered_map>

#include "harness/run/kin.hpp"
#include "harness/sweep/enlarge.hpp"
#include "io/parts/durable.hpp"
#include "io/parts/part_file.hpp"
#include "io/result/result_file.hpp"

namespace plumbline {

/// X.h5 → X.h5.parts, the folder that a running sweep writes its finished cells to.
std::filesystem::path parts_folder(const std::filesystem::path& output);

bool has_failed(const CellRecord& record);  ///< some replicate ended in an exception

/// The finished work of a plan. A record counts when its hash is the plan's; parts count over the
/// result file, later parts over earlier ones. Records of other sweeps are left alone. Every part
/// is read once; what is durable is what the disk holds when it was last looked at.
class Ledger {
 public:
  /// Reads everything there is. IoError when `output` exists and is not a result file. The plan
  /// must outlive it.
  Ledger(const Plan& plan, const std::filesystem::path& output);

  /// Looks at the disk again: parts that came are read, the records of those that went are
  /// forgotten, unless the result file has them now.
  void refresh();
  /// A part that this process made durable need not be read again.
  void wrote(const std::filesystem::path& file, Part part);

  /// The record of plan.cells[i], or of problem point p's exact draws; nullptr when not done, or
  /// when the plan asks for none (null_replicates = 0).
  const CellRecord* cell(std::size_t i) const {
    return cells_[i].record ? &*cells_[i].record : nullptr;
  }
  const NullRecord* null(std::size_t p) const {
    return p < nulls_.size() && nulls_[p].record ? &*nulls_[p].record : nullptr;
  }
  bool failed(std::size_t i) const { return cell(i) && has_failed(*cell(i)); }

  /// What there is of them when they are not done: values of some of their metrics, with digests of
  /// the draws; nullptr where nothing is.
  const CellRecord* cell_akin(std::size_t i) const {
    return cell(i) || !akin_cells_[i].record ? nullptr : &*akin_cells_[i].record;
  }
  const NullRecord* null_akin(std::size_t p) const {
    return null(p) || !akin_nulls_[p].record ? nullptr : &*akin_nulls_[p].record;
  }
  /// Their first replicates, by all metrics, when they are not done: the rest is run behind them;
  /// nullptr where nothing is.
  const CellRecord* cell_begun(std::size_t i) const {
    return cell(i) || !begun_cells_[i].record ? nullptr : &*begun_cells_[i].record;
  }
  const NullRecord* null_begun(std::size_t p) const {
    return null(p) || !begun_nulls_[p].record ? nullptr : &*begun_nulls_[p].record;
  }
  /// Replicates, and sets, of the longest record of each that was seen: more than the plan's where
  /// another asked for more.
  const Replicates& longest() const { return longest_; }

  /// Cells of which only metrics are to be measured, on draws made again.
  Index cells_akin() const;
  /// Some record would be such a one, but is of a version that stored no digests of draws.
  bool without_digests() const { return without_digests_; }

  Index missing() const;  ///< cells and exact-draw sets that are not done
  Index missing_cells() const;
  Index failures() const;
  /// True when the result file alone says all of this plan, in this layout.
  bool merged() const;
  /// Parts that hold nothing but records of this plan, as the disk was last looked at.
  std::vector<std::filesystem::path> own_parts() const;
  /// Name for the next part: above all that were read.
  Index next_sequence() const { return next_sequence_; }
  /// Why cells are not done although the result file has cells: "metric mmd is new, …"; "" where it
  /// has none that this plan lacks.
  const std::string& why_pending() const { return why_pending_; }

  /// Write the result file from the records, then remove the parts it now contains (and debris,
  /// when nothing is missing: nobody writes then). Missing cells are stored as `missing`. A result
  /// file of another sweep is first given a name of its own (X.<hash>.h5); the return value is that
  /// name, or empty. Processes that merge take turns, and each looks at the disk anew.
  std::filesystem::path merge(const std::vector<ProblemRecord>& problems,
                              const Provenance& provenance);

 private:
  /// A record and the part it is from; "" for the result file, which is before all parts.
  template <class Record>
  struct Entry {
    std::optional<Record> record;
    std::string from;
    std::size_t worth = all;  ///< metrics that the plan has too, of a record with others; its
                              ///< replicates, of a beginning

    static constexpr std::size_t all = std::numeric_limits<std::size_t>::max();
    /// Later ones count over earlier ones of the same worth.
    bool counts_over(const std::string& other, std::size_t others) const {
      return record && (worth != others ? worth > others : other < from);
    }
  };
  struct Known {
    bool ours = true;    ///< holds this plan's records only
    bool begins = true;  ///< those, and beginnings of some
  };
  /// What a record is to the plan.
  enum class Role { done, beginning, other };

  using IndexOfHash = std::unordered_map<std::string, std::size_t>;

  /// Entries of one kind of record.
  template <class Record>
  struct Shelf {
    const IndexOfHash& of_hash;
    const std::vector<Index>& wanted;  ///< replicates, or sets
    std::vector<Index>& longest;
    std::vector<Entry<Record>>&done, &begun, &akin;
  };

  template <class Record>
  Role accept(Record record, const std::string& from, Shelf<Record> shelf);
  Role accept(CellRecord record, const std::string& from);
  Role accept(NullRecord record, const std::string& from);
  template <class Record>
  Role adopt(Record record, const std::string& from, Shelf<Record> shelf);
  void place(CellRecord& record, std::size_t i) const;
  void place(NullRecord& record, std::size_t p) const { record.problem = static_cast<Index>(p); }
  void accept(const std::filesystem::path& file, Part part);
  std::set<std::string> read_parts();
  void read_result_file();
  bool uses_result_file() const;

  const Plan& plan_;
  std::filesystem::path output_;
  std::vector<Entry<CellRecord>> cells_;
  std::vector<Entry<NullRecord>> nulls_;
  std::vector<Entry<CellRecord>> begun_cells_, akin_cells_;
  std::vector<Entry<NullRecord>> begun_nulls_, akin_nulls_;
  Replicates wanted_, longest_;
  Kin kin_;
  bool without_digests_ = false;
  IndexOfHash cell_of_hash_, null_of_hash_;
  std::set<std::string> beginnings_;           ///< of these hashes: names of begun parts
  std::map<std::string, Known> files_;         ///< parts that were read, by name
  std::vector<std::filesystem::path> debris_;  ///< torn parts and what killed writers left
  std::optional<FileStamp> read_;              ///< the result file that was read
  std::optional<LookRecord> look_;             ///< of that file
  bool file_is_current_ = false;
  std::string file_hash_;     ///< spec_hash of the result file
  bool file_others_ = false;  ///< it holds other cells too
  bool file_begins_ = false;  ///< it holds beginnings
  Looks looks_;               ///< at it
  std::string why_pending_;
  Index next_sequence_ = 0;
};

}  // namespace plumbline
