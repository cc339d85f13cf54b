// The four kinds of trouble (core/README §7): a user's mistake, the environment, numerics, a broken
// invariant. Numerics are not errors: they are a recorded status.
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace plumbline {

/// Where a value was written. line = 0: not from a file (a default, or made in code).
struct Location {
  std::string file;  ///< path, or "command line"
  int line = 0;      ///< from 1
  int column = 0;    ///< from 1

  bool known() const { return !file.empty(); }
};

/// A user's mistake: which key, which value, what is allowed. Exit code 2, before anything runs.
///
/// Code below the harness throws it without a location; whoever knows where the key was written
/// adds it with `at`. what() reads "file:line:column: key = value: allowed".
class SpecError : public std::runtime_error {
 public:
  SpecError(std::string key, std::string value, std::string allowed, Location where = {});

  const std::string& key() const { return key_; }
  const std::string& value() const { return value_; }
  const std::string& allowed() const { return allowed_; }
  const Location& where() const { return where_; }

  /// The same mistake, written at `where` (kept if one is already known), its key behind `prefix`.
  SpecError at(const Location& where, std::string_view prefix = {}) const;

 private:
  std::string key_, value_, allowed_;
  Location where_;
};

/// The environment failed: file, disk, foreign format. Exit code 1 (2 when an input file is
/// malformed: then it is a SpecError).
class IoError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The candidate nearest to `name` by edit distance, or "" when none is near.
std::string nearest(std::string_view name, const std::vector<std::string>& candidates);

/// "'foo' is not one of a, b, c; did you mean 'fob'?": the `allowed` text of an unknown name.
std::string not_one_of(std::string_view name, const std::vector<std::string>& candidates);

[[noreturn]] void require_failed(const char* condition, const char* file, int line,
                                 const std::string& message);

}  // namespace plumbline

/// A broken invariant of the program: abort with the condition that did not hold.
#define PLUMBLINE_REQUIRE(condition, ...)                                                      \
  do {                                                                                         \
    if (!(condition))                                                                          \
      ::plumbline::require_failed(#condition, __FILE__, __LINE__, ::fmt::format(__VA_ARGS__)); \
  } while (false)
