// From a mixture at run time to the kernel compiled for its kind of covariance and its dimension.
// For kernels here and in diffusion/.
#pragma once

#include "mixture/factored_mixture.hpp"

namespace plumbline::detail {

/// Dimensions with a kernel of their own: 5 to 15 % faster on a host, no work array on a GPU. The
/// others share the one whose dimension, 0, is known at run time only.
template <int... D>
struct Dimensions {};

template <template <CovarianceKind, int> class Kernel, CovarianceKind kind, int... D, class... A>
void launch_for_dimension(Dimensions<D...>, int dimension, const A&... arguments) {
  const bool compiled = ((dimension == D && (Kernel<kind, D>::launch(arguments...), true)) || ...);
  if (!compiled) Kernel<kind, 0>::launch(arguments...);
}

/// Calls `Kernel<kind, D>::launch(arguments…)`.
template <template <CovarianceKind, int> class Kernel, class OfAxes = Dimensions<1, 2, 3, 4>,
          class OfFull = OfAxes, class... A>
void launch_for(const FactoredMixture& mixture, const A&... arguments) {
  switch (mixture.kind) {
    case CovarianceKind::isotropic:
      return launch_for_dimension<Kernel, CovarianceKind::isotropic>(OfAxes(), mixture.dimension,
                                                                     arguments...);
    case CovarianceKind::diagonal:
      return launch_for_dimension<Kernel, CovarianceKind::diagonal>(OfAxes(), mixture.dimension,
                                                                    arguments...);
    case CovarianceKind::full:
      return launch_for_dimension<Kernel, CovarianceKind::full>(OfFull(), mixture.dimension,
                                                                arguments...);
  }
}

}  // namespace plumbline::detail
