// Kind of file → numbers → sets of draws.
#include "io/user/draws_file.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "core/errors.hpp"
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
  std::string problem_hash;
};

/// x and log_w, and what `plumbline draw` writes beside them.
Numbers read_arrays(const std::filesystem::path& path) {
  const PointsFile file = PointsFile::open(path);
  file.refuse_others({"x", "log_w", "score_evaluations", "log_evidence", "problem_hash"});
  Numbers out{file.array("x", 1, 3, forms), {}, file.text("problem_hash").value_or("")};
  if (!file.mentions("log_w")) return out;
  const bool sets = out.x.shape.size() == 3;
  out.log_w =
      file.log_weight_array("log_w", sets ? 2 : 1, sets ? 2 : 1, sets ? "[replicate, n]" : "[n]");
  return out;
}

Numbers read_numbers(const std::filesystem::path& path) {
  const FileKind kind = kind_of_file(path);
  if (kind == FileKind::arrays) return read_arrays(path);
  if (kind == FileKind::npy) return {read_npy(path), {}, ""};
  CsvNumbers csv = read_csv(path, {{"log_w", CsvColumn::Kind::log_weight}});
  Numbers out{std::move(csv.x), {}, ""};
  if (const auto weights = csv.numbers.find("log_w"); weights != csv.numbers.end())
    out.log_w = NumberArray{{out.x.shape[0]}, std::move(weights->second)};
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
    const std::vector<std::int64_t> shape = {rank == 3 ? x.shape[0] : 1,
                                             rank == 3 ? x.shape[1] : x.shape[0],
                                             rank == 1 ? 1 : x.shape[rank - 1]};
    if (shape[1] < 2) throw mistake("x", shape_text(x), "at least 2 draws");
    return shape;
  }

  void weights_fit(const NumberArray& log_w, std::int64_t replicates, std::int64_t n) const {
    if (static_cast<std::int64_t>(log_w.values.size()) == replicates * n && log_w.shape.back() == n)
      return;
    throw mistake("log_w", shape_text(log_w),
                  fmt::format("one per draw: {} sets of {}", replicates, n));
  }

  /// Normalised; SpecError when nothing has weight.
  HostVector normalised(const HostVector& log_w) const {
    const Real total = log_sum_exp(log_w);
    if (!(total > -std::numeric_limits<Real>::infinity()))
      throw mistake("log_w", "-inf everywhere", "at least one finite log weight");
    return log_w.array() - total;
  }
};

}  // namespace

std::vector<GivenDraws> read_draws(const std::filesystem::path& path) {
  const Numbers numbers = read_numbers(path);
  const Checks checks{Location{path.string()}};
  const std::vector<std::int64_t> shape = checks.sets(numbers.x);
  checks.finite(numbers.x);
  const Index n = shape[1], d = shape[2];
  if (numbers.log_w) checks.weights_fit(*numbers.log_w, shape[0], n);
  std::vector<GivenDraws> sets;
  for (Index r = 0; r < shape[0]; ++r) {
    GivenDraws set{Eigen::Map<const HostMatrix>(numbers.x.values.data() + r * n * d, n, d),
                   {},
                   numbers.problem_hash};
    if (numbers.log_w)
      set.log_w =
          checks.normalised(Eigen::Map<const HostVector>(numbers.log_w->values.data() + r * n, n));
    sets.push_back(std::move(set));
  }
  return sets;
}

}  // namespace plumbline
