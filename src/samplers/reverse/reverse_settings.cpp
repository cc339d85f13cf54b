#include "samplers/reverse/reverse_settings.hpp"

#include <fmt/ranges.h>

#include <cmath>

namespace plumbline {

void require_steps(const ReverseSettings& settings, const NoiseProcess& process) {
  settings.times(process);
  require_finite_kernel(settings.choice(), process);
}

void require_score_kernel(const ReverseSettings& settings, std::string_view sampler) {
  if (settings.kernel != KernelKind::exact) return;
  std::vector<std::string> others = all_names<KernelKind>();
  std::erase(others, name_of(KernelKind::exact));
  throw SpecError("kernel", name_of(KernelKind::exact),
                  fmt::format("{} integrates a guided score, which is the score of no mixture, so "
                              "there is no exact kernel: use {}",
                              sampler, fmt::join(others, ", ")));
}

Index reverse_evaluations(const ReverseSettings& settings, const GaussianMixture& mixture,
                          int cost) {
  if (settings.kernel != KernelKind::ode_heun) return Index{settings.steps} * cost;
  return (2 * Index{settings.steps} - (mixture.singular() ? 1 : 0)) * cost;
}

Real practical_initial_deviation(const NoiseProcess& process) {
  const NoiseLevel level = process.at(process.horizon());
  const Real total = level.alpha * level.alpha + level.variance;
  const bool variance_preserving = std::abs(total - 1) < 1e-12;
  return variance_preserving ? 1 : std::sqrt(level.variance);
}

Claim ReverseSettings::limit(std::vector<BudgetSetting> further) const {
  if (initial != InitialLaw::exact) return Claim::nothing();
  if (kernel == KernelKind::exact) return Claim::limit(std::move(further));
  std::vector<BudgetSetting> budgets = {"steps"};
  if (keeps_last_step(grid)) budgets.push_back(shrinking("last_time"));
  budgets.insert(budgets.end(), further.begin(), further.end());
  return Claim::limit(std::move(budgets));
}

}  // namespace plumbline
