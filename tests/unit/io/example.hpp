// A small sweep's results with everything that a file can hold: two samplers, numeric, whole, text,
// boolean and zipped axes, problem axes, missing cells, NaN, samples. Also a text form of records,
// so that comparing them prints what differs.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <bit>
#include <cmath>
#include <string>

#include "core/named_enum.hpp"
#include "record/results.hpp"

namespace plumbline::example {

inline AxisInfo text_axis(const std::string& name, std::vector<std::string> values) {
  return {name, "axis " + name, std::move(values)};
}

/// process (2) × dim (2) over replacement: context (3) × exact (2) and smc: particles (2, with
/// steps).
inline SweepLayout layout() {
  SweepLayout sweep;
  sweep.name = "example";
  sweep.spec = "schema = \"plumbline/1\"\n# σ_t, naïve — UTF-8\n";
  sweep.spec_hash = "0123abcd";
  sweep.seed = 7;
  sweep.draws = 5;
  sweep.replicates = 3;
  sweep.null_replicates = 4;
  sweep.problem_axes = {text_axis("process", {"ou", "vp"}),
                        {"dim", "dimension", std::vector<std::int64_t>{2, 3}}};
  SamplerLayout replacement{"replacement", "replacement", "nothing", "Papp, slides", "steps = 10"};
  replacement.axes = {text_axis("context", {"fixed", "forward", "fräsch"}),
                      {"exact", "exact kernel", std::vector<std::int8_t>{0, 1}}};
  SamplerLayout smc{"smc", "smcdiff", "particles", "Trippe 2023", "particles = [16, 64]"};
  AxisInfo particles{"eta", "stochasticity", std::vector<double>{0.1, 0.25}};
  particles.zipped = {{"steps", "time steps", std::vector<std::int64_t>{10, 20}}};
  smc.axes = {particles};
  smc.budgets = {"steps", "particles", shrinking("last_time")};
  sweep.samplers = {replacement, smc};
  sweep.metrics = {{"mean_error", "error of the mean", "data units", Better::lower, true},
                   {"evidence_error", "error of log evidence", "nats", Better::zero, false}};
  sweep.metrics[1].depends_on_y = false;
  sweep.extras = {{"wall_seconds", "wall time", "s"}};
  return sweep;
}

inline Provenance provenance() {
  Provenance from;
  from.command = "plumbline run example.toml";
  from.plumbline_version = "0.1.0";
  from.git_commit = "abc";
  from.git_dirty = true;
  from.compiler = "g++ 12";
  from.build_flags = "-O3";
  from.kokkos_version = "5.2.2";
  from.backend = "OpenMP";
  from.device = "cpu";
  from.host = "somewhere";
  from.threads = 4;
  from.started = "2026-01-01T00:00:00Z";
  from.finished = "2026-01-01T00:00:01Z";
  from.libraries = {{"HDF5", "1.10.8"}, {"Eigen", "3.4.0"}};
  return from;
}

/// Values that name their own place: metric + cell / 100 + replicate / 1000.
inline double number(int metric, std::int64_t cell, std::int64_t replicate) {
  return metric + static_cast<double>(cell) / 100 + static_cast<double>(replicate) / 1000;
}

inline CellRecord cell(const SweepLayout& sweep, const SamplerLayout& sampler, std::int64_t index) {
  CellRecord record;
  record.label = sampler.label;
  record.cell = index;
  record.hash = fmt::format("{}-{}", sampler.label, index);
  std::int64_t rest = index;
  const std::vector<AxisInfo> axes = sweep.axes(sampler);
  record.at.resize(axes.size());
  for (std::size_t i = axes.size(); i-- > 0;) {
    record.at[i] = rest % static_cast<std::int64_t>(axes[i].size());
    rest /= static_cast<std::int64_t>(axes[i].size());
  }
  Series mean{"mean_error", {}, {}}, evidence{"evidence_error", {}, {}},
      wall{"wall_seconds", {}, {}};
  for (std::int64_t r = 0; r < sweep.replicates; ++r) {
    const bool diverged = index == 1 && r == 2;
    record.status.push_back(diverged ? Status::diverged : Status::ok);
    record.message.push_back(diverged ? "x is not finite at step 3" : "");
    mean.value.push_back(diverged ? nan : number(1, index, r));
    mean.se.push_back(0.5);
    evidence.value.push_back(number(2, index, r));
    wall.value.push_back(number(3, index, r));
  }
  record.metrics = {mean, evidence};
  record.extras = {wall};
  if (sampler.label == "smc") record.extras.push_back({"ess_min", {0.5, 0.25, nan}, {}});
  if (sampler.label == "smc")
    record.extras.push_back({"functional:masses_2", {-0.5, 0.25, nan}, {}});
  return record;
}

inline ProblemRecord problem(std::int64_t point) {
  ProblemRecord record;
  record.problem = point;
  record.process = "kind = \"ou\"";
  record.prior = "kind = \"grid\"";
  record.observation = "kind = \"inpainting\"";
  record.weights = {{2}, {0.25, 0.75}};
  record.means = {{2, 3}, {1, 2, 3, 4, 5, 6}};
  record.variances = {{2, 1}, {0.5, 0.25}};
  record.posterior_weights = NumberArray{{2}, {0.5, 0.5}};
  record.posterior_means = NumberArray{{2, 2}, {1, 2, 3, 4}};
  record.posterior_variances = NumberArray{{2, 2}, {1, 1, 2, 2}};
  record.posterior_covariances = NumberArray{{2, 2, 2}, {1, 0, 0, 1, 2, 0, 0, 2}};
  record.y = point == 0 ? NumberArray{{1}, {1.5}} : NumberArray{{3, 1}, {1.5, 2.5, 3.5}};
  record.log_evidence = point == 0 ? std::vector{-1.25} : std::vector{-1.25, -2.5, -5.0};
  record.target_mean = {0.5, static_cast<double>(point)};
  record.target_covariance = {{2, 2}, {1, 0.5, 0.5, 1}};
  return record;
}

inline Results results() {
  Results all{layout(), provenance(), {}, {}, {}};
  for (const SamplerLayout& sampler : all.layout.samplers) {
    const std::int64_t cells = sampler.label == "smc" ? 8 : 24;
    for (std::int64_t i = 0; i < cells; ++i)
      if (i != 5) all.cells.push_back(cell(all.layout, sampler, i));  // cell 5 was never run
  }
  for (CellRecord& record : all.cells)
    if (record.label == "smc" && record.cell < 3) {
      const std::int64_t n = record.cell == 0 ? 5 : 4, d = record.cell == 1 ? 1 : 2;
      Samples samples{n, d, {}, {}};
      for (std::int64_t i = 0; i < n * d; ++i) samples.x.push_back(0.5 + static_cast<double>(i));
      samples.log_w.assign(static_cast<std::size_t>(n), -std::log(static_cast<double>(n)));
      record.samples = samples;
      record.ess_path.assign(static_cast<std::size_t>(n), 0.75);  // paths of unequal length
    }
  for (std::int64_t p = 0; p < 4; ++p) {
    const double base = static_cast<double>(p);
    all.nulls.push_back({p,
                         fmt::format("null-{}", p),
                         {{"mean_error", {base, base + 0.1, base + 0.2, base + 0.3}, {}}}});
    all.problems.push_back(problem(p));
  }
  return all;
}

// --- text of records: NaN and −0 included, bit by bit ---

inline std::string text(const std::vector<double>& values) {
  std::string out = "[";
  for (const double v : values)
    out += std::isnan(v) ? "nan " : fmt::format("{}/{:x} ", v, std::bit_cast<std::uint64_t>(v));
  return out + "]";
}
inline std::string text(const NumberArray& array) {
  return fmt::format("shape {} {}", fmt::join(array.shape, "×"), text(array.values));
}
inline std::string text(const std::optional<NumberArray>& array) {
  return array ? text(*array) : "none";
}
inline std::string text(const std::vector<Series>& list) {
  std::string out;
  for (const Series& s : list)
    out += fmt::format("\n    {} {} ± {}", s.name, text(s.value), text(s.se));
  return out;
}
inline std::string text(const CellRecord& r) {
  std::string out =
      fmt::format("\ncell {} {} at {} hash {}", r.label, r.cell, fmt::join(r.at, ","), r.hash);
  for (std::size_t i = 0; i < r.status.size(); ++i)
    out += fmt::format(" {}'{}'", static_cast<int>(r.status[i]), r.message[i]);
  out += text(r.metrics) + text(r.extras);
  if (!r.ess_path.empty()) out += "\n    ess " + text(r.ess_path);
  if (r.samples)
    out += fmt::format("\n    samples {}×{} {} {}", r.samples->n, r.samples->d, text(r.samples->x),
                       text(r.samples->log_w));
  return out;
}
inline std::string text(const NullRecord& r) {
  return fmt::format("\nnull {} hash {}", r.problem, r.hash) + text(r.metrics);
}
inline std::string text(const ProblemRecord& r) {
  return fmt::format(
             "\nproblem {} {} {} {}\n  {}\n  {}\n  {}\n  {}\n  {}\n  {}\n  {}\n  {}\n  {}\n",
             r.problem, r.process, r.prior, r.observation, text(r.weights), text(r.means),
             text(r.variances), text(r.covariances), text(r.posterior_weights),
             text(r.posterior_means), text(r.posterior_variances), text(r.posterior_covariances),
             text(r.y)) +
         text(r.log_evidence) + text(r.target_mean) + text(r.target_covariance);
}
inline std::string text(const AxisValues& values) {
  return fmt::format("type {} ", values.index()) +
         std::visit([](const auto& list) { return fmt::format("{}", fmt::join(list, ",")); },
                    values);
}
inline std::string text(const AxisInfo& axis) {
  std::string out = fmt::format("\n  axis {} '{}' {}", axis.name, axis.doc, text(axis.values));
  for (const Coordinate& z : axis.zipped)
    out += fmt::format(" with {} '{}' {}", z.name, z.doc, text(z.values));
  return out;
}
inline std::string text(const MetricInfo& m) {
  return fmt::format("\n  quantity {} '{}' [{}] {} {} {}", m.name, m.long_name, m.units,
                     m.better ? name_of(*m.better) : "", m.has_floor,
                     m.depends_on_y ? (*m.depends_on_y ? "y" : "no y") : "");
}
inline std::string text(const SweepLayout& s) {
  std::string out = fmt::format("sweep {} {} {} seed {} draws {} × {} null {}", s.name, s.spec,
                                s.spec_hash, s.seed, s.draws, s.replicates, s.null_replicates);
  for (const AxisInfo& axis : s.problem_axes) out += text(axis);
  for (const SamplerLayout& sampler : s.samplers) {
    out += fmt::format("\n sampler {} {} {} {} {} {}", sampler.label, sampler.kind, sampler.claim,
                       text_of(sampler.budgets), sampler.reference, sampler.settings);
    for (const AxisInfo& axis : sampler.axes) out += text(axis);
  }
  for (const MetricInfo& m : s.metrics) out += text(m);
  return out;
}
inline std::string text(const Provenance& p) {
  std::string out =
      fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}", p.command, p.plumbline_version,
                  p.git_commit, p.git_dirty, p.compiler, p.build_flags, p.kokkos_version, p.backend,
                  p.device, p.host, p.threads, p.started, p.finished);
  for (const auto& [name, version] : p.libraries) out += fmt::format("|{}={}", name, version);
  return out;
}
inline std::string text(const Results& r) {
  std::string out = text(r.layout) + "\n" + text(r.provenance);
  for (const auto& record : r.cells) out += text(record);
  for (const auto& record : r.nulls) out += text(record);
  for (const auto& record : r.problems) out += text(record);
  return out;
}

}  // namespace plumbline::example
