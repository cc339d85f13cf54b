// The only signal handlers of the program. A handler may only set a flag.
#include "harness/run/interrupt.hpp"

#include <csignal>

namespace plumbline {
namespace {

volatile std::sig_atomic_t noted = 0;

struct sigaction before_int, before_term;

extern "C" void note_signal(int number) {
  noted = number;
}

}  // namespace

InterruptGuard::InterruptGuard() {
  noted = 0;
  struct sigaction action = {};
  action.sa_handler = note_signal;
  // SA_RESETHAND: the next signal finds the default, fatal action. SA_RESTART: writes go on.
  action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, &before_int);
  sigaction(SIGTERM, &action, &before_term);
}

InterruptGuard::~InterruptGuard() {
  sigaction(SIGINT, &before_int, nullptr);
  sigaction(SIGTERM, &before_term, nullptr);
}

int InterruptGuard::signal() {
  return noted;
}

}  // namespace plumbline
