// What the fuzzer without Kokkos has in place of files of src/, and of the galleries.
#include <cmath>

#include "core/linalg.hpp"
#include "fuzz/mutations.hpp"
#include "harness/sweep/limits.hpp"

namespace plumbline {

// core/linalg.cpp brings Kokkos, for the bits of its exponentials: of no interest here.
Real log_sum_exp(const HostVector& v) {
  Real largest = -infinity;
  for (const Real entry : v)
    if (entry > largest || entry != entry) largest = entry;
  if (!(std::abs(largest) < infinity)) return largest;
  Real sum = 0;
  for (const Real entry : v) sum += std::exp(entry - largest);
  return largest + std::log(sum);
}

// harness/sweep/memory_bill.cpp: there is no device.
Real device_memory() {
  return infinity;
}
std::string memory_name() {
  return "Host";
}

namespace fuzz {

const Vocabulary& vocabulary() {
  static const Vocabulary all = {
      {"schema",
       "name",
       "replicates",
       "draws",
       "seed",
       "samples",
       "kind",
       "label",
       "zip",
       "use",
       "process",
       "prior",
       "observation",
       "steps",
       "particles",
       "dim",
       "scale",
       "eta",
       "noise_stddev",
       "grid",
       "stochastic",
       "y",
       "A",
       "covariance",
       "geom",
       "lin",
       "range",
       "\"sampler.smc.steps\"",
       "\"problem.prior.dim\""},
      {"plumbline/1", "smc", "replacement", "uniform", "log-snr", "ou", "linear", "mean_error",
       "steps", "particles", "prior.dim", "eta", "nonsense"}};
  return all;
}

}  // namespace fuzz
}  // namespace plumbline
