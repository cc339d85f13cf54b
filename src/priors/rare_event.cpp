// priors/rare_event.cpp – seven correlated components in the plane (Subedi et al. 2026): the event
// x_1 ≥ τ has the closed-form probability Σ_k w_k Φ((μ_k1 − τ)/√Σ_k11), 1.4e-5 at τ = 10.
#include "priors/prior.hpp"

namespace plumbline::rare_event {

struct Component {
  Real weight, x, y;  // mean (x, y)
  Real a, b, c;       // covariance [[a, b], [b, c]]
};

// Rows 4 and 7 were partly illegible in the source; they do not touch the event.
constexpr std::array<Component, 7> table = {{{.10, -6, -2, .36, .30, .81},
                                             {.18, -4, 4, .81, -.25, .49},
                                             {.14, -1, -5, .49, .20, .81},
                                             {.22, -10, 3, .04, .04, .09},
                                             {.10, 4, 3, 2.40, 1.85, 2.00},
                                             {.16, 4, -3, 2.40, -1.85, 2.00},
                                             {.10, 5, 0, .30, 0, .30}}};

struct Settings {
  void visit(auto&&) {}

  GaussianMixture make(Rng, const std::string&) const {
    HostVector pi(table.size());
    HostMatrix mu(table.size(), 2);
    std::vector<HostMatrix> sigma;
    for (std::size_t k = 0; k < table.size(); ++k) {
      const Component& component = table[k];
      pi[k] = component.weight;
      mu.row(k) << component.x, component.y;
      HostMatrix c(2, 2);
      c << component.a, component.b, component.b, component.c;
      sigma.push_back(c);
    }
    return GaussianMixture::full(pi, mu, std::move(sigma));
  }
};

}  // namespace plumbline::rare_event

namespace plumbline {

PriorEntry rare_event_prior() {
  return prior_entry<rare_event::Settings>(
      {.name = "rare-event",
       .summary = "Seven correlated components in the plane; the event x_1 ≥ τ is rare and "
                  "closed-form",
       .reference = "Subedi et al. 2026 (DireSMC)"});
}

}  // namespace plumbline
