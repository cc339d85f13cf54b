// One side of analysis/bench/peers.py: does on its standard input's orders what other programs are
// timed at, on the same data, and answers each with a line, "ok", a number or "error …".
//
//   problem SPEC.toml           the problem of a sweep file; its prior may be a file of the
//   script's points FILE.npz             x [n, d]: where densities are asked for, draws that are
//   measured;
//                               w [n]: weights that are resampled by
//   work density                log_p [n] and score [n, D] of the prior at x
//   work draw N KIND TABLE      x [N, d], log_w [N] and the log-evidence of a sampler with settings
//   work normals N D            x [N, D]
//   work resample               ancestors [n], systematic
//   work metric NAME TABLE      the metric of x
//   check FILE SEED             does the work once and writes its numbers, float64
//   run TIMES                   the seconds that this process computed for one
//   reference FILE N            exact draws, as the metric of seed 1 compares with
//   directions FILE N           directions, as it projects on
#include <ctime>
#include <fstream>
#include <functional>
#include <iostream>
#include <optional>
#include <sstream>

#include "harness/sweep/problem_point.hpp"
#include "harness/sweep/toml.hpp"
#include "io/user/points.hpp"
#include "metrics/transport/projection.hpp"
#include "mixture/evaluate.hpp"
#include "samplers/smc/resampling.hpp"

namespace plumbline {
namespace {

using Numbers = std::vector<Real>;

void append(Numbers& to, const Numbers& from) {
  to.insert(to.end(), from.begin(), from.end());
}

Real process_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return Real(time.tv_sec) + 1e-9 * Real(time.tv_nsec);
}

class Driver {
 public:
  void problem(const std::string& path) {
    const Sweep sweep = load_sweep(path, {.needs = {.samplers = false, .metrics = false}});
    problems_.emplace(exec_, sweep, resolve_problem(sweep, 0));
  }

  void points(const std::string& path) {
    const PointsFile file = PointsFile::open(path);
    if (file.has("x")) x_ = to_device("x", file.matrix("x"));
    if (file.has("w")) w_ = to_device("w", file.vector("w"));
  }

  void work(std::istream& words) {
    std::string name;
    words >> name;
    if (name == "density") return density();
    if (name == "draw") return draw(words);
    if (name == "normals") return normals(words);
    if (name == "resample") return resample();
    if (name == "metric") return metric(words);
    throw std::runtime_error("no such work: " + name);
  }

  /// Once, of a seed. The work itself returns what makes numbers of its arrays.
  void check(const std::string& path, std::uint64_t seed) {
    const std::function<Numbers()> numbers = work_(seed);
    exec_.fence();
    write(path, numbers());
  }

  Real run(int times) {
    const Real start = process_seconds();
    for (int i = 0; i < times; ++i) work_(std::uint64_t(i) + 1);
    exec_.fence();
    return (process_seconds() - start) / times;
  }

  void reference(const std::string& path, Index n) {
    write(path, to_host(problem().draw_exact(exec_, n, Rng::from_seed(1).stream("reference"))));
  }
  void directions(const std::string& path, Index n) {
    write(path, to_host(random_directions(exec_, Rng::from_seed(1).stream("directions"), n,
                                          problem().dimension())));
  }

 private:
  const Problem& problem() { return problems_.value().at(0); }

  static void write(const std::string& path, const Numbers& numbers) {
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(numbers.data()),
               static_cast<std::streamsize>(numbers.size() * sizeof(Real)));
    if (!file.flush()) throw std::runtime_error("cannot write " + path);
  }

  static Table settings(std::istream& words) {
    std::string text;
    std::getline(words, text);
    const std::optional<Value> value = parse_toml_value(text, {.file = "order"});
    if (!value || !value->is_table()) throw std::runtime_error("no table:" + text);
    return *value->get_if<Table>();
  }

  void density() {
    const MixtureTables tables = tables_at(exec_, problem().prior_factored(), NoiseLevel{});
    const Matrix x = x_, score = make_matrix("score", x.extent(0), x.extent(1));
    const Vector log_p = make_vector("log_p", x.extent(0));
    work_ = [=, this](std::uint64_t) {
      log_density_and_score(exec_, tables, x, log_p, score);
      return [=] {
        Numbers all = to_host(log_p);
        append(all, to_host(score));
        return all;
      };
    };
  }

  void draw(std::istream& words) {
    Index n = 0;
    std::string kind;
    words >> n >> kind;
    const std::shared_ptr<Sampler> method = find_sampler(kind).make(settings(words));
    method->check(problem());
    work_ = [=, this](std::uint64_t seed) {
      Trace trace;
      const Ensemble drawn =
          method->draw(exec_, problem(), n, Rng::from_seed(seed).stream("run"), trace);
      return [=] {
        Numbers all = to_host(drawn.x);
        append(all, to_host(drawn.log_w));
        all.push_back(trace.log_evidence);
        return all;
      };
    };
  }

  void normals(std::istream& words) {
    Index n = 0, d = 0;
    words >> n >> d;
    const Matrix x = make_matrix("normals", n, d);
    work_ = [=, this](std::uint64_t seed) {
      fill_normal(exec_, Rng::from_seed(seed), 0, x);
      return [=] { return to_host(x); };
    };
  }

  void resample() {
    const Vector w = w_;
    const auto resampler = std::make_shared<Resampler>(Resampling::systematic, 1, w.extent(0));
    const IndexVector wanted = make_index_vector("wanted", 1);
    Kokkos::deep_copy(wanted, 1);
    work_ = [=, this](std::uint64_t seed) {
      const IndexVector chosen = resampler->choose(exec_, w, wanted, Rng::from_seed(seed), 0);
      return [=] {
        const auto host = host_copy(chosen);
        return Numbers(host.data(), host.data() + host.extent(0));
      };
    };
  }

  void metric(std::istream& words) {
    std::string name;
    words >> name;
    const std::shared_ptr<Metric> metric = find_metric(name).make(settings(words));
    metric->check(problem());
    const Ensemble draws = equally_weighted(x_);
    work_ = [=, this](std::uint64_t) {
      const Estimate found = metric->evaluate(exec_, {problem(), draws, nan, Rng::from_seed(1)});
      return [=] { return Numbers{found.value, found.standard_error}; };
    };
  }

  Exec exec_;
  std::optional<Problems> problems_;
  Matrix x_;
  Vector w_;
  std::function<std::function<Numbers()>(std::uint64_t)> work_;
};

/// The answer to one order.
std::string answer(Driver& driver, const std::string& line) {
  std::istringstream words(line);
  std::string order, file;
  words >> order;
  if (order == "work") {
    driver.work(words);
  } else if (order == "run") {
    int times = 1;
    words >> times;
    return fmt::format("{:.17g}", driver.run(times));
  } else {
    std::uint64_t number = 0;
    words >> file >> number;
    if (order == "problem")
      driver.problem(file);
    else if (order == "points")
      driver.points(file);
    else if (order == "check")
      driver.check(file, number);
    else if (order == "reference")
      driver.reference(file, static_cast<Index>(number));
    else if (order == "directions")
      driver.directions(file, static_cast<Index>(number));
    else
      throw std::runtime_error("no such order: " + order);
  }
  return "ok";
}

}  // namespace
}  // namespace plumbline

int main(int argc, char** argv) {
  const Kokkos::ScopeGuard kokkos(argc, argv);
  plumbline::Driver driver;
  for (std::string line; std::getline(std::cin, line);) {
    std::string said;
    try {
      said = plumbline::answer(driver, line);
    } catch (const std::exception& error) {
      said = std::string("error ") + error.what();
      std::replace(said.begin(), said.end(), '\n', ' ');
    }
    std::cout << said << std::endl;
  }
  return 0;
}
