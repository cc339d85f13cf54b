#include "samplers/filters/context_filter.hpp"

#include "core/arrays/elementwise.hpp"
#include "core/arrays/gather.hpp"
#include "samplers/replacement/stored_path.hpp"

namespace plumbline {
ContextFilter::ContextFilter(const Exec& exec, const Problem& problem,
                             const ReverseSettings& settings, const SmcRuns& runs, Rng rng,
                             FilterContext context)
    : problem_(problem),
      settings_(settings),
      runs_(runs),
      grid_(settings.times(problem.process())),
      initial_(rng.stream("initial")),
      noise_(rng.stream("reverse")),
      context_(std::move(context)),
      kernel_(filter_step(exec, problem, settings.choice(), grid_, runs.rows())) {
  FeynmanKac::keep(exec, context_.reference);
}

void ContextFilter::keep(const Exec& exec, const Reference& reference) {
  FeynmanKac::keep(exec, reference);
  const IndexVector observed = to_device_list(problem_.observed());
  const Cube y =
      make_cube("context", reference.z.extent(0), reference.z.extent(1), observed.extent(0));
  gather_levels(exec, reference.z, observed, y);
  context_.path = std::make_unique<StoredPath>(problem_.process(), y);
}

void ContextFilter::start(const Exec& exec, const Matrix& z, const Vector& log_g) {
  // the paths stand at y_T; x_T ~ p_T(x_T | y_T)
  ContextSource& path = *context_.path;
  path.start(exec);
  draw_initial_given_context(exec, settings_.initial, problem_, path.y(), runs_.particles, initial_,
                             z, runs_.first_chain());
  put_reference(exec, 0, z);
  log_start_ = initial_log_evidence(exec, settings_.initial, problem_, path.y());
  look_ahead(exec, 0, z, log_g);
}

void ContextFilter::propose(const Exec& exec, const SmcStep& step, const IndexVector& ancestors,
                            const Matrix& z) {
  // x_s ~ p(x_s | z_t of the ancestor, y_s)
  kernel_->propagate(exec, ancestors, {context_.path->y(), runs_.particles}, noise_, step.index, z,
                     runs_.first_chain());
  put_reference(exec, Index(step.index) + 1, z);
}

void ContextFilter::weigh(const Exec& exec, const SmcStep& step, const Matrix& z,
                          const Vector& log_g) {
  if (step.last)
    Kokkos::deep_copy(exec, log_g, 0);
  else
    look_ahead(exec, static_cast<int>(step.index) + 1, z, log_g);
}

void ContextFilter::complete_evidence(const Exec& exec, const Vector& log_z) {
  const Vector path = make_vector("path_evidence", log_z.extent(0));
  subtract(exec, log_start_, context_.path->log_q(), path);
  add(exec, log_z, path, log_z);
}

Index ContextFilter::evaluations() const {
  return runs_.rows() * grid_.steps() * kernel_->cost();
}

/// Moves the paths from times[step] = t to s: log p(y_s | x_t, y_t).
void ContextFilter::look_ahead(const Exec& exec, int step, const Matrix& z, const Vector& log_g) {
  const Real t = grid_.times[step], s = grid_.times[step + 1];
  context_.path->move_to(exec, t, s, step + 1);
  kernel_->weigh(exec, t, s, z, {context_.path->y(), runs_.particles}, log_g);
}

MakeModel context_filters(const Exec& exec, const Problem& problem, const ReverseSettings& settings,
                          Context context) {
  return [=](const SmcRuns& runs, Rng rng) -> std::unique_ptr<FeynmanKac> {
    auto path = std::make_unique<ContextPath>(context, problem.process(), problem.observed_values(),
                                              runs.count, rng.stream("context"), runs.first);
    return std::make_unique<ContextFilter>(exec, problem, settings, runs, rng,
                                           FilterContext{std::move(path)});
  };
}

Index context_filter_cost(const ReverseSettings& settings, Index particles) {
  return particles * settings.steps * filter_step_cost(settings.choice());
}

}  // namespace plumbline
