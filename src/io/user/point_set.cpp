#include "io/user/point_set.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/errors.hpp"
#include "core/text/numbers.hpp"
#include "io/user/csv.hpp"
#include "io/user/npy.hpp"
#include "io/user/points.hpp"
#include "io/user/user_file.hpp"

namespace plumbline {
namespace {

constexpr const char* form = "[n, D] or [n]";

HostMatrix matrix_of(const NumberArray& x, const std::filesystem::path& path) {
  const std::size_t rank = x.shape.size();
  const Location where{path.string()};
  if (rank != 1 && rank != 2)
    throw SpecError("x", fmt::format("shape [{}]", fmt::join(x.shape, ", ")), form, where);
  const Index rows = x.shape[0], columns = rank == 2 ? x.shape[1] : 1;
  HostMatrix out = Eigen::Map<const HostMatrix>(x.values.data(), rows, columns);
  for (Index n = 0; n < rows; ++n)
    for (Index i = 0; i < columns; ++i)
      if (!std::isfinite(out(n, i)))
        throw SpecError(fmt::format("x[{}, {}]", n, i), fmt::format("{}", out(n, i)),
                        "finite numbers", where);
  return out;
}

PointSet of_arrays(const std::filesystem::path& path) {
  const PointsFile file = PointsFile::open(path);
  file.refuse_others({"x", "weights", "labels"});
  PointSet out{matrix_of(file.array("x", 1, 2, form), path), {}, {}};
  if (file.mentions("weights")) out.weights = file.vector("weights");
  if (file.mentions("labels")) out.labels = file.labels("labels");
  return out;
}

PointSet of_text(const std::filesystem::path& path) {
  CsvNumbers csv =
      read_csv(path, {{"weights", CsvColumn::Kind::number}, {"labels", CsvColumn::Kind::label}});
  PointSet out{matrix_of(csv.x, path), {}, {}};
  if (const auto weights = csv.numbers.find("weights"); weights != csv.numbers.end())
    out.weights = HostVector::Map(weights->second.data(), csv.x.shape[0]);
  if (const auto labels = csv.texts.find("labels"); labels != csv.texts.end())
    out.labels = std::move(labels->second);
  return out;
}

PointSet read(const std::filesystem::path& path) {
  switch (kind_of_file(path)) {
    case FileKind::arrays:
      return of_arrays(path);
    case FileKind::npy:
      return {matrix_of(read_npy(path), path), {}, {}};
    default:
      return of_text(path);
  }
}

}  // namespace

PointSet read_point_set(const std::filesystem::path& path) {
  PointSet out = read(path);
  const Index n = out.x.rows();
  const auto require_size = [&](const char* key, Index size) {
    if (size != 0 && size != n)
      throw SpecError(key, fmt::format("{} of them", size), fmt::format("one per point: {}", n),
                      Location{path.string()});
  };
  require_size("weights", out.weights.size());
  require_size("labels", static_cast<Index>(out.labels.size()));
  return out;
}

std::vector<std::vector<int>> rows_by_label(const std::vector<std::string>& labels) {
  const bool numbers = std::all_of(labels.begin(), labels.end(), [](const std::string& label) {
    const auto value = parse_number(label);
    return value && !std::isnan(*value);
  });
  std::map<std::pair<Real, std::string>, std::vector<int>> rows;
  for (std::size_t n = 0; n < labels.size(); ++n) {
    const auto key = numbers ? std::pair{*parse_number(labels[n]), std::string()}
                             : std::pair{Real(0), labels[n]};
    rows[key].push_back(static_cast<int>(n));
  }
  std::vector<std::vector<int>> out;
  out.reserve(rows.size());
  for (auto& [label, list] : rows) out.push_back(std::move(list));
  return out;
}

}  // namespace plumbline
