// Probes of samplers and metrics → seconds of cells.
#include "harness/sweep/costs.hpp"

#include <algorithm>
#include <cmath>

#include "core/steps/stop.hpp"
#include "diffusion/diffused_mixture.hpp"
#include "harness/sweep/streams.hpp"

namespace plumbline {
namespace {

/// Sampler, and its settings that are no numbers: those change what an evaluation costs.
std::string method_of(const Plan& plan, const Cell& cell) {
  const SamplerSpec& spec = plan.sampler(cell);
  Table table;
  for (Member& member : spec.entry->resolved(cell.settings).members)
    if (member.value.get_if<bool>() || member.value.get_if<std::string>())
      table.set(member.key, std::move(member.value));
  return spec.label + to_text({std::move(table)});
}

/// Problems on which everything costs the same.
std::string size_text(const Problem& problem) {
  const GaussianMixture& prior = problem.prior();
  const auto kind = problem.is_mixture() ? problem.posterior().kind() : prior.kind();
  return fmt::format("{} {} {} {} {} {} {}", prior.components(), prior.dimension(),
                     static_cast<int>(prior.kind()), static_cast<int>(kind), problem.dimension(),
                     problem.observation().target(), problem.process().name());
}

Real median(std::vector<Real> values) {
  if (values.empty()) return nan;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Seconds per multiply-add of a score evaluation, in about `time` seconds.
Real measure_speed(const Exec& exec, const Problem& problem, Index draws, Real work, Real time) {
  constexpr Real enough = 2e7;  // multiply-adds of a pass
  const Index rows =
      std::clamp<Index>(static_cast<Index>(enough / work), 1, std::min<Index>(draws, 4096));
  const DiffusedMixture mixture(exec, problem.prior_factored(), problem.process(),
                                problem.process().horizon() / 2);
  const Matrix z = make_matrix("plumbline::harness::speed", rows, problem.full_dimension());
  fill_normal(exec, Rng::from_seed(0), 0, z);
  const Matrix out = make_matrix("plumbline::harness::speed_score", rows, problem.full_dimension());
  const auto pass = [&] { score(exec, mixture.tables(), z, out); };
  pass();  // first touch
  exec.fence();
  const WorkWatch watch;
  Real passes = 0;
  do {
    pass();
    exec.fence();
    ++passes;
  } while (watch.seconds() < time);
  return watch.seconds() / (passes * static_cast<Real>(rows) * work);
}

}  // namespace

Costs::Size Costs::scaled(Size size, Real by) {
  for (Real* seconds : {&size.build, &size.draw, &size.metrics, &size.floored}) *seconds *= by;
  for (auto& [method, cost] : size.methods) cost.scale(by);
  return size;
}

bool Costs::time_left() const {
  return work_.seconds() < time_.all && wall_.seconds() < 2 * time_.all;
}

Real Costs::cell(std::size_t index) const {
  return replicates_[index] * static_cast<Real>(plan_.cells[index].replicates);
}

Real Costs::exact_draws(Index problem) const {
  if (plan_.null_replicates.empty()) return 0;
  return exact_set(problem) *
         static_cast<Real>(plan_.null_replicates[static_cast<std::size_t>(problem)]);
}

Real Costs::factor() const {
  constexpr Real model = 1.3;  // lines where costs are curved, machines that are not at rest
  return model * spread_.factor();
}

/// Seconds of one evaluation: its arithmetic, and a share of a launch.
Real Costs::guess(const ProblemPoint& point) const {
  constexpr Real launch = 1e-7;
  return launch + speed_ * point.work;
}

/// Seconds of all that is wanted.
Real Costs::first_guess(const Wanted& wanted) const {
  Real seconds = 0;
  for (std::size_t i = 0; i < plan_.cells.size(); ++i) {
    const Cell& cell = plan_.cells[i];
    if (wanted && !wanted(i)) continue;
    seconds += static_cast<Real>(cell.replicates) * cell.runs *
               static_cast<Real>(cell.evaluations) *
               guess(plan_.problems[static_cast<std::size_t>(cell.problem)]);
  }
  return seconds;
}

Costs::Costs(const Exec& exec, const Plan& plan, ProbeTime time, const Wanted& wanted)
    : exec_(exec), plan_(plan), time_(time), replicates_(plan.cells.size(), 0) {
  const SweepSettings& settings = plan.sweep.settings;
  std::shared_ptr<Problems> problems = problems_of(exec, plan, 0);
  speed_ = measure_speed(exec, problems->at(0), settings.draws, plan.problems.front().work, 0.02);
  time_.all = std::min(time.all, time.share * first_guess(wanted));
  std::size_t next = 0;
  for (const ProblemPoint& point : plan.problems) {
    stop_if_asked();
    Cells cells{next, next};
    bool any = !wanted;
    for (; next < plan.cells.size() && plan.cells[next].problem == point.index; ++next)
      any = any || wanted(next);
    cells.last = next;
    if (!any || !time_left()) {
      // as a point that was timed, by the sizes of the two; as nothing but evaluations before
      Size like{.work = point.work};
      if (!sizes_.empty())
        like = scaled(sizes_.begin()->second, point.work / sizes_.begin()->second.work);
      fill(point, cells, like);
      if (any) guessed_ += static_cast<Index>(std::max<std::size_t>(1, like.methods.size()));
      continue;
    }
    if (problems->point().index != point.index) problems = problems_of(exec, plan, point.index);
    const Problem& problem = problems->at(0);
    const auto [found, fresh] = sizes_.try_emplace(size_text(problem));
    if (fresh) found->second = measure_size(point, problem);
    speed_ = found->second.speed;
    probe(found->second, cells, problem, wanted);
    fill(point, cells, found->second);
  }
}

Costs::Size Costs::measure_size(const ProblemPoint& point, const Problem& problem) {
  const SweepSettings& settings = plan_.sweep.settings;
  Size size{.work = point.work,
            .speed = measure_speed(exec_, problem, settings.draws, point.work, time_.each),
            .build = point.build};
  const Rng rng = Rng::from_seed(0);
  const auto sample = [&](Index n) { return equally_weighted(problem.draw_exact(exec_, n, rng)); };
  size.build += seconds_of(exec_, [&] { problem.target_mean(); });
  // as many draws as metrics can be timed on, the sweep's if possible
  constexpr Index most_numbers = Index{1} << 22;
  const Index most =
      std::min<Index>(settings.draws, std::max<Index>(256, most_numbers / problem.dimension()));
  Index n = std::min<Index>(most, 256), before_n = 0;
  for (;;) {
    stop_if_asked();
    Ensemble ensemble = sample(n);
    const Real draw = seconds_of(exec_, [&] { ensemble = sample(n); });
    Real all = 0, floored = 0;
    const MetricInput input{problem, ensemble, problem.log_evidence(), metric_stream(rng)};
    for (const MetricSpec& spec : plan_.sweep.metrics) {
      const auto metric = spec.entry->make(spec.settings);
      const auto evaluate = [&] { metric->evaluate(exec_, input); };
      const Real once =
          least_of(exec_, seconds_of(exec_, evaluate), 2 * time_.each, spread_, evaluate);
      all += once;
      if (spec.entry->has_floor) floored += once;
    }
    // as it grew: straight to the sweep's draws if that is affordable, else by twos, else by the
    // law
    const Real ratio = static_cast<Real>(settings.draws) / static_cast<Real>(n);
    const bool grown = before_n > 0 && size.metrics > 0;
    const Real doublings = std::log2(static_cast<Real>(n) / std::max<Real>(1, Real(before_n)));
    const Real growth =
        grown ? std::clamp(std::log2(all / size.metrics) / doublings, Real(0), Real(3)) : Real(3);
    const Real affordable = time_.all / 12, whole = std::pow(ratio, grown ? growth : 1);
    const bool last = n >= most || (grown && all * std::pow(2, growth) > affordable);
    size.metrics = last ? all * whole : all;
    size.floored = last ? floored * whole : floored;
    size.draw = draw * ratio;
    if (last) return size;
    before_n = n;
    n = grown && all * std::pow(static_cast<Real>(most) / static_cast<Real>(n), growth) < affordable
            ? most
            : std::min<Index>(2 * n, most);
  }
}

constexpr Real restless = 1.25;  ///< of the spread of timings

/// Every method at its cheapest cell, then at its dearest.
void Costs::probe(Size& size, Cells cells, const Problem& problem, const Wanted& wanted) {
  struct Ends {
    const Cell *cheapest = nullptr, *dearest = nullptr;
  };
  std::map<std::string, Ends> methods;
  for (std::size_t i = cells.first; i < cells.last; ++i) {
    if (wanted && !wanted(i)) continue;
    const Cell& cell = plan_.cells[i];
    Ends& ends = methods[method_of(plan_, cell)];
    if (!ends.cheapest || cell.evaluations < ends.cheapest->evaluations) ends.cheapest = &cell;
    if (!ends.dearest || cell.evaluations > ends.dearest->evaluations) ends.dearest = &cell;
  }
  for (const Cell* Ends::*end : {&Ends::cheapest, &Ends::dearest})
    for (const auto& [method, ends] : methods) {
      const Cell& cell = *(ends.*end);
      MethodCost& cost = size.methods[method];
      if (time_left() && !cost.covers(static_cast<Real>(cell.evaluations)))
        probe(cost, cell, problem);
    }
  // On a machine that is not at rest once more, at another moment.
  if (spread_.factor() < restless) return;
  for (const Cell* Ends::*end : {&Ends::cheapest, &Ends::dearest})
    for (const auto& [method, ends] : methods)
      if (MethodCost& cost = size.methods[method]; cost.known() && time_left())
        probe(cost, *(ends.*end), problem);
}

void Costs::probe(MethodCost& cost, const Cell& cell, const Problem& problem) try {
  const ProblemPoint& point = plan_.problems[static_cast<std::size_t>(cell.problem)];
  const bool fresh = !cost.known();
  Probe sampler(exec_, problem, *plan_.sampler(cell).entry, cell.settings);
  cost.add(sampler.time(plan_.sweep.settings.draws, time_.each, guess(point), spread_));
  timed_ += fresh;
} catch (const std::exception&) {
  // A method that cannot be timed like this is taken from the others.
}

void Costs::fill(const ProblemPoint& point, Cells cells, const Size& size) {
  const SweepSettings& settings = plan_.sweep.settings;
  std::vector<Real> rates;
  for (const auto& [method, cost] : size.methods)
    if (cost.known() && cost.rate() > 0) rates.push_back(cost.rate());
  const Real usual = rates.empty() ? guess(point) : median(rates);
  Index problems = 1;
  if (point.drawn) problems = std::max<Index>(plan_.layout.replicates, settings.null_replicates);
  built_.push_back(size.build * static_cast<Real>(problems));
  metrics_.push_back(size.metrics);
  exact_.push_back(size.draw + size.floored);
  std::map<std::string, bool> missing;
  for (std::size_t i = cells.first; i < cells.last; ++i) {
    const std::string method = method_of(plan_, plan_.cells[i]);
    const auto evaluations = static_cast<Real>(plan_.cells[i].evaluations);
    const auto found = size.methods.find(method);
    const bool known = found != size.methods.end() && found->second.known();
    if (!known && !size.methods.empty()) guessed_ += missing.emplace(method, true).second;
    replicates_[i] =
        size.metrics +
        plan_.cells[i].runs * (known ? found->second.seconds(evaluations) : usual * evaluations);
  }
}

}  // namespace plumbline
