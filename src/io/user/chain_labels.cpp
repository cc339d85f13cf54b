// Labels → rows chain after chain.
#include "io/user/chain_labels.hpp"

#include <cmath>
#include <map>

namespace plumbline {
namespace {

bool is_whole(double value) {
  return value >= 0 && value <= 0x1p53 && value == std::floor(value);
}

}  // namespace

ChainOrder chains_by_label(std::span<const double> labels, const Location& where) {
  std::map<double, std::size_t> known;
  std::vector<std::vector<Index>> rows;
  for (std::size_t n = 0; n < labels.size(); ++n) {
    if (!is_whole(labels[n]))
      throw SpecError(fmt::format("chain[{}]", n), fmt::format("{}", labels[n]),
                      "must be a whole number ≥ 0, the chain of that draw", where);
    const auto [at, fresh] = known.try_emplace(labels[n], rows.size());
    if (fresh) rows.emplace_back();
    rows[at->second].push_back(static_cast<Index>(n));
  }
  ChainOrder out;
  for (const auto& [label, at] : known) {
    const auto size = static_cast<Index>(rows[at].size());
    if (size < 2)
      throw SpecError(
          "chain", fmt::format("one draw of chain {}", label),
          "needs at least 2 draws a chain; leave `chain` out where draws are independent", where);
    if (const auto first = static_cast<Index>(rows.front().size()); size != first)
      throw SpecError(
          "chain",
          fmt::format("{} draws of chain {}, {} of chain {}", size, label, first, labels.front()),
          "needs chains of one length: cut them to the shortest", where);
    out.length = size;
  }
  for (const std::vector<Index>& chain : rows)
    out.order.insert(out.order.end(), chain.begin(), chain.end());
  return out;
}

ChainOrder chains_by_length(double length, Index n, const Location& where) {
  const auto whole = is_whole(length) ? static_cast<Index>(length) : 0;
  if (whole < 2 || n % whole != 0)
    throw SpecError("chain_length", fmt::format("{}", length),
                    fmt::format("must be a whole number ≥ 2 that divides the {} draws", n), where);
  return {whole, {}};
}

}  // namespace plumbline
