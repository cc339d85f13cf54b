// Matching durable records with a plan, and merging them.
#include "harness/run/ledger.hpp"

#include <algorithm>
#include <charconv>

#include "harness/run/pending.hpp"
#include "harness/run/turn.hpp"
#include "harness/verdict/metric_samples.hpp"
#include "io/parts/durable.hpp"

namespace plumbline {
namespace {

namespace fs = std::filesystem;

/// "00000012-….part" → 12; −1 for names that are not ours.
Index sequence_of(const std::string& name) {
  Index number = -1;
  std::from_chars(name.data(), name.data() + name.size(), number);
  return number;
}

bool same_bytes(const fs::path& a, const fs::path& b) {
  std::error_code none;
  return fs::equivalent(a, b, none) || read_bytes(a) == read_bytes(b);
}

/// Move a file out of the way of a rename onto its name. Another name first: at no moment is it
/// nowhere.
fs::path set_aside(const fs::path& file, const std::string& hash) {
  const fs::path source = write_target(file);
  std::error_code error;
  for (int copy = 1;; ++copy) {
    const std::string number = copy == 1 ? "" : fmt::format(".{}", copy);
    fs::path aside = file;
    aside.replace_filename(file.stem().string() + "." + hash.substr(0, 8) + number +
                           file.extension().string());
    if (fs::exists(aside, error)) {
      if (same_bytes(source, aside)) return aside;
      continue;
    }
    fs::create_hard_link(source, aside, error);
    if (error) write_durably(aside, {read_bytes(source)});  // another disk, or one without links
    return aside;
  }
}

}  // namespace

fs::path parts_folder(const fs::path& output) {
  return fs::path(output) += ".parts";
}

bool has_failed(const CellRecord& record) {
  return std::find(record.status.begin(), record.status.end(), Status::failed) !=
         record.status.end();
}

Ledger::Ledger(const Plan& plan, const fs::path& output)
    : plan_(plan),
      output_(output),
      cells_(plan.cells.size()),
      nulls_(plan.null_hashes.size()),
      begun_cells_(plan.cells.size()),
      akin_cells_(plan.cells.size()),
      begun_nulls_(plan.null_hashes.size()),
      akin_nulls_(plan.null_hashes.size()),
      wanted_(replicates_of(plan)),
      longest_{std::vector<Index>(plan.cells.size()), std::vector<Index>(plan.null_hashes.size())},
      kin_(plan) {
  for (std::size_t i = 0; i < plan.cells.size(); ++i) cell_of_hash_.emplace(plan.cells[i].hash, i);
  for (std::size_t p = 0; p < plan.null_hashes.size(); ++p)
    null_of_hash_.emplace(plan.null_hashes[p], p);
  for (const auto* known : {&cell_of_hash_, &null_of_hash_})
    for (const auto& [hash, index] : *known) beginnings_.insert(hash.substr(0, 16));
  refresh();
}

/// Reads the parts that are new; the names of all. One that vanishes before it is read has become
/// part of another: then the folder is listed again.
std::set<std::string> Ledger::read_parts() {
  constexpr int patience = 10;
  for (int attempt = 1;; ++attempt) {
    const PartFolder folder = list_parts(parts_folder(output_));
    std::set<std::string> there;
    bool vanished = false;
    debris_ = folder.temporary;
    for (const fs::path& file : folder.begun)
      if (beginnings_.contains(file.stem().string())) debris_.push_back(file);
    std::vector<fs::path> unread;
    for (const fs::path& file : folder.parts) {
      const std::string name = file.filename().string();
      there.insert(name);
      next_sequence_ = std::max(next_sequence_, sequence_of(name) + 1);
      if (!files_.contains(name)) unread.push_back(file);
    }
    std::vector<std::optional<Part>> parts = plumbline::read_parts(unread);
    for (std::size_t i = 0; i < unread.size(); ++i) {
      std::error_code none;
      if (parts[i])
        accept(unread[i], std::move(*parts[i]));
      else if (!fs::exists(unread[i], none))
        vanished = true;
      else if (!is_intact_part(unread[i]))
        debris_.push_back(unread[i]);
    }
    if (!vanished || attempt == patience) return there;
  }
}

void Ledger::refresh() {
  // Parts before the file: a merge by another process writes the file before it removes parts.
  const std::set<std::string> there = read_parts();
  const std::size_t before = files_.size();
  std::erase_if(files_, [&](const auto& known) { return !there.contains(known.first); });
  if (files_.size() != before) {
    const auto gone = [&](auto& entry) {
      if (!entry.from.empty() && !there.contains(entry.from)) entry = {};
    };
    for (auto* entries : {&cells_, &begun_cells_, &akin_cells_})
      std::for_each(entries->begin(), entries->end(), gone);
    for (auto* entries : {&nulls_, &begun_nulls_, &akin_nulls_})
      std::for_each(entries->begin(), entries->end(), gone);
    read_.reset();
  }
  if (const std::optional<FileStamp> now = stamp_of(output_); now != read_ || !now) {
    file_is_current_ = file_others_ = file_begins_ = false;
    file_hash_.clear();
    looks_ = {};
    if (now) read_result_file();
    read_ = now;
  }
}

void Ledger::accept(const fs::path& file, Part part) {
  const std::string name = file.filename().string();
  Known known;
  const auto note = [&](Role role) {
    known.ours = known.ours && role == Role::done;
    known.begins = known.begins && role != Role::other;
  };
  for (CellRecord& record : part.cells) note(accept(std::move(record), name));
  for (NullRecord& record : part.nulls) note(accept(std::move(record), name));
  files_[name] = known;
}

void Ledger::wrote(const fs::path& file, Part part) {
  next_sequence_ = std::max(next_sequence_, sequence_of(file.filename().string()) + 1);
  accept(file, std::move(part));
}

/// The same cell may lie elsewhere in its grid now.
void Ledger::place(CellRecord& record, std::size_t i) const {
  const Cell& cell = plan_.cells[i];
  record.label = plan_.sampler(cell).label;
  record.cell = cell.index;
  record.at.assign(cell.at.begin(), cell.at.end());
  record.claim = cell.claim.text();
  record.evidence_claim = cell.evidence_claim.is_nothing() ? "" : cell.evidence_claim.text();
}

template <class Record>
Ledger::Role Ledger::accept(Record record, const std::string& from, Shelf<Record> shelf) {
  const auto found = shelf.of_hash.find(record.hash);
  if (found == shelf.of_hash.end()) return adopt(std::move(record), from, shelf);
  const std::size_t i = found->second;
  shelf.longest[i] = std::max(shelf.longest[i], shelf.wanted[i]);
  auto& entry = shelf.done[i];
  if (entry.counts_over(from, entry.all)) return Role::done;
  place(record, i);
  entry = {std::move(record), from};
  return Role::done;
}

Ledger::Role Ledger::accept(CellRecord record, const std::string& from) {
  return accept(std::move(record), from,
                Shelf<CellRecord>{cell_of_hash_, wanted_.cells, longest_.cells, cells_,
                                  begun_cells_, akin_cells_});
}

Ledger::Role Ledger::accept(NullRecord record, const std::string& from) {
  return accept(std::move(record), from,
                Shelf<NullRecord>{null_of_hash_, wanted_.nulls, longest_.nulls, nulls_,
                                  begun_nulls_, akin_nulls_});
}

/// A record of the plan's draws with other metrics, or of fewer or more of them: it counts when it
/// has all of the plan's, is a beginning when it has fewer replicates, and helps when it has some
/// metrics.
template <class Record>
Ledger::Role Ledger::adopt(Record record, const std::string& from, Shelf<Record> shelf) {
  const auto found = kin_.adopt(record);
  if (!found) return Role::other;
  const std::size_t i = found->index;
  const bool enough = found->replicates >= shelf.wanted[i];
  if (found->whole) shelf.longest[i] = std::max(shelf.longest[i], found->replicates);
  if (found->whole && found->replicates > shelf.wanted[i]) return Role::other;
  const bool begins = found->whole && !enough;
  if (!found->whole && !found->checkable) {
    without_digests_ = without_digests_ || found->some;
    return Role::other;
  }
  const std::size_t worth =
      begins ? static_cast<std::size_t>(found->replicates) : record.metrics.size();
  auto& entry = (begins ? shelf.begun : found->whole ? shelf.done : shelf.akin)[i];
  if (!entry.counts_over(from, worth)) {
    place(record, i);
    entry = {std::move(record), from, worth};
  }
  return begins && found->same ? Role::beginning : Role::other;
}

void Ledger::read_result_file() {
  const ResultFile file = ResultFile::open(output_);
  file_hash_ = file.layout().spec_hash;
  looks_ = file.looks();
  file_is_current_ = file.layout().is_of_same_sweep(plan_.layout);
  look_ = file.look();
  kin_.learn(file.layout());
  const auto note = [&](Role role) {
    file_others_ = file_others_ || role == Role::other;
    file_begins_ = file_begins_ || role == Role::beginning;
  };
  for (const SamplerLayout& sampler : file.layout().samplers)
    for (CellRecord& record : file.cells(sampler.label)) note(accept(std::move(record), ""));
  for (NullRecord& record : file.nulls()) accept(std::move(record), "");
  why_pending_ = file_others_ ? plumbline::why_pending(plan_, file) : "";
}

/// Whether numbers of the result file are among the plan's: then who looked at them has looked at
/// these.
bool Ledger::uses_result_file() const {
  const auto any = [](const auto& entries) {
    return std::any_of(entries.begin(), entries.end(),
                       [](const auto& entry) { return entry.record && entry.from.empty(); });
  };
  return any(cells_) || any(nulls_) || any(akin_cells_) || any(akin_nulls_);
}

std::vector<fs::path> Ledger::own_parts() const {
  std::vector<fs::path> parts;
  for (const auto& [name, known] : files_)
    if (known.ours) parts.push_back(parts_folder(output_) / name);
  return parts;
}

bool Ledger::merged() const {
  const bool parts = std::any_of(files_.begin(), files_.end(),
                                 [](const auto& known) { return known.second.ours; });
  return file_is_current_ && !parts && missing() == 0;
}

Index Ledger::missing_cells() const {
  return std::count_if(cells_.begin(), cells_.end(), [](const auto& e) { return !e.record; });
}

Index Ledger::missing() const {
  return missing_cells() +
         std::count_if(nulls_.begin(), nulls_.end(), [](const auto& e) { return !e.record; });
}

Index Ledger::cells_akin() const {
  Index count = 0;
  for (std::size_t i = 0; i < cells_.size(); ++i) count += cell_akin(i) != nullptr;
  return count;
}

Index Ledger::failures() const {
  return std::count_if(cells_.begin(), cells_.end(),
                       [](const auto& entry) { return entry.record && has_failed(*entry.record); });
}

fs::path Ledger::merge(const std::vector<ProblemRecord>& problems, const Provenance& provenance) {
  const Turn turn(output_);
  refresh();
  Results results{plan_.layout, provenance, {}, {}, problems, {}, {}};
  if (read_ && (file_begins_ || uses_result_file())) results.look = look_;
  for (const auto& entry : cells_)
    if (entry.record) results.cells.push_back(*entry.record);
  for (const auto& entry : nulls_)
    if (entry.record) results.nulls.push_back(*entry.record);
  calibrate_cells(results);
  // A file of beginnings is continued by this one, once all of it is there.
  const bool whole = missing() == 0;
  const bool other = file_others_ || (file_begins_ && !whole);
  if (!other) results.looks = looks_;  // at the draws that this file goes on with
  fs::path aside = other ? set_aside(output_, file_hash_) : fs::path{};
  write_results(output_, results);
  std::error_code ignored;  // what stays is read again, and agrees with the file
  for (const auto& [name, known] : files_)
    if (known.ours || (whole && known.begins)) fs::remove(parts_folder(output_) / name, ignored);
  if (whole)
    for (const fs::path& file : debris_) fs::remove(file, ignored);
  fs::remove(parts_folder(output_), ignored);  // only when empty
  return aside;
}

}  // namespace plumbline
