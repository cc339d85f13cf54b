// Options and words of one subcommand. The only includer of Boost.Program_options is arguments.cpp.
#pragma once

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/kokkos.hpp"

namespace plumbline::cli {

/// What was typed makes no sense: one line, exit code 2.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Arguments {
 public:
  /// `synopsis`: "SPEC.toml [KEY=VALUE …]"; `about`: what the help says below it.
  Arguments(std::string command, std::string synopsis, std::string about);

  Arguments& flag(const std::string& name, const std::string& doc);
  Arguments& option(const std::string& name, const std::string& argument, const std::string& doc);

  /// An option that may be given several times: `texts` has its values.
  Arguments& repeated(const std::string& name, const std::string& argument, const std::string& doc);

  /// False when --help was asked for, and printed. UsageError: unknown option (with the nearest),
  /// missing value, option given twice, fewer than `least` or more than `most` words.
  bool parse(const std::vector<std::string>& typed, std::size_t least, std::size_t most);

  const std::vector<std::string>& words() const { return words_; }
  bool has(const std::string& name) const { return values_.contains(name); }
  std::optional<std::string> text(const std::string& name) const;
  std::string required(const std::string& name) const;            ///< UsageError when absent
  std::vector<std::string> texts(const std::string& name) const;  ///< UsageError when absent
  /// SpecError("--name") unless a finite number, or a whole number ≥ `least`.
  std::optional<Real> number(const std::string& name) const;
  std::optional<Index> whole(const std::string& name, Index least) const;
  /// UsageError when both were given.
  void exclusive(const std::string& a, const std::string& b) const;

 private:
  struct Option {
    std::string name, argument, doc;  // argument "": a flag
    bool repeated = false;
  };
  std::string help() const;
  UsageError mistake(const std::string& what) const;

  std::string command_, synopsis_, about_;
  std::vector<Option> options_;
  std::vector<std::string> words_;
  std::map<std::string, std::string> values_;
  std::map<std::string, std::vector<std::string>> repeated_;
};

inline constexpr std::size_t any_number = static_cast<std::size_t>(-1);

/// "did you mean 'x'?" as the end of a sentence, or "" when nothing is near.
std::string did_you_mean(const std::string& typed, const std::vector<std::string>& known);

}  // namespace plumbline::cli
