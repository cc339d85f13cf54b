// A problem read back from the file that export-problem wrote: all that draws are judged by.
#pragma once

#include <filesystem>
#include <memory>

#include "harness/sweep/plan.hpp"
#include "io/user/points.hpp"

namespace plumbline {

/// An exported problem, opened. The prior is the file's numbers, process and observation are its
/// settings, a y that was drawn is drawn again by its seed and replicate; observation, posterior
/// and target that follow are compared with the numbers that the file holds. What a file leaves
/// behind is thus what it was when it was written, or a refusal that says which number is not.
class ProblemFile {
 public:
  /// SpecError, placed at the file, when it is none of export-problem's, or says what nobody reads.
  explicit ProblemFile(const std::filesystem::path& path);

  /// As if its settings stood in a sweep file, with its metrics. `overrides` may name metrics
  /// alone. Keeps a pointer into this. SpecError.
  Sweep sweep(const std::vector<std::string>& overrides) const;

  /// The file's own hash, put into a plan made of `sweep`; the random numbers that belong to it are
  /// those of the sweep it came from. SpecError when the settings have another hash.
  void name(Plan& plan) const;
  /// SpecError for the first number of the file that the problem does not have.
  void require_equal(const Problem& problem) const;

  const std::string& hash() const { return hash_; }
  Index replicate() const { return replicate_; }

 private:
  std::string attribute(const std::string& name) const;
  Index number(const std::string& name) const;
  void read_prior();

  std::filesystem::path path_;
  PointsFile file_;
  std::string hash_;
  Index replicate_ = 0;
  Table prior_;             // as the sweep said it, without the path of a file
  bool from_file_ = false;  // it was read from one, whose bytes are part of the hash
  std::unique_ptr<Galleries> known_;
};

/// True for files that `score` reads as a problem, by their ending; else they are sweep files.
bool is_problem_file(const std::filesystem::path& path);

/// SpecError naming both hashes, unless the draws say nothing of their problem or name one of
/// `accepted`, the first of which is the problem's.
void require_same_problem(const std::string& given, const std::vector<std::string>& accepted,
                          const Location& where);

}  // namespace plumbline
