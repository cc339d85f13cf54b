#include "samplers/reverse/reverse_settings.hpp"

#include <fmt/ranges.h>

namespace plumbline {

void require_steps(const ReverseSettings& settings, const NoiseProcess& process) {
  require_time_grid(settings.grid, process, settings.steps, settings.last_time);
  require_finite_kernel(settings.choice(), process);
}

void require_score_kernel(const ReverseSettings& settings, std::string_view sampler) {
  if (settings.kernel_properties().integrates_score()) return;
  const auto others = kernels_that([](const KernelProperties& p) { return p.integrates_score(); });
  throw SpecError("kernel", name_of(settings.kernel),
                  fmt::format("{} integrates a guided score, which is the score of no mixture, so "
                              "there is no exact kernel: use {}",
                              sampler, fmt::join(others, ", ")));
}

std::pair<std::string, std::string> setting_without_noise(const KernelChoice& choice) {
  const KernelChoice other = {choice.kind, DdpmVariance::beta, choice.eta};
  if (properties(other).noise == KernelNoise::all) return {"variance", name_of(choice.variance)};
  return {"kernel", name_of(choice.kind)};
}

void require_filter_kernel(const KernelChoice& choice, std::string_view sampler) {
  const KernelNoise noise = properties(choice).noise;
  if (noise == KernelNoise::all) return;
  const auto [key, value] = setting_without_noise(choice);
  throw SpecError(
      key, value,
      fmt::format("{} weighs particles by densities of the kernel, and {} adds no noise {}: use "
                  "exact, em, or ddpm with variance = \"beta\"",
                  sampler, value, noise == KernelNoise::none ? "at all" : "in its step to s = 0"));
}

Index reverse_evaluations(const ReverseSettings& settings, const GaussianMixture& mixture,
                          int cost) {
  const KernelProperties kernel = settings.kernel_properties();
  const bool ends_without = kernel.reads_end && mixture.singular();
  return (kernel.evaluations * Index{settings.steps} - (ends_without ? 1 : 0)) * cost;
}

Claim ReverseSettings::limit(std::vector<BudgetSetting> further) const {
  if (initial != InitialLaw::exact) return Claim::nothing();
  if (kernel_properties().exact) return Claim::limit(std::move(further));
  const auto order = static_cast<double>(kernel_properties().order);
  std::vector<BudgetSetting> budgets = {{"steps", Budget::grows, order}};
  if (keeps_last_step(grid)) budgets.push_back(shrinking("last_time"));
  budgets.insert(budgets.end(), further.begin(), further.end());
  return Claim::limit(std::move(budgets));
}

}  // namespace plumbline
