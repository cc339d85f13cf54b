// What the replacement methods share: z = [x, y] of every draw, its context path, and one reverse
// step that moves x by the kernel and takes y from the path (Papp, slides, algorithms 1 and 2).
#pragma once

#include "core/arrays/gather.hpp"
#include "samplers/replacement/context_path.hpp"
#include "samplers/reverse/reverse_settings.hpp"

namespace plumbline {

struct ReplacementSettings : ReverseSettings {
  Context context = Context::forward;

  void visit(auto&& field) {
    ReverseSettings::visit(field);
    field("context", context,
          "path of y: fixed y_t = y_0, forward one draw of the noising chain, fresh at each level");
  }
};

/// [x_T, y_T] for every row, x_T ~ p_T(x_T | y_T) exactly, or the practical Gaussian.
///   shapes  y_T [R, m], z [R · particles, D], overwritten. Row n draws from chain first_chain + n
void draw_initial_given_context(const Exec& exec, InitialLaw law, const Problem& problem,
                                const Matrix& y_T, Index particles, Rng rng, const Matrix& z,
                                std::uint64_t first_chain = 0);

/// n draws on their way from T to 0, each with a context path of its own.
class ReplacementRun {
 public:
  /// Stands at T: y_T from the path, x_T from the initial law.
  ReplacementRun(const Exec& exec, const Problem& problem, const ReplacementSettings& settings,
                 Index n, Rng rng);

  const TimeGrid& grid() const { return grid_; }

  /// From times[step] to times[step + 1]: x_s ~ p(x_s | x_t, y_t), y_s from the path.
  void reverse(const Exec& exec, int step);

  ScoreField& prior_score() { return *field_; }
  const Matrix& z() const { return z_; }             ///< [n, D]
  const IndexVector& free() const { return free_; }  ///< coordinates of x
  Matrix x(const Exec& exec) const;                  ///< the free coordinates [n, d]
  Index evaluations() const { return kernel_.evaluations(); }

 private:
  TimeGrid grid_;
  std::unique_ptr<ScoreField> field_;
  ReverseKernel kernel_;
  Rng noise_;
  ContextPath path_;
  IndexVector free_, observed_;
  Matrix z_;
};

}  // namespace plumbline
