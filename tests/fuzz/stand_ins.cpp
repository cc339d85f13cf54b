// What the fuzzer links in place of files of src/.
#include <cmath>

#include "core/linalg.hpp"
#include "io/hdf5/quarantine.hpp"

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

namespace hdf5 {

// What happens in the child is what the fuzzer wants to see.
TrialLimits trial_limits(const std::filesystem::path&) {
  return {};
}
void try_in_child(const std::filesystem::path&, const std::function<void()>&, const TrialLimits&) {}

}  // namespace hdf5
}  // namespace plumbline
