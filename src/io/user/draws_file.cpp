// Kind of file → numbers → sets of draws.
#include "io/user/draws_file.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <span>

#include "core/errors.hpp"
#include "io/user/chain_labels.hpp"
#include "io/user/csv.hpp"
#include "io/user/npy.hpp"
#include "io/user/points.hpp"
#include "io/user/user_file.hpp"

namespace plumbline {
namespace {

constexpr const char* forms = "[n], [n, d] or [replicate, n, d]";

struct Numbers {
  NumberArray x;
  std::optional<NumberArray> log_w;
  std::optional<NumberArray> chain;    // labels
  std::optional<double> chain_length;  // or this
  std::string problem_hash;
};

/// x, log_w and chains, and what `plumbline draw` writes beside them.
Numbers read_arrays(const std::filesystem::path& path) {
  const PointsFile file = PointsFile::open(path);
  file.refuse_others(
      {"x", "log_w", "chain", "chain_length", "score_evaluations", "log_evidence", "problem_hash"});
  Numbers out{file.array("x", 1, 3, forms), {}, {}, {}, file.text("problem_hash").value_or("")};
  const bool sets = out.x.shape.size() == 3;
  const std::size_t rank = sets ? 2 : 1;
  const char* form = sets ? "[replicate, n]" : "[n]";
  if (file.mentions("log_w")) out.log_w = file.log_weight_array("log_w", rank, rank, form);
  if (file.mentions("chain")) out.chain = file.array("chain", rank, rank, form);
  if (file.mentions("chain_length")) {
    const NumberArray length = file.array("chain_length", 0, 1, "of one number");
    if (length.values.size() != 1)
      throw SpecError("chain_length", fmt::format("{} numbers", length.values.size()),
                      "must be one number", Location{path.string()});
    out.chain_length = length.values.front();
  } else {
    out.chain_length = file.attribute("chain_length");
  }
  return out;
}

Numbers read_numbers(const std::filesystem::path& path) {
  const FileKind kind = kind_of_file(path);
  if (kind == FileKind::arrays) return read_arrays(path);
  if (kind == FileKind::npy) return {read_npy(path), {}, {}, {}, ""};
  CsvNumbers csv =
      read_csv(path, {{"log_w", CsvColumn::Kind::log_weight}, {"chain", CsvColumn::Kind::whole}});
  Numbers out{std::move(csv.x), {}, {}, {}, ""};
  if (const auto weights = csv.numbers.find("log_w"); weights != csv.numbers.end())
    out.log_w = NumberArray{{out.x.shape[0]}, std::move(weights->second)};
  if (const auto chains = csv.numbers.find("chain"); chains != csv.numbers.end())
    out.chain = NumberArray{{out.x.shape[0]}, std::move(chains->second)};
  return out;
}

/// Complaints about one file.
struct Checks {
  Location where;

  SpecError mistake(const std::string& key, const std::string& value,
                    const std::string& allowed) const {
    return {key, value, allowed, where};
  }
  static std::string shape_text(const NumberArray& array) {
    return fmt::format("shape [{}]", fmt::join(array.shape, ", "));
  }

  void finite(const NumberArray& x) const {
    const auto bad = std::find_if_not(x.values.begin(), x.values.end(),
                                      [](double v) { return std::isfinite(v); });
    if (bad == x.values.end()) return;
    std::vector<std::int64_t> at(x.shape.size());
    std::int64_t flat = bad - x.values.begin();
    for (std::size_t i = at.size(); i-- > 0; flat /= x.shape[i]) at[i] = flat % x.shape[i];
    throw mistake(fmt::format("x[{}]", fmt::join(at, ", ")), fmt::format("{}", *bad),
                  "finite numbers");
  }

  /// [replicate, n, d] whatever was written.
  std::vector<std::int64_t> sets(const NumberArray& x) const {
    const std::size_t rank = x.shape.size();
    if (rank < 1 || rank > 3) throw mistake("x", shape_text(x), forms);
    std::vector<std::int64_t> shape = {rank == 3 ? x.shape[0] : 1,
                                       rank == 3 ? x.shape[1] : x.shape[0],
                                       rank == 1 ? 1 : x.shape[rank - 1]};
    if (shape[1] < 2) throw mistake("x", shape_text(x), "at least 2 draws");
    return shape;
  }

  void one_per_draw(const std::string& name, const NumberArray& array, std::int64_t replicates,
                    std::int64_t n) const {
    if (static_cast<std::int64_t>(array.values.size()) == replicates * n && array.shape.back() == n)
      return;
    throw mistake(name, shape_text(array),
                  fmt::format("one per draw: {} sets of {}", replicates, n));
  }

  void chains_weigh_the_same(const Numbers& numbers) const {
    if (numbers.chain && numbers.chain_length)
      throw mistake("chain_length", fmt::format("{}", *numbers.chain_length),
                    "must be absent where `chain` says it");
    if (!numbers.log_w || !(numbers.chain || numbers.chain_length)) return;
    const auto [low, high] =
        std::minmax_element(numbers.log_w->values.begin(), numbers.log_w->values.end());
    if (!(*high - *low <= 1e-9))
      throw mistake("log_w", fmt::format("{:.6g} to {:.6g}", *low, *high),
                    "must be equal or absent: draws of Markov chains weigh the same");
  }

  /// Normalised; SpecError when nothing has weight.
  HostVector normalised(const HostVector& log_w) const {
    const Real total = log_sum_exp(log_w);
    if (!(total > -std::numeric_limits<Real>::infinity()))
      throw mistake("log_w", "-inf everywhere", "at least one finite log weight");
    return log_w.array() - total;
  }
};

/// The rows of set r, chain after chain.
void by_chains(const NumberArray& labels, Index r, const Location& where, GivenDraws& set) {
  const Index n = set.x.rows();
  const auto first = static_cast<std::size_t>(r * n);
  const ChainOrder chains =
      chains_by_label(std::span(labels.values).subspan(first, static_cast<std::size_t>(n)), where);
  const HostMatrix as_given = set.x;
  for (Index i = 0; i < n; ++i)
    set.x.row(i) = as_given.row(chains.order[static_cast<std::size_t>(i)]);
  set.chain_length = chains.length;
}

}  // namespace

std::vector<GivenDraws> read_draws(const std::filesystem::path& path) {
  const Numbers numbers = read_numbers(path);
  const Checks checks{Location{path.string()}};
  const std::vector<std::int64_t> shape = checks.sets(numbers.x);
  checks.finite(numbers.x);
  const Index n = shape[1], d = shape[2];
  if (numbers.log_w) checks.one_per_draw("log_w", *numbers.log_w, shape[0], n);
  if (numbers.chain) checks.one_per_draw("chain", *numbers.chain, shape[0], n);
  checks.chains_weigh_the_same(numbers);
  std::vector<GivenDraws> sets;
  for (Index r = 0; r < shape[0]; ++r) {
    GivenDraws set{Eigen::Map<const HostMatrix>(numbers.x.values.data() + r * n * d, n, d),
                   {},
                   0,
                   numbers.problem_hash};
    if (numbers.log_w && !numbers.chain && !numbers.chain_length)
      set.log_w =
          checks.normalised(Eigen::Map<const HostVector>(numbers.log_w->values.data() + r * n, n));
    if (numbers.chain_length)
      set.chain_length = chains_by_length(*numbers.chain_length, n, checks.where).length;
    if (numbers.chain) by_chains(*numbers.chain, r, checks.where, set);
    sets.push_back(std::move(set));
    if (sets.back().chain_length != sets.front().chain_length)
      throw checks.mistake(
          "chain", fmt::format("chains of {} draws in set {}", sets.back().chain_length, r),
          fmt::format("must have {} draws, as in set 0", sets.front().chain_length));
  }
  return sets;
}

}  // namespace plumbline
