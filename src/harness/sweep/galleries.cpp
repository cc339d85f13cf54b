// The catalogues of this program, gathered.
#include "harness/sweep/galleries.hpp"

namespace plumbline {

const Galleries& galleries() {
  static const Galleries all = {sampler_catalogue(), prior_catalogue(), metric_catalogue()};
  return all;
}

}  // namespace plumbline
