// The processor and its other users, before anything is computed.
#pragma once

#include <string>

namespace plumbline::cli {

/// Ends the program with a message and exit code 1 where this processor lacks instructions that the
/// program was built with; runs by itself before anything that could use them.
void require_instruction_set();

/// How threads wait for each other. Spinning is several times faster for the short kernels of a
/// sweep, and tens of times slower where other programs want the same cores.
struct Waiting {
  bool spin;
  std::string why;
};

/// What the environment asks for (OMP_WAIT_POLICY, GOMP_SPINCOUNT), else: spin where the machine
/// has a core to spare, sleep where as many threads as it has cores want to run without us. Looks
/// once, when first asked. Results do not depend on it.
const Waiting& waiting();

/// Starts this program anew where its threads should sleep and the OpenMP runtime, which has read
/// its environment before main, does not know; else, and where that fails, returns.
void start_as_waiting(char** argv);

}  // namespace plumbline::cli
