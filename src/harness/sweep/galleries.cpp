// The catalogues of this program, gathered.
#include "harness/sweep/galleries.hpp"

namespace plumbline {

const Galleries& galleries() {
  static const Galleries all = {sampler_catalog(), prior_catalog(), metric_catalog()};
  return all;
}

}  // namespace plumbline
