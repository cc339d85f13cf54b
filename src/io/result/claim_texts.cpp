#include "io/result/claim_texts.hpp"

#include "core/errors.hpp"

namespace plumbline {
namespace {

struct ClaimText {
  const char *name, *long_name;
  std::string CellRecord::*text;
};

constexpr ClaimText claim_texts[] = {
    {"claim", "the limit in which the cell is exact", &CellRecord::claim},
    {"evidence_claim", "the limit in which its evidence is unbiased", &CellRecord::evidence_claim}};

}  // namespace

void write_claims(LabelledGroup& group, const QuantityGrid& grid, const CellMap& records) {
  for (const ClaimText& of : claim_texts) {
    std::vector<std::string> texts(static_cast<std::size_t>(grid.cells));
    bool any = false;
    for (const auto& [cell, record] : records) {
      texts[static_cast<std::size_t>(cell)] = record->*of.text;
      any = any || !(record->*of.text).empty();
    }
    if (!any) continue;
    const hdf5::Handle variable = group.variable(of.name, grid.axes, texts);
    hdf5::write_attribute(variable, "long_name", std::string(of.long_name));
  }
}

void read_claims(const hdf5::Handle& group, std::int64_t cells, std::vector<CellRecord>& records) {
  for (const ClaimText& of : claim_texts) {
    if (hdf5::kind_of(group, of.name) != "dataset") continue;
    const std::vector<std::string> texts = hdf5::read_texts(hdf5::open_dataset(group, of.name));
    if (static_cast<std::int64_t>(texts.size()) != cells)
      throw IoError("cannot read " + group.name() + ": its arrays do not fit together");
    for (CellRecord& record : records)
      record.*of.text = texts[static_cast<std::size_t>(record.cell)];
  }
}

}  // namespace plumbline
