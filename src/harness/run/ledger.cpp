// Matching durable records with a plan, and merging them.
#include "harness/run/ledger.hpp"

#include <algorithm>
#include <charconv>

#include "harness/verdict/metric_samples.hpp"

namespace plumbline {
namespace {

namespace fs = std::filesystem;

/// "00000012-….part" → 12; −1 for names that are not ours.
Index sequence_of(const fs::path& file) {
  const std::string name = file.filename().string();
  Index number = -1;
  std::from_chars(name.data(), name.data() + name.size(), number);
  return number;
}

/// Move a file out of the way of a rename onto its name. A link first: at no moment is it nowhere.
fs::path set_aside(const fs::path& file, const std::string& hash) {
  fs::path aside = file;
  aside.replace_filename(file.stem().string() + "." + hash.substr(0, 8) +
                         file.extension().string());
  std::error_code error;
  if (!fs::exists(aside)) fs::create_hard_link(file, aside, error);
  if (error) fs::copy_file(file, aside, error);
  if (error)
    throw IoError(fmt::format("cannot keep {}, which holds other cells, as {}: {}", file.string(),
                              aside.string(), error.message()));
  return aside;
}

bool has_failed(const CellRecord& record) {
  return std::find(record.status.begin(), record.status.end(), Status::failed) !=
         record.status.end();
}

}  // namespace

fs::path parts_folder(const fs::path& output) {
  return fs::path(output) += ".parts";
}

Ledger::Ledger(const Plan& plan, const fs::path& output)
    : output_(output), cells_(plan.cells.size()), nulls_(plan.null_hashes.size()) {
  for (std::size_t i = 0; i < plan.cells.size(); ++i) cell_of_hash_.emplace(plan.cells[i].hash, i);
  for (std::size_t p = 0; p < plan.null_hashes.size(); ++p)
    null_of_hash_.emplace(plan.null_hashes[p], p);
  // Parts before the file: a merge by another process writes the file before it removes parts.
  PartFolder folder = read_parts(parts_folder(output));
  read_result_file(plan);
  for (std::size_t f = 0; f < folder.parts.size(); ++f) {
    bool ours = true;
    next_sequence_ = std::max(next_sequence_, sequence_of(folder.files[f]) + 1);
    for (CellRecord& record : folder.parts[f].cells) {
      ours = ours && cell_of_hash_.contains(record.hash);
      accept(std::move(record), plan);
    }
    for (NullRecord& record : folder.parts[f].nulls) {
      ours = ours && null_of_hash_.contains(record.hash);
      accept(std::move(record));
    }
    if (ours) files_.push_back(folder.files[f]);
  }
  for (const auto* broken : {&folder.not_intact, &folder.temporary})
    debris_.insert(debris_.end(), broken->begin(), broken->end());
}

void Ledger::accept(CellRecord record, const Plan& plan) {
  const auto found = cell_of_hash_.find(record.hash);
  if (found == cell_of_hash_.end()) return;
  const Cell& cell = plan.cells[found->second];  // the same cell may lie elsewhere in its grid now
  record.label = plan.sampler(cell).label;
  record.cell = cell.index;
  record.at.assign(cell.at.begin(), cell.at.end());
  record.claim = cell.claim.text();
  cells_[found->second] = std::move(record);
}

void Ledger::accept(NullRecord record) {
  const auto found = null_of_hash_.find(record.hash);
  if (found == null_of_hash_.end()) return;
  record.problem = static_cast<Index>(found->second);
  nulls_[found->second] = std::move(record);
}

void Ledger::read_result_file(const Plan& plan) {
  if (!fs::exists(output_)) return;
  const ResultFile file = ResultFile::open(output_);
  file_is_current_ = file.layout().spec_hash == plan.layout.spec_hash;
  bool others = false;
  for (const SamplerLayout& sampler : file.layout().samplers)
    for (CellRecord& record : file.cells(sampler.label)) {
      others = others || !cell_of_hash_.contains(record.hash);
      accept(std::move(record), plan);
    }
  for (NullRecord& record : file.nulls()) accept(std::move(record));
  if (others) other_hash_ = file.layout().spec_hash;
}

bool Ledger::failed(std::size_t i) const {
  return cells_[i] && has_failed(*cells_[i]);
}

Index Ledger::missing() const {
  return std::count(cells_.begin(), cells_.end(), std::nullopt) +
         std::count(nulls_.begin(), nulls_.end(), std::nullopt);
}

Index Ledger::failures() const {
  return std::count_if(cells_.begin(), cells_.end(),
                       [](const auto& record) { return record && has_failed(*record); });
}

fs::path Ledger::merge(const Plan& plan, const std::vector<ProblemRecord>& problems,
                       const Provenance& provenance) {
  Results results{plan.layout, provenance, {}, {}, problems, {}};
  for (const auto& record : cells_)
    if (record) results.cells.push_back(*record);
  for (const auto& record : nulls_)
    if (record) results.nulls.push_back(*record);
  calibrate_cells(results);
  const fs::path aside = other_hash_.empty() ? fs::path{} : set_aside(output_, other_hash_);
  write_results(output_, results);
  std::error_code ignored;  // what stays is read again, and agrees with the file
  for (const fs::path& file : files_) fs::remove(file, ignored);
  if (missing() == 0)
    for (const fs::path& file : debris_) fs::remove(file, ignored);
  fs::remove(parts_folder(output_), ignored);  // only when empty
  return aside;
}

}  // namespace plumbline
