// Needs → one sum → SpecError.
#include "harness/sweep/memory_bill.hpp"

#include <algorithm>
#include <limits>

#include "core/kokkos.hpp"
#include "record/functionals.hpp"

namespace plumbline {
namespace {

/// Points of a grid; Real, as a product of axes may be beyond any integer.
Real points_of(const std::vector<Axis>& axes) {
  Real points = 1;
  for (const Axis& axis : axes) points *= static_cast<Real>(axis.size());
  return points;
}

Real cells_of(const Sweep& sweep) {
  Real cells = 0;
  for (const SamplerSpec& sampler : sweep.samplers) cells += points_of(sampler.axes);
  return cells * points_of(sweep.problem.axes);
}

/// "1200", "1e+09": a count that may be large.
std::string count_text(Real count) {
  return count < 1e9 ? fmt::format("{:.0f}", count) : fmt::format("{:.3g}", count);
}

/// A row of A has more than one coordinate.
bool mixes(const LinearForm& form) {
  for (Eigen::Index j = 0; j < form.a.rows(); ++j)
    if ((form.a.row(j).array() != 0).count() > 1) return true;
  return false;
}

struct LongestAxis {
  const SweptKey* key = nullptr;
  Index size = 0;
  std::string prefix;

  void look_at(const std::vector<Axis>& axes, const std::string& where) {
    for (const Axis& axis : axes)
      if (axis.size() > size) *this = {&axis.keys.front(), axis.size(), where};
  }
};

}  // namespace

Needs problem_needs(const PriorSize& size) {
  const Real k = size.components, d = size.dimension;
  const Real vectors = bytes_of(40 * k * d), target = bytes_of(4 * d * d);
  const Real matrices = size.full ? bytes_of(14 * k * d * d) : 0;
  const bool many = k > d;
  return {{many ? size.components_key : size.dimension_key, "mixture, posterior and tables [K, D]",
           vectors},
          {size.dimension_key, "covariance of the target [D, D]", target},
          {many ? size.components_key : size.dimension_key, "covariances [K, D, D]", matrices}};
}

std::string refusal(const Need& need, Real all, Real limit) {
  const std::string rest = all > 1.1 * need.bytes ? fmt::format(" of {}", bytes_text(all)) : "";
  return fmt::format(
      "needs {}{} for: {}; {} of memory are available (--memory SIZE sets another limit)",
      bytes_text(need.bytes), rest, need.what, bytes_text(limit));
}

void require_posterior_room(const GaussianMixture& prior, const Observation& observation,
                            Real limit) {
  if (prior.kind() == CovarianceKind::full) return;  // checked with the prior
  const auto form = observation.linear_form(prior.dimension());
  if (!form || !mixes(*form)) return;
  const Real k = prior.components(), d = prior.dimension();
  const Need need = {"kind", "covariances of the posterior, which this observation fills [K, D, D]",
                     bytes_of(14 * k * d * d)};
  Real all = 0;
  for (const Need& part : problem_needs({k, d, true})) all += part.bytes;
  if (all > limit) throw SpecError(need.key, "", refusal(need, all, limit));
}

void MemoryBill::draws_from(const std::string& option, Index n) {
  draws_option_ = option;
  draws_value_ = fmt::format("{}", n);
}

Priced MemoryBill::priced(const Need& need, const std::string& part, const Table& resolved,
                          const Table& written, const Location& at) const {
  Priced out{need, "", at};
  if (need.key == "draws" && !draws_option_.empty())
    return {{draws_option_, need.what, need.bytes}, draws_value_, {}};
  if (need.key.starts_with("--")) {
    out.at = {};
    return out;
  }
  if (need.key.starts_with("problem.")) {
    out.at = sweep_.problem.at;
    return out;
  }
  const bool top = part.empty() || need.key == "draws";
  const Table own = top ? write_settings(sweep_.settings) : Table{};
  const Value* value = (top ? own : resolved).find(need.key);
  const Value* place = (top ? sweep_.written : written).find(need.key);
  if (value) out.value = to_text(*value, 40);
  if (place) out.at = place->at;
  if (!top) out.need.key = part + "." + need.key;
  if (top && !place) out.at = {sweep_.path, 1, 1};
  return out;
}

MemoryBill::Sum MemoryBill::sum(const Needs& needs, const std::string& part, const Table& resolved,
                                const Table& written, const Location& at) const {
  Sum sum;
  for (const Need& need : needs) {
    sum.bytes += need.bytes;
    if (need.bytes > sum.largest.need.bytes)
      sum.largest = priced(need, part, resolved, written, at);
  }
  return sum;
}

void MemoryBill::add(const Needs& needs, const std::string& part, const Table& resolved,
                     const Table& written, const Location& at) {
  const Sum more = sum(needs, part, resolved, written, at);
  held_.bytes += more.bytes;
  if (more.largest.need.bytes > held_.largest.need.bytes) held_.largest = more.largest;
}

void MemoryBill::add_in_turn(const Needs& needs, const std::string& part, const Table& resolved,
                             const Table& written, const Location& at) {
  const Sum stage = sum(needs, part, resolved, written, at);
  if (stage.bytes > stage_.bytes) stage_ = stage;
}

Priced MemoryBill::largest_number(const std::string& part, const Table& resolved,
                                  const Table& written, const Location& at) const {
  Priced out =
      priced({"draws", "", static_cast<Real>(sweep_.settings.draws)}, part, resolved, written, at);
  for (const Member& member : resolved.members) {
    const auto* whole = member.value.get_if<std::int64_t>();
    if (whole && static_cast<Real>(*whole) > out.need.bytes)
      out = priced({member.key, "", static_cast<Real>(*whole)}, part, resolved, written, at);
  }
  return out;
}

void MemoryBill::check() const {
  const Real limit = sweep_.limits.memory;
  if (bytes() <= limit) return;
  const Priced& largest =
      stage_.largest.need.bytes > held_.largest.need.bytes ? stage_.largest : held_.largest;
  throw SpecError(largest.need.key, largest.value, refusal(largest.need, bytes(), limit),
                  largest.at);
}

Real require_sampler_room(const SamplerSpec& spec, const Table& settings, const Sampler& sampler,
                          const Problem& problem, Index n, const MemoryBill& others) {
  const Table resolved = spec.entry->resolved(settings);
  const std::string part = "sampler." + spec.label;
  MemoryBill bill = others;
  bill.add_in_turn(sampler.needs(problem, n), part, resolved, settings, spec.at);
  bill.check();
  constexpr Real most = 1e17;  // a constant of each method's below 2^63
  if (const Real evaluations = sampler.most_evaluations(n); evaluations > most) {
    const Priced largest = bill.largest_number(part, resolved, settings, spec.at);
    throw SpecError(largest.need.key, largest.value,
                    fmt::format("makes about {:.3g} evaluations of a replicate, with the other "
                                "settings: more than can be counted",
                                evaluations),
                    largest.at);
  }
  return bill.bytes();
}

void add_metrics(MemoryBill& bill, const Sweep& sweep, const Problem& problem, Index n) {
  const Need draws = {"draws", "draws [n, d]", bytes_of(Real(n) * (Real(problem.dimension()) + 1))};
  for (const MetricSpec& metric : sweep.metrics) {
    Needs needs = metric.entry->make(metric.settings)->needs(problem, n);
    needs.insert(needs.begin(), draws);
    bill.add_in_turn(needs, "metrics." + metric.entry->name,
                     metric.entry->resolved(metric.settings), metric.settings, metric.at);
  }
}

void require_countable(const Sweep& sweep) {
  const Real cells = cells_of(sweep);
  if (cells <= static_cast<Real>(sweep.limits.max_cells)) return;
  LongestAxis longest;
  longest.look_at(sweep.problem.axes, "problem.");
  for (const SamplerSpec& sampler : sweep.samplers)
    longest.look_at(sampler.axes, "sampler." + sampler.label + ".");
  if (!longest.key)
    throw SpecError(
        "sampler", count_text(cells) + " of them",
        fmt::format("at most {} cells (--max-cells N sets another limit)", sweep.limits.max_cells),
        sweep.samplers.front().at);
  throw SpecError(longest.prefix + longest.key->path, fmt::format("{} values", longest.size),
                  fmt::format("makes {} cells with the other axes: at most {} (--max-cells N sets "
                              "another limit)",
                              count_text(cells), sweep.limits.max_cells),
                  longest.key->at);
}

constexpr Real copies = 3;  // as records are made, read back and written

Need samples_need(const Sweep& sweep, int d) {
  const SweepSettings& s = sweep.settings;
  return {"samples", "draws that are kept of every cell",
          copies * bytes_of(cells_of(sweep) * std::min(s.samples, s.draws) * (Real(d) + 1))};
}

void require_path_room(Real steps, MemoryBill bill) {
  bill.add({{"sampler", "effective sample size of every step and cell", copies * bytes_of(steps)}});
  bill.check();
}

KeptProblems kept_problems(const Problem& problem, Real memory) {
  constexpr Real most = 0x1p31;  // bytes
  const Real k = problem.prior().components(), d = static_cast<Real>(problem.full_dimension());
  const bool full = problem.is_mixture() && problem.posterior().kind() == CovarianceKind::full;
  // Of what a problem holds (`problem_needs`) the prior's part is shared.
  const Real one = bytes_of(20 * k * d + 2 * d * d + (full ? 8 * k * d * d : 0));
  return {static_cast<Index>(std::max<Real>(1, std::min(most, memory / 4) / one)), one};
}

Need kept_problems_need(const Sweep& sweep, const Problem& problem) {
  const KeptProblems kept = kept_problems(problem, sweep.limits.memory);
  const Index wanted = std::max<Index>(most_replicates(sweep), sweep.settings.null_replicates);
  return {"replicates", "problems of replicates that each have a y of their own",
          static_cast<Real>(std::min(kept.most, wanted) - 1) * kept.bytes};
}

Needs record_needs(const Sweep& sweep) {
  const SweepSettings& s = sweep.settings;
  const Real cells = cells_of(sweep), points = points_of(sweep.problem.axes);
  const Real columns = 2 * static_cast<Real>(sweep.metrics.size() + 5);
  constexpr Real functionals = 2 * most_functionals;  // and standard errors, of dependent draws
  Real replicates = 0;                                // of all cells
  for (const SamplerSpec& sampler : sweep.samplers)
    replicates += points * points_of(sampler.axes) * replicates_of(sweep, sampler);
  return {{"replicates", "numbers of every cell and replicate",
           copies * bytes_of(replicates * (columns + 6 + functionals) + cells * 400)},
          {"null_replicates", "numbers of every set of exact draws",
           copies * bytes_of(points * s.null_replicates * columns)}};
}

// Here, because what reads sweeps needs no Kokkos (limits.hpp, tests/fuzz).
Real device_memory() {
#if defined(KOKKOS_ENABLE_CUDA)  // Kokkos itself cannot be asked
  std::size_t free = 0, all = 0;
  if (!on_host && cudaMemGetInfo(&free, &all) == cudaSuccess) return static_cast<Real>(free);
#elif defined(KOKKOS_ENABLE_HIP)
  std::size_t free = 0, all = 0;
  if (!on_host && hipMemGetInfo(&free, &all) == hipSuccess) return static_cast<Real>(free);
#endif
  return infinity;
}

std::string memory_name() {
  return Memory::name();
}

}  // namespace plumbline
