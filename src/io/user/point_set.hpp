// A data set from elsewhere: points, and what may come with them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/linalg.hpp"

namespace plumbline {

struct PointSet {
  HostMatrix x;                     ///< [n, D], finite
  HostVector weights;               ///< [n], or empty; not judged
  std::vector<std::string> labels;  ///< [n], or empty
};

/// The points of a file:
///
///   .h5 .hdf5 .nc .npz    x [n, D] or [n]; weights [n] and labels [n] where there are any
///   .npy                  [n, D] or [n]
///   .csv .tsv .txt .dat   a point per line; columns weights and labels when the header says so
///
/// SpecError that names the file, what is wrong where, and what is allowed.
PointSet read_point_set(const std::filesystem::path& path);

/// The rows of each label; labels in ascending order, of their values when all are numbers.
std::vector<std::vector<int>> rows_by_label(const std::vector<std::string>& labels);

}  // namespace plumbline
