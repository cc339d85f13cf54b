// The result file of a sweep: results/README.md, io/README §4. Written as a whole, read as a whole
// or by sampler. Merging shards is reading them all and writing one: HDF5's own object copy would
// break the dimension scales.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "record/results.hpp"

namespace plumbline {

inline constexpr const char* result_schema = "plumbline/1";

/// Built in memory, then made durable as a whole. IoError; SpecError from SweepLayout::check.
///   memory  the records and once the size of the file
void write_results(const std::filesystem::path& path, const Results& results);

/// The sets of a look alone, beside a result file that is not there yet. IoError.
void write_look_file(const std::filesystem::path& path, const LookRecord& look);
/// Nothing where there is no such file, or it cannot be read: then it is measured again.
std::optional<LookRecord> read_look_file(const std::filesystem::path& path);

/// An opened result file. Refuses (IoError) what is damaged, not HDF5 or of another schema; and
/// (SpecError) what harms HDF5's parser: a child process reads all of it and writes it anew, and
/// that is what is opened here.
class ResultFile {
 public:
  static ResultFile open(const std::filesystem::path& path);
  ResultFile(ResultFile&&) noexcept;
  ~ResultFile();

  const SweepLayout& layout() const;
  const Provenance& provenance() const;

  /// Hash of every cell of a sampler by flat index; "" where the cell is missing.
  std::vector<std::string> cell_hashes(const std::string& label) const;
  /// The finished cells of a sampler, in the order of their index.
  std::vector<CellRecord> cells(const std::string& label) const;
  std::vector<NullRecord> nulls() const;
  std::vector<ProblemRecord> problems() const;
  std::optional<LookRecord> look() const;
  /// How often it was judged until now, its verdict included.
  Looks looks() const;
  /// All of the above, but looks of its verdict.
  Results read() const;

 private:
  struct State;
  explicit ResultFile(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace plumbline
