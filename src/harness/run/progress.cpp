// Progress on a terminal and in a log.
#include "harness/run/progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "harness/run/run_options.hpp"

namespace plumbline {
namespace {

using std::chrono::steady_clock;

int columns(std::FILE* stream) {
  winsize size = {};
  const bool known = ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

bool set(const char* variable) {
  const char* value = std::getenv(variable);
  return value && *value;
}

/// The first `most` characters of UTF-8 text.
std::string clipped(const std::string& text, int most) {
  int seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool starts = (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
    if (starts && seen++ == most) return text.substr(0, i);
  }
  return text;
}

/// Time left, from 2 % of the predicted work on: before, it would be mostly the prediction's error.
std::string left(const ProgressState& state) {
  if (state.fraction < 0.02 || state.fraction >= 1) return "";
  return duration_text(state.elapsed * (1 - state.fraction) / state.fraction);
}

}  // namespace

std::string progress_line(const ProgressState& state, int width) {
  constexpr int bar = 24;
  const Real fraction = std::clamp(state.fraction, Real(0), Real(1));
  const int filled = static_cast<int>(fraction * bar);
  std::string line = "[";
  for (int i = 0; i < bar; ++i) line += i < filled ? "#" : "·";
  line += fmt::format("] {}/{}  {:.0f} %", state.done, state.total, 100 * fraction);
  if (const std::string time = left(state); !time.empty()) line += fmt::format("  {} left", time);
  if (!state.current.empty()) line += "  " + state.current;
  return clipped(line, std::max(width - 1, 1));
}

std::string log_line(const ProgressState& state) {
  std::string line =
      fmt::format("{}/{} cells, {:.0f} %, {}", state.done, state.total,
                  100 * std::clamp(state.fraction, Real(0), Real(1)), duration_text(state.elapsed));
  if (const std::string time = left(state); !time.empty())
    line += fmt::format(", about {} left", time);
  return line + (state.current.empty() ? "" : ", last: " + state.current);
}

TextProgress::TextProgress(std::FILE* stream)
    : stream_(stream),
      terminal_(isatty(fileno(stream)) && std::getenv("TERM") &&
                std::string_view(std::getenv("TERM")) != "dumb"),
      color_(terminal_ && !set("NO_COLOR")) {}

void TextProgress::clear() {
  if (drawn_) std::fputs("\r\x1b[K", stream_);
  drawn_ = false;
}

void TextProgress::update(const ProgressState& state) {
  const auto now = steady_clock::now();
  const bool last = state.done == state.total && state.fraction >= 1;
  const auto pause = terminal_ ? std::chrono::milliseconds(100) : std::chrono::seconds(10);
  if (!last && now - last_ < pause) return;
  last_ = now;
  if (!terminal_) {
    std::fprintf(stream_, "%s\n", log_line(state).c_str());
  } else {
    const std::string line = progress_line(state, columns(stream_));
    clear();
    std::fprintf(stream_, color_ ? "\x1b[32m%s\x1b[0m" : "%s", line.c_str());
    drawn_ = true;
  }
  std::fflush(stream_);
}

void TextProgress::note(const std::string& line) {
  clear();
  std::fprintf(stream_, "%s\n", line.c_str());
  std::fflush(stream_);
}

void TextProgress::finish() {
  clear();
  std::fflush(stream_);
}

}  // namespace plumbline
