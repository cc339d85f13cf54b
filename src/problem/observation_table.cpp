// An observation from a sweep file's table: reading, drawing y, and echoing.
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "problem/crescent.hpp"
#include "problem/problem.hpp"
#include "problem/random_linear.hpp"

namespace plumbline {
namespace {

const std::vector<std::string> kinds = {"inpainting", "linear",   "class",
                                        "event",      "crescent", "random-linear"};

std::size_t read_kind(const Table& table) {
  const Value* kind = table.find("kind");
  if (!kind)
    throw SpecError("kind", "", fmt::format("an observation is one of {}", fmt::join(kinds, ", ")));
  return settings::read_choice("kind", *kind, kinds);
}

void require_known(const Table& table, const std::vector<std::string>& known) {
  for (const auto& [key, value] : table.members)
    if (key != "kind" && std::find(known.begin(), known.end(), key) == known.end())
      throw SpecError(key, to_text(value, 40), "unknown key: " + not_one_of(key, known), value.at);
}

const Value& required(const Table& table, const char* key, const char* allowed) {
  const Value* value = table.find(key);
  if (!value) throw SpecError(key, "", std::string("is needed: ") + allowed);
  return *value;
}

bool is_draw(const Value* value) {
  const std::string* text = value ? value->get_if<std::string>() : nullptr;
  return text && *text == "draw";
}

HostVector read_vector(const char* key, const Value& value) {
  std::vector<Real> list;
  settings::read(key, value, list, Range{});
  return Eigen::Map<const HostVector>(list.data(), list.size());
}

HostMatrix read_matrix(const char* key, const Value& value) {
  std::vector<std::vector<Real>> rows;
  settings::read(key, value, rows, Range{});
  HostMatrix out(rows.size(), rows.empty() ? 0 : rows[0].size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].size() != rows[0].size())
      throw SpecError(fmt::format("{}[{}]", key, i), fmt::format("{} numbers", rows[i].size()),
                      fmt::format("{} numbers, as in the first row", rows[0].size()));
    for (std::size_t j = 0; j < rows[i].size(); ++j) out(i, j) = rows[i][j];
  }
  return out;
}

/// y as given, or zeros [m] to be replaced by a draw.
HostVector read_y(const Table& table, Eigen::Index m) {
  const Value& y = required(table, "y", "a list of numbers, or \"draw\"");
  if (is_draw(&y)) return HostVector::Zero(m);
  if (!y.is_array()) throw SpecError("y", to_text(y, 40), "a list of numbers, or \"draw\"", y.at);
  return read_vector("y", y);
}

Inpainting read_inpainting(const Table& table) {
  require_known(table, {"observed", "y"});
  Inpainting out;
  settings::read("observed", required(table, "observed", "a list of coordinates"), out.observed,
                 Range{});
  out.y = read_y(table, out.observed.size());
  return out;
}

LinearGaussian read_linear(const Table& table) {
  require_known(table, {"A", "noise", "noise_covariance", "y"});
  LinearGaussian out;
  out.a = read_matrix("A", required(table, "A", "a list of rows of D numbers"));
  const int m = static_cast<int>(out.a.rows());
  const Value* covariance = table.find("noise_covariance");
  if (covariance && table.find("noise"))
    throw SpecError("noise_covariance", to_text(*covariance, 40),
                    "either noise, a standard deviation, or noise_covariance", covariance->at);
  if (covariance) {
    out.noise = read_matrix("noise_covariance", *covariance);
    require_noise_covariance("noise_covariance", out.noise, m);
  } else {
    Real deviation = 0;
    settings::read("noise", required(table, "noise", "a standard deviation, or noise_covariance"),
                   deviation, at_least(0));
    out.noise = deviation * deviation * HostMatrix::Identity(m, m);
  }
  out.y = read_y(table, m);
  return out;
}

ClassLabel read_class(const Table& table) {
  require_known(table, {"label", "classes", "gamma"});
  ClassLabel out;
  const Value& label = required(table, "label", "the number of a class, or \"draw\"");
  if (!is_draw(&label)) settings::read("label", label, out.label, Range{});
  settings::read("classes", required(table, "classes", "a list of lists of components"),
                 out.classes, Range{});
  if (const Value* gamma = table.find("gamma"))
    settings::read("gamma", *gamma, out.gamma, at_least(0));
  return out;
}

Event read_event(const Table& table, int dimension) {
  require_known(table, {"coordinate", "direction", "threshold", "width"});
  Event out;
  settings::read("threshold", required(table, "threshold", "what a·z reaches"), out.threshold,
                 Range{});
  if (const Value* width = table.find("width"))
    settings::read("width", *width, out.width, at_least(0));
  const Value* coordinate = table.find("coordinate");
  if (const Value* direction = table.find("direction")) {
    if (coordinate)
      throw SpecError("direction", to_text(*direction, 40), "either coordinate or direction",
                      direction->at);
    out.direction = read_vector("direction", *direction);
    return out;
  }
  int i = 0;
  if (coordinate) settings::read("coordinate", *coordinate, i, Range{});
  if (i < 0 || i >= dimension)
    throw SpecError("coordinate", std::to_string(i),
                    fmt::format("a coordinate of the prior, 0 to {}", dimension - 1));
  out.direction = HostVector::Unit(dimension, i);
  return out;
}

Crescent read_crescent(const Table& table) {
  require_known(table, {"c", "xi", "y"});
  Crescent out;
  if (const Value* c = table.find("c")) settings::read("c", *c, out.c, Range{});
  if (const Value* xi = table.find("xi")) settings::read("xi", *xi, out.xi, above(0));
  const Value& y = required(table, "y", "a number, or \"draw\"");
  if (!is_draw(&y)) settings::read("y", y, out.y, Range{});
  return out;
}

LinearGaussian read_random_linear(const Table& table, int dimension, const Rng& rng) {
  require_known(table, {"rows", "spectrum", "noise", "y"});
  RandomOperator shape = {0, dimension, Spectrum::uniform, {}};
  settings::read("rows", required(table, "rows", "how many rows A has"), shape.rows, at_least(1));
  if (shape.rows > dimension)
    throw SpecError("rows", std::to_string(shape.rows),
                    fmt::format("at most {}, the dimension of the prior", dimension));
  if (const Value* spectrum = table.find("spectrum"))
    settings::read("spectrum", *spectrum, shape.spectrum, Range{});
  const Value* noise = table.find("noise");
  const std::string* text = noise ? noise->get_if<std::string>() : nullptr;
  if (text && *text != "random")
    throw SpecError("noise", *text, "a standard deviation, or \"random\"", noise->at);
  if (noise && !text) settings::read("noise", *noise, shape.deviation.emplace(), at_least(0));
  LinearGaussian out = random_linear(shape, rng.stream("operator"));
  out.y = read_y(table, shape.rows);
  return out;
}

/// The value a key like "A[1][0]" was read from: where an error points.
const Value* find_entry(const Table& table, const std::string& key) {
  const Value* value = table.find(key.substr(0, key.find('[')));
  for (std::size_t at = key.find('['); value && at != std::string::npos;
       at = key.find('[', at + 1)) {
    const Array* array = value->get_if<Array>();
    const std::size_t index = std::stoul(key.substr(at + 1));
    if (!array || index >= array->size()) break;
    value = &(*array)[index];
  }
  return value;
}

/// z* ~ prior and the component it came from, on the host; one draw from a stream of its own.
struct Truth {
  int component;
  HostVector z;
};

Truth draw_truth(const GaussianMixture& prior, const Rng& rng) {
  const Real u = rng.stream("component").uniform(0, 0, 0);
  int k = 0, last = 0;
  for (Real sum = 0; k < prior.components(); ++k) {
    sum += prior.weights()[k];
    if (prior.weights()[k] > 0) last = k;
    if (sum >= u && prior.weights()[k] > 0) break;
  }
  k = std::min(k, last);
  HostVector xi(prior.dimension());
  const Rng state = rng.stream("state");
  for (int i = 0; i < prior.dimension(); ++i) xi[i] = state.normal(0, 0, i);
  return {k, prior.means().row(k).transpose() + prior.factor(k) * xi};
}

void draw_into(Inpainting& o, const Truth& truth, const Rng&) {
  for (std::size_t j = 0; j < o.observed.size(); ++j) o.y[j] = truth.z[o.observed[j]];
}
void draw_into(LinearGaussian& o, const Truth& truth, const Rng& rng) {
  const SymmetricEigen noise = symmetric_eigen(o.noise);
  HostVector xi(o.y.size());
  const Rng stream = rng.stream("noise");
  for (Eigen::Index j = 0; j < xi.size(); ++j)
    xi[j] = std::sqrt(std::max(noise.values[j], Real(0))) * stream.normal(0, 0, j);
  o.y = o.a * truth.z + noise.vectors * xi;
}
void draw_into(Event&, const Truth&, const Rng&) {}  // given, never drawn
void draw_into(Crescent& o, const Truth& truth, const Rng& rng) {
  o.y = -crescent_residual(o.c, 0, truth.z[0], truth.z[1]) +
        std::sqrt(o.xi) * rng.stream("noise").normal(0, 0, 0);
}
void draw_into(ClassLabel& o, const Truth& truth, const Rng&) {
  for (std::size_t c = 0; c < o.classes.size(); ++c)
    for (const int k : o.classes[c])
      if (k == truth.component) o.label = static_cast<int>(c);
}

/// A label to be drawn is any class that can be, until it is.
void choose_possible_label(Observation& observation, const GaussianMixture& prior) {
  ClassLabel* o = std::get_if<ClassLabel>(&observation);
  if (!o) return;
  for (std::size_t c = 0; c < o->classes.size(); ++c)
    for (const int k : o->classes[c])
      if (k >= 0 && k < prior.components() && prior.weights()[k] > 0)
        o->label = static_cast<int>(c);
}

Observation read(const Table& table, const GaussianMixture& prior, const Rng& rng) {
  const std::size_t kind = read_kind(table);
  if (kind == 0) return read_inpainting(table);
  if (kind == 1) return read_linear(table);
  if (kind == 2) return read_class(table);
  if (kind == 3) return read_event(table, prior.dimension());
  if (kind == 4) return read_crescent(table);
  return read_random_linear(table, prior.dimension(), rng);
}

}  // namespace

Observation make_observation(const Table& table, const GaussianMixture& prior, Rng rng) {
  try {
    Observation observation = read(table, prior, rng);
    const bool drawn = draws_observation(table);
    if (drawn) choose_possible_label(observation, prior);
    require_valid(observation, prior);
    if (drawn) {
      const Truth truth = draw_truth(prior, rng);
      std::visit([&](auto& o) { draw_into(o, truth, rng); }, observation);
    }
    return observation;
  } catch (const SpecError& error) {
    const Value* culprit = find_entry(table, error.key());
    if (!culprit) culprit = table.find("kind");
    throw culprit ? error.at(culprit->at) : error;
  }
}

std::optional<HostVector> drawn_truth(const Table& table, const GaussianMixture& prior, Rng rng) {
  const Value* gamma = table.find("gamma");
  const bool tilt = gamma && read_class(table).gamma != 1;
  if (!draws_observation(table) || tilt) return std::nullopt;
  return draw_truth(prior, rng).z;
}

bool draws_observation(const Table& table) {
  return is_draw(table.find("y")) || is_draw(table.find("label"));
}

Table resolved_observation(const Table& table) {
  Table out = table;
  const std::string& kind = kinds[read_kind(table)];
  const auto set_default = [&](const char* key, Value value) {
    if (!table.find(key)) out.set(key, std::move(value));
  };
  if (kind == "class") set_default("gamma", {1.0});
  if (kind == "event") {
    if (!table.find("direction")) set_default("coordinate", {std::int64_t{0}});
    set_default("width", {0.0});
  }
  if (kind == "crescent") {
    set_default("c", {1.0});
    set_default("xi", {0.5});
  }
  if (kind == "random-linear") {
    set_default("spectrum", {std::string("uniform")});
    set_default("noise", {std::string("random")});
  }
  return out;
}

}  // namespace plumbline
