// The reverse kernels as one table: their properties, and the same in words.
#include "diffusion/reverse_kernel.hpp"

namespace plumbline {

// The orders are those of the law of z_0 under the exact initial law and a smooth schedule:
// contract/processes_test.cpp measures them on every process.
KernelProperties properties(const KernelChoice& choice) {
  switch (choice.kind) {
    case KernelKind::exact:
      return {.exact = true, .noise = KernelNoise::all, .affine = false, .order = 0};
    case KernelKind::ddpm:
      return {.noise = choice.variance == DdpmVariance::beta ? KernelNoise::all
                                                             : KernelNoise::all_but_last};
    case KernelKind::em:
      return {.noise = KernelNoise::all, .needs_signal = true};
    case KernelKind::ddim:
      return {.noise = choice.eta > 0 ? KernelNoise::all_but_last : KernelNoise::none};
    case KernelKind::ode_euler:
      return {};
    case KernelKind::ode_heun:
      return {.affine = false, .reads_end = true, .evaluations = 2, .order = 2};
  }
  return {};
}

std::vector<std::string> kernels_that(bool (*holds)(const KernelProperties&)) {
  std::vector<std::string> list;
  for (std::size_t i = 0; i < names(KernelKind{}).size(); ++i) {
    const auto kind = static_cast<KernelKind>(i);
    if (holds(properties({.kind = kind}))) list.push_back(name_of(kind));
  }
  return list;
}

namespace {

/// The settings of a kernel that change its properties, in words.
std::vector<std::pair<std::string, KernelChoice>> variants(KernelKind kind) {
  if (kind == KernelKind::ddpm)
    return {{"beta", {.kind = kind}},
            {"beta_tilde", {.kind = kind, .variance = DdpmVariance::beta_tilde}}};
  if (kind == KernelKind::ddim)
    return {{"eta = 0", {.kind = kind}}, {"eta > 0", {.kind = kind, .eta = 1}}};
  return {{"", {.kind = kind}}};
}

std::string noise_text(KernelNoise noise) {
  switch (noise) {
    case KernelNoise::none:
      return "in no step";
    case KernelNoise::all_but_last:
      return "in every step but that to t = 0";
    case KernelNoise::all:
      break;
  }
  return "in every step";
}

KernelDoc kernel_doc(KernelKind kind, std::string summary, std::string reference) {
  const KernelProperties own = properties({.kind = kind});
  std::string noise;
  for (const auto& [label, choice] : variants(kind)) {
    if (!noise.empty()) noise += "; ";
    noise += noise_text(properties(choice).noise);
    if (!label.empty()) noise += " (" + label + ")";
  }
  KernelDoc doc = {name_of(kind), std::move(summary), std::move(reference), {}};
  doc.facts = {
      {"integrates", own.exact ? "nothing: it is the mixture's own transition" : "any score"},
      {"noise", std::move(noise)},
      {"evaluations",
       fmt::format("{} per step{}", own.evaluations, own.reads_end ? ", one of them at s" : "")},
      {"order", own.order == 0 ? "no error at any step size" : fmt::format("{}", own.order)}};
  if (own.needs_signal) doc.facts.push_back({"not from", "a level where a_t = 0"});
  return doc;
}

}  // namespace

std::vector<KernelDoc> kernel_docs() {
  return {
      kernel_doc(KernelKind::exact, "the mixture Σ r_k N(m_k, C_k) itself", "closed form"),
      kernel_doc(KernelKind::ddpm,
                 "ancestral step (z + s²_{t|s} score)/a_{t|s}, variance beta or beta_tilde",
                 "Ho et al. 2020"),
      kernel_doc(KernelKind::em, "Euler–Maruyama of the reverse SDE",
                 "Song et al. 2021; Papp, slides"),
      kernel_doc(KernelKind::ddim,
                 "a_s ẑ_0 + √(s_s² − η² ṽ) ε̂, with eta from 0 (deterministic) to 1 (ancestral)",
                 "Song, Meng & Ermon 2021"),
      kernel_doc(KernelKind::ode_euler, "probability-flow ODE, Euler", "Song et al. 2021"),
      kernel_doc(KernelKind::ode_heun, "probability-flow ODE, Heun",
                 "Karras et al. 2022, algorithm 1"),
  };
}

}  // namespace plumbline
