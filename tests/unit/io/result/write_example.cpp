// Writes one file of every kind into the folder given: readers_test.py opens them.
#include <filesystem>

#include "io/parts/part_file.hpp"
#include "io/result/result_file.hpp"
#include "io/user/array_file.hpp"
#include "unit/io/example.hpp"

int main(int argc, char** argv) {
  using namespace plumbline;
  if (argc != 2) return 2;
  const std::filesystem::path folder = argv[1];
  std::filesystem::create_directories(folder);

  write_results(folder / "results.h5", example::results());
  Results plain = example::results();
  plain.layout.problem_axes.clear();
  plain.layout.samplers.pop_back();
  plain.layout.samplers[0].axes.clear();
  plain.cells = {example::cell(plain.layout, plain.layout.samplers[0], 0)};
  plain.nulls.resize(1);
  plain.problems.resize(1);
  write_results(folder / "plain.h5", plain);
  write_part(folder / "cells.part", {example::results().cells, example::results().nulls});

  ArrayFile arrays;
  arrays.attribute("sampler", "exact");
  HostMatrix x(3, 2);
  x << 1, 2, 3, 4, 5, 6;
  arrays.add("x", {"draw", "coordinate"}, x, "draws");
  arrays.add("log_w", {"draw"}, HostVector(HostVector::Constant(3, -1.5)), "log weights");
  arrays.add("posterior/weights", {"component"}, HostVector(HostVector::Constant(2, 0.5)),
             "weights");
  arrays.add("posterior/log_evidence", -2.5, "log p(y)");
  arrays.write(folder / "arrays.h5");
}
