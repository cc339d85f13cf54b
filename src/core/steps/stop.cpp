// The question is asked far from where the answer is known: the scope of a thread, not an argument
// of every loop between them.
#include "core/steps/stop.hpp"

#include <utility>

namespace plumbline {
namespace {

thread_local const StopScope* asked = nullptr;

}  // namespace

StopScope::StopScope(std::function<bool()> drop)
    : drop_(std::move(drop)), outer_(std::exchange(asked, this)) {}

StopScope::~StopScope() {
  asked = outer_;
}

void stop_if_asked() {
  if (asked && asked->drop_()) throw Stopped();
}

}  // namespace plumbline
