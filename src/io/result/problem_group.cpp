// /problem, or /problem/0, /problem/1, … with the index variable `point` over the problem's axes.
#include "io/result/problem_group.hpp"

#include <fmt/format.h>

#include <numeric>

#include "core/errors.hpp"
#include "io/hdf5/labelled_group.hpp"

namespace plumbline {
namespace {

using hdf5::Handle;
using Dimensions = LabelledGroup::Dimensions;

/// A mixture: weights [K], means [K, D], variances [K, D] or [K] (isotropic), covariances.
void write_mixture(LabelledGroup& group, const std::string& prefix, const NumberArray& weights,
                   const NumberArray& means, const NumberArray& variances,
                   const std::optional<NumberArray>& covariances) {
  const std::string component = prefix + "component", coordinate = prefix + "coordinate";
  group.dimension(component, weights.shape.at(0));
  group.dimension(coordinate, means.shape.at(1));
  group.variable(prefix + "weights", {component}, weights.values);
  group.variable(prefix + "means", {component, coordinate}, means.values);
  const bool isotropic = variances.shape.at(1) == 1;
  group.variable(prefix + "variances",
                 isotropic ? Dimensions{component} : Dimensions{component, coordinate},
                 variances.values);
  if (!covariances) return;
  group.dimension(coordinate + "_2", means.shape.at(1));
  group.variable(prefix + "covariances", {component, coordinate, coordinate + "_2"},
                 covariances->values);
}

void write_problem(LabelledGroup& group, const ProblemRecord& problem) {
  hdf5::write_attribute(group.handle(), "process", problem.process);
  hdf5::write_attribute(group.handle(), "prior", problem.prior);
  hdf5::write_attribute(group.handle(), "observation", problem.observation);
  write_mixture(group, "", problem.weights, problem.means, problem.variances, problem.covariances);
  if (problem.posterior_weights) {
    PLUMBLINE_REQUIRE(problem.posterior_means && problem.posterior_variances,
                      "a posterior has weights, means and variances");
    write_mixture(group, "posterior_", *problem.posterior_weights, *problem.posterior_means,
                  *problem.posterior_variances, problem.posterior_covariances);
  }

  const bool drawn = problem.y.shape.size() == 2;
  if (drawn || problem.log_evidence.size() > 1)
    group.dimension("replicate", static_cast<std::int64_t>(problem.log_evidence.size()));
  if (!problem.y.shape.empty()) {
    group.dimension("observed", problem.y.shape.back());
    group.variable("y", drawn ? Dimensions{"replicate", "observed"} : Dimensions{"observed"},
                   problem.y.values);
  }
  group.variable("log_evidence",
                 problem.log_evidence.size() > 1 || drawn ? Dimensions{"replicate"} : Dimensions{},
                 problem.log_evidence);

  const auto d = static_cast<std::int64_t>(problem.target_mean.size());
  if (d == 0) return;
  group.dimension("target_coordinate", d);
  group.variable("target_mean", {"target_coordinate"}, problem.target_mean);
  if (problem.target_covariance.values.empty()) return;
  group.dimension("target_coordinate_2", d);
  group.variable("target_covariance", {"target_coordinate", "target_coordinate_2"},
                 problem.target_covariance.values);
}

NumberArray read_array(const Handle& group, const std::string& name) {
  const Handle dataset = hdf5::open_dataset(group, name);
  return {hdf5::extent(dataset).shape, hdf5::read_reals(dataset)};
}

std::optional<NumberArray> read_if_there(const Handle& group, const std::string& name) {
  if (hdf5::kind_of(group, name) != "dataset") return std::nullopt;
  return read_array(group, name);
}

/// [K] on disk is isotropic: [K, 1].
NumberArray as_variances(NumberArray array) {
  if (array.shape.size() == 1) array.shape.push_back(1);
  return array;
}

/// [K], [K, D], [K, 1] or [K, D], and [K, D, D] where there are covariances.
bool is_mixture(const NumberArray& weights, const NumberArray& means, const NumberArray& variances,
                const std::optional<NumberArray>& covariances) {
  if (weights.shape.size() != 1 || means.shape.size() != 2 || variances.shape.size() != 2)
    return false;
  const std::int64_t k = weights.shape[0], d = means.shape[1];
  return means.shape[0] == k && variances.shape[0] == k &&
         (variances.shape[1] == 1 || variances.shape[1] == d) &&
         (!covariances || covariances->shape == hdf5::Shape{k, d, d});
}

/// What write_problem takes for granted.
bool fits_together(const ProblemRecord& problem) {
  const bool posterior = problem.posterior_weights.has_value();
  const auto d = static_cast<std::int64_t>(problem.target_mean.size());
  const auto replicates = static_cast<std::int64_t>(problem.log_evidence.size());
  return is_mixture(problem.weights, problem.means, problem.variances, problem.covariances) &&
         (!posterior ||
          (problem.posterior_means && problem.posterior_variances &&
           is_mixture(*problem.posterior_weights, *problem.posterior_means,
                      *problem.posterior_variances, problem.posterior_covariances))) &&
         problem.y.shape.size() <= 2 &&
         (problem.y.shape.size() < 2 || problem.y.shape[0] == replicates) && replicates > 0 &&
         (problem.target_covariance.values.empty() ||
          problem.target_covariance.shape == hdf5::Shape{d, d});
}

ProblemRecord read_problem(const Handle& group, std::int64_t point) {
  ProblemRecord problem;
  problem.problem = point;
  problem.process = hdf5::read_text_attribute(group, "process");
  problem.prior = hdf5::read_text_attribute(group, "prior");
  problem.observation = hdf5::read_text_attribute(group, "observation");
  problem.weights = read_array(group, "weights");
  problem.means = read_array(group, "means");
  problem.variances = as_variances(read_array(group, "variances"));
  problem.covariances = read_if_there(group, "covariances");
  problem.posterior_weights = read_if_there(group, "posterior_weights");
  problem.posterior_means = read_if_there(group, "posterior_means");
  problem.posterior_covariances = read_if_there(group, "posterior_covariances");
  if (auto variances = read_if_there(group, "posterior_variances"))
    problem.posterior_variances = as_variances(std::move(*variances));
  problem.y = read_if_there(group, "y").value_or(NumberArray{});
  problem.log_evidence = read_array(group, "log_evidence").values;
  problem.target_mean = read_if_there(group, "target_mean").value_or(NumberArray{}).values;
  problem.target_covariance = read_if_there(group, "target_covariance").value_or(NumberArray{});
  if (!fits_together(problem))
    throw IoError("cannot read " + group.name() + ": its arrays do not fit together");
  return problem;
}

}  // namespace

void write_problems(const Handle& file, const SweepLayout& layout,
                    const std::vector<ProblemRecord>& problems) {
  if (problems.empty()) return;
  LabelledGroup all(file, "problem");
  if (layout.problem_axes.empty()) return write_problem(all, problems.front());

  std::vector<std::int64_t> points(static_cast<std::size_t>(layout.problem_points()));
  std::iota(points.begin(), points.end(), std::int64_t{0});
  Dimensions dimensions;
  for (const AxisInfo& axis : layout.problem_axes) {
    all.axis(axis);
    dimensions.push_back(axis.name);
  }
  const Handle index = all.variable("point", dimensions, points);
  hdf5::write_attribute(index, "long_name", std::string("subgroup that holds the problem"));
  for (const ProblemRecord& problem : problems) {
    LabelledGroup group(all.handle(), fmt::format("{}", problem.problem));
    write_problem(group, problem);
  }
}

std::vector<ProblemRecord> read_problems(const Handle& file) {
  if (hdf5::kind_of(file, "problem") != "group") return {};
  const Handle all = hdf5::open_group(file, "problem");
  if (hdf5::kind_of(all, "weights") == "dataset") return {read_problem(all, 0)};
  std::vector<ProblemRecord> problems;
  const auto points =
      static_cast<std::int64_t>(hdf5::read_integers(hdf5::open_dataset(all, "point")).size());
  for (std::int64_t point = 0; point < points; ++point)
    if (const std::string name = fmt::format("{}", point); hdf5::kind_of(all, name) == "group")
      problems.push_back(read_problem(hdf5::open_group(all, name), point));
  return problems;
}

}  // namespace plumbline
