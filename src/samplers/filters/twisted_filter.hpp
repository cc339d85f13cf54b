// Twisted particle filters: the model behind `tds` and `doob`. Wu et al. 2023;
// samplers/filters/README §2.
#pragma once

#include "samplers/filters/twist.hpp"
#include "samplers/smc/smc.hpp"

namespace plumbline {

/// twisted: the kernel's mean shifted by the twist's gradient. prior: the kernel itself, the twist
/// only weighs.
enum class Proposal { twisted, prior };
constexpr auto names(Proposal) {
  return std::array{"twisted", "prior"};
}

struct TwistedChoice {
  TwistChoice twist;
  Proposal proposal = Proposal::twisted;
  bool final_weight = true;
};

/// With h = h(z_t) the twist and h = p(y | z_0) at the end,
///
///     M(z_s | z_t) = N(m_h(z_t), v I),   G = p(z_s | z_t) h(z_s)/(M(z_s | z_t) h(z_t)),
///
/// m_h the kernel's mean at score + ∇log h, v its variance, which is not changed; M = p(· | z_t)
/// where v = 0, with `proposal = prior`, and for the exact kernel under an approximate twist. The
/// target is the kernel's chain given y, and E[Ẑ] its evidence, whatever h. With the exact kernel
/// and h = p(y | z_t) of a mixture, M is the exact kernel given y and every weight is p(y) or 1: it
/// is computed all the same, from four densities. Given an event it is z_s ~ p(z_s | z_t, event),
/// whose weight is 1 by Bayes' rule: only h(z_T) weighs.
///
/// Noise-free coordinates: the last step puts y there and counts its density under the kernel.
/// With the exact twist and initial law z_T ~ p_T(z | y), else p_T.
std::unique_ptr<FeynmanKac> twisted_filter(const Exec& exec, const Problem& problem,
                                           const ReverseSettings& settings,
                                           const TwistedChoice& choice, const SmcRuns& runs,
                                           Rng rng);

/// Point evaluations per particle of one filter.
Index twisted_evaluations(const Problem& problem, const ReverseSettings& settings,
                          const TwistedChoice& choice);

/// SpecError, naming who can, for ode-heun, a linear y without noise, a noise-free y under a kernel
/// whose last step has no noise, and what `require_twist` refuses.
void require_twisted(const Problem& problem, const ReverseSettings& settings,
                     const TwistedChoice& choice, std::string_view sampler);

/// The kernel given y, in place of one that is shifted: exact kernel, exact twist. With a posterior
/// that is a mixture every weight is then the same.
bool moves_given_y(const ReverseSettings& settings, const TwistedChoice& choice);
bool twists_exactly(const Problem& problem, const ReverseSettings& settings,
                    const TwistedChoice& choice);

}  // namespace plumbline
