// plumbline oracle: the exact quantities of cli/README §2 at given points and one noise level.
#include <algorithm>

#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/spec.hpp"
#include "diffusion/reverse_kernel.hpp"
#include "harness/sweep/memory_bill.hpp"
#include "io/parts/durable.hpp"
#include "io/user/array_file.hpp"
#include "io/user/points.hpp"
#include "problem/likelihood.hpp"

namespace plumbline::cli {
namespace {

const ArrayFile::Dimensions point = {"point"};
const ArrayFile::Dimensions point_coordinate = {"point", "coordinate"};
const ArrayFile::Dimensions point_matrix = {"point", "coordinate", "coordinate_2"};

/// One computation: everything it needs, and the file it fills.
struct Oracle {
  Exec exec;
  Problem problem;
  Real t;
  Matrix z;  // [n, D]
  ArrayFile file;

  Vector per_point(const std::string& label) const { return make_vector(label, z.extent(0)); }
  Matrix per_coordinate(const std::string& label) const {
    return make_matrix(label, z.extent(0), z.extent(1));
  }
  Cube per_pair(const std::string& label) const {
    return make_cube(label, z.extent(0), z.extent(1), z.extent(1));
  }
};

void add(Oracle& o, const std::string& name, const Vector& values, const std::string& doc) {
  o.file.add(name, point, to_host_vector(values), doc);
}
void add(Oracle& o, const std::string& name, const Matrix& values, const std::string& doc) {
  o.file.add(name, point_coordinate, to_host_matrix(values), doc);
}
void add(Oracle& o, const std::string& name, const Cube& values, const std::string& doc) {
  const auto host = host_copy(values);
  o.file.add(name, point_matrix, {values.extent_int(0), values.extent_int(1), values.extent_int(2)},
             std::vector<double>(host.data(), host.data() + host.size()), doc);
}

/// p_t itself: density, score, denoiser, responsibilities.
void add_prior(Oracle& o, const DiffusedMixture& mixture) {
  const Vector log_p = o.per_point("plumbline::cli::log_density");
  const Matrix out = o.per_coordinate("plumbline::cli::out");
  log_density(o.exec, mixture.tables(), o.z, log_p);
  add(o, "log_density", log_p, "log p_t(z)");
  score(o.exec, mixture.tables(), o.z, out);
  add(o, "score", out, "gradient of log p_t(z)");
  denoised(o.exec, mixture.tables(), o.z, out);
  add(o, "denoised", out, "E[z_0 | z_t = z]");
  noise_prediction(o.exec, mixture, o.z, out);
  add(o, "noise_prediction", out, "E[noise | z_t = z] = −s_t score");
  const Cube covariance = o.per_pair("plumbline::cli::covariance");
  denoised_covariance(o.exec, mixture.tables(), o.z, covariance);
  add(o, "denoised_covariance", covariance, "Cov[z_0 | z_t = z]");
  const Matrix r = make_matrix("plumbline::cli::responsibilities", o.z.extent(0),
                               o.problem.prior().components());
  responsibilities(o.exec, mixture.tables(), o.z, r);
  o.file.add("responsibilities", {"point", "component"}, to_host_matrix(r),
             "probability of each component given z_t = z");
}

/// The posterior has a score at t = 0.
bool regular_at_data(const Oracle& o) {
  if (!scored_at_data(o.problem)) return false;
  return !o.problem.is_mixture() || !o.problem.full_posterior().singular();
}

/// What y adds: likelihood, conditional score, posterior.
void add_observation(Oracle& o) {
  if (likelihood_exists(o.problem, o.t)) {
    const Vector log_p = o.per_point("plumbline::cli::log_likelihood");
    log_likelihood(o.exec, o.problem, o.t, o.z, log_p);
    add(o, "log_likelihood", log_p, "log p(y | z_t = z)");
  } else {
    message(o.t == 0
                ? "at t = 0 this observation has no likelihood density: log_likelihood is left "
                  "out"
                : "a nonlinear observation has no closed form at t > 0: log_likelihood is left "
                  "out");
  }
  if (!has_conditional_score(o.problem)) {
    message("the score of this posterior has no closed form: conditional_score is left out");
  } else if (o.t > 0 || regular_at_data(o)) {
    const Matrix out = o.per_coordinate("plumbline::cli::conditional_score");
    conditional_score(o.exec, o.problem, o.t, o.z, out);
    add(o, "conditional_score", out, "gradient of log p_t(z | y)");
  } else {
    message("at t = 0 this posterior has no score: conditional_score is left out");
  }
  if (!o.problem.is_mixture()) {
    message("the posterior is no mixture: it is left out");
    return;
  }
  const GaussianMixture& posterior = o.problem.posterior();
  const Index d = posterior.dimension(), components = posterior.components();
  std::vector<double> covariances;
  for (int k = 0; k < components; ++k) {
    const HostMatrix c = posterior.covariance(k);
    covariances.insert(covariances.end(), c.data(), c.data() + c.size());
  }
  o.file.add("posterior/weights", {"component"}, posterior.weights(), "weights");
  o.file.add("posterior/means", {"component", "coordinate"}, posterior.means(), "means");
  o.file.add("posterior/covariances", {"component", "coordinate", "coordinate_2"},
             {components, d, d}, std::move(covariances), "covariances");
  o.file.add("posterior/log_evidence", o.problem.log_evidence(), "log p(y)");
}

void add_reverse(Oracle& o, const DiffusedMixture& mixture, Real s) {
  const Matrix mean = o.per_coordinate("plumbline::cli::reverse_mean");
  const Cube covariance = o.per_pair("plumbline::cli::reverse_covariance");
  exact_reverse_moments(o.exec, mixture, s, o.z, mean, covariance);
  add(o, "reverse_mean", mean, "E[z_s | z_t = z]");
  add(o, "reverse_covariance", covariance, "Cov[z_s | z_t = z]");
}

/// Times that this prior and process allow. SpecError.
void check_times(const Problem& problem, Real t, std::optional<Real> s,
                 const Arguments& arguments) {
  const Real horizon = problem.process().horizon();
  if (!(t >= 0 && t <= horizon))
    throw SpecError(
        "--time", *arguments.text("time"),
        fmt::format("must be in [0, {}], the horizon of '{}'", horizon, problem.process().name()));
  if (t == 0 && problem.prior().singular())
    throw SpecError(
        "--time", "0",
        "must be > 0: this prior has covariances with a zero eigenvalue, so no density");
  if (s && !(*s >= 0 && *s < t))
    throw SpecError("--reverse-to", *arguments.text("reverse-to"),
                    fmt::format("must be in [0, {}), before --time", t));
}

/// z [n, D] from the file. SpecError unless D fits and the results can be held.
HostMatrix read_points(const std::string& path, const Problem& problem, const Sweep& sweep) {
  HostMatrix z = PointsFile::open(path).matrix("z");
  const Index d = problem.full_dimension(), k = problem.prior().components();
  if (z.cols() != d)
    throw SpecError("z", fmt::format("shape [{}, {}]", z.rows(), z.cols()),
                    fmt::format("must be [n, {}]: the prior has {} dimensions", d, d),
                    Location{path});
  if (const Index most = max_input_values / std::max(d * d, k); z.rows() > most)
    throw SpecError("z", fmt::format("{} points", z.rows()),
                    fmt::format("must be at most {}: their covariances must fit into memory", most),
                    Location{path});
  const Real held = bytes_of(Real(z.rows()) * (4 * Real(d) * Real(d) + 12 * Real(d) + 3 * Real(k)));
  if (held > sweep.limits.memory)
    throw SpecError(
        "z", fmt::format("{} points", z.rows()),
        refusal({"z", "covariances of the points [n, D, D]", held}, held, sweep.limits.memory),
        Location{path});
  return z;
}

/// The posterior is written with every covariance as a matrix, whatever its kind.
void require_written_room(const Problem& problem, const Sweep& sweep) {
  if (!problem.is_mixture()) return;
  const Real k = problem.posterior().components(), d = problem.posterior().dimension();
  MemoryBill bill(sweep);
  bill.add({{"problem.prior", "covariances of the posterior as they are written [K, d, d]",
             bytes_of(3 * k * d * d)}});
  bill.check();
}

}  // namespace

int oracle_command(const Invocation& call) {
  Arguments arguments(
      "oracle", "SPEC.toml [KEY=VALUE …] --time t --at FILE.h5 --out FILE.h5",
      "Exact quantities of the sweep's problem at noise level t, at the points z [n, D] of a "
      "file:\n"
      "log_density, score, denoised, denoised_covariance, responsibilities, noise_prediction,\n"
      "log_likelihood, conditional_score, and the posterior. Where the problem has axes, fix them\n"
      "by KEY=VALUE. A y that is drawn is that of replicate 0. Without an observation: the first "
      "six.");
  arguments.option("time", "t", "noise level, 0 (data) to the process' horizon")
      .option("at", "FILE.h5", "points: dataset z [n, D]")
      .option("out", "FILE.h5", "where the quantities go")
      .option("reverse-to", "s",
              "also mean and covariance of the exact kernel p(z_s | z_t), s < t");
  limit_options(arguments);
  if (!arguments.parse(call.words, 1, any_number)) return 0;
  const std::filesystem::path out = arguments.required("out");
  const std::string at = arguments.required("at");
  arguments.required("time");
  const Real t = *arguments.number("time");
  const std::optional<Real> s = arguments.number("reverse-to");
  const Sweep sweep = spec_sweep(arguments, problem_alone);
  require_writable(out);

  const Exec exec;
  Problems problems = single_problem(exec, sweep);
  const Problem problem = problems.at(0);
  check_times(problem, t, s, arguments);
  require_written_room(problem, sweep);
  Oracle oracle{
      exec, problem, t, to_device("plumbline::cli::z", read_points(at, problem, sweep)), {}};
  const DiffusedMixture mixture(exec, problem.prior_factored(), problem.process(), t);
  oracle.file.attribute("process", problems.point().process);
  oracle.file.attribute("prior", problems.point().prior);
  oracle.file.attribute("observation", problems.point().observation);
  oracle.file.attribute("command", call.line);
  oracle.file.add("time", t, "noise level t");
  add(oracle, "z", oracle.z, "the points");
  add_prior(oracle, mixture);
  if (problem.observation().target() != "none") add_observation(oracle);
  if (s) add_reverse(oracle, mixture, *s);
  oracle.file.write(out);
  message(fmt::format("{} points at t = {}; wrote {}", oracle.z.extent(0), t, out.string()));
  return 0;
}

}  // namespace plumbline::cli
