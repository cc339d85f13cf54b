// Error messages: where, key, value, what is allowed, and the nearest name.
#include "core/errors.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>

namespace plumbline {
namespace {

/// "file:line:column: key = value: allowed"; the parts that are not known are left out.
std::string message(const std::string& key, const std::string& value, const std::string& allowed,
                    const Location& where) {
  std::string text;
  if (where.known()) {
    text += where.file;
    if (where.line > 0) text += fmt::format(":{}:{}", where.line, where.column);
    text += ": ";
  }
  text += key;
  if (!value.empty()) text += (key.empty() ? "" : " = ") + value;
  if (!key.empty() || !value.empty()) text += ": ";
  return text + allowed;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

/// Damerau–Levenshtein distance (optimal string alignment): insertions, deletions, replacements and
/// swaps of neighbours cost one each.
std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> before(b.size() + 1), previous(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::swap(before, previous);
    std::swap(previous, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({previous[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

}  // namespace

SpecError::SpecError(std::string key, std::string value, std::string allowed, Location where)
    : std::runtime_error(message(key, value, allowed, where)),
      key_(std::move(key)),
      value_(std::move(value)),
      allowed_(std::move(allowed)),
      where_(std::move(where)) {}

SpecError SpecError::at(const Location& where, std::string_view prefix) const {
  std::string key(prefix);
  if (!prefix.empty() && !key_.empty()) key += '.';
  return {key + key_, value_, allowed_, where_.known() ? where_ : where};
}

/// Near is at most one edit per three letters, or a name that one is the beginning of ("smc" for
/// "smcdiff"). Ties go to the earlier candidate.
std::string nearest(std::string_view name, const std::vector<std::string>& candidates) {
  const std::string wanted = lower(name);
  const std::string* best = nullptr;
  std::size_t best_distance = 0;
  for (const auto& candidate : candidates) {
    const std::string other = lower(candidate);
    const std::size_t longer = std::max(wanted.size(), other.size());
    const bool begins = std::min(wanted.size(), other.size()) >= 3 &&
                        (other.starts_with(wanted) || wanted.starts_with(other));
    const std::size_t distance = edit_distance(wanted, other);
    if (distance > (longer + 2) / 3 && !begins) continue;
    if (best && distance >= best_distance) continue;
    best = &candidate;
    best_distance = distance;
  }
  return best ? *best : "";
}

std::string not_one_of(std::string_view name, const std::vector<std::string>& candidates) {
  if (candidates.empty()) return fmt::format("'{}' is not known; there is nothing to set", name);
  std::string text = fmt::format("'{}' is not one of {}", name, fmt::join(candidates, ", "));
  if (const std::string near = nearest(name, candidates); !near.empty())
    text += fmt::format("; did you mean '{}'?", near);
  return text;
}

void require_failed(const char* condition, const char* file, int line, const std::string& message) {
  std::fprintf(stderr, "%s:%d: must hold: %s\n  %s\n", file, line, condition, message.c_str());
  std::abort();
}

}  // namespace plumbline
