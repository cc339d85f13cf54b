// In place of io/hdf5/quarantine.cpp: the fuzzer wants to see what happens in the child.
#include "io/hdf5/quarantine.hpp"

namespace plumbline::hdf5 {

TrialLimits trial_limits(const std::filesystem::path&) {
  return {};
}
TrialLimits trial_limits(std::uintmax_t) {
  return {};
}
void try_in_child(const std::filesystem::path&, const std::function<void()>&, const TrialLimits&) {}

}  // namespace plumbline::hdf5
