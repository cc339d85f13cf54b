// The only signal handlers of the program. A handler may only count, and give the default back.
#include "harness/run/interrupt.hpp"

#include <csignal>

namespace plumbline {
namespace {

volatile std::sig_atomic_t noted = 0;

struct sigaction before_int, before_term;

extern "C" void note_signal(int) {
  noted = noted + 1;
  if (noted < 2) return;
  std::signal(SIGINT, SIG_DFL);  // a third ends the process where it stands
  std::signal(SIGTERM, SIG_DFL);
}

}  // namespace

InterruptGuard::InterruptGuard() {
  noted = 0;
  struct sigaction action = {};
  action.sa_handler = note_signal;
  action.sa_flags = SA_RESTART;  // writes go on
  sigemptyset(&action.sa_mask);
  sigaddset(&action.sa_mask, SIGINT);
  sigaddset(&action.sa_mask, SIGTERM);
  sigaction(SIGINT, &action, &before_int);
  sigaction(SIGTERM, &action, &before_term);
}

InterruptGuard::~InterruptGuard() {
  sigaction(SIGINT, &before_int, nullptr);
  sigaction(SIGTERM, &before_term, nullptr);
}

int InterruptGuard::count() {
  return noted;
}

}  // namespace plumbline
