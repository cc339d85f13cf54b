// Transfers between device arrays and Eigen's matrices; of plain numbers: core/kokkos.hpp.
#pragma once

#include <string>

#include "core/kokkos.hpp"
#include "core/linalg.hpp"

namespace plumbline {

Matrix to_device(const std::string& label, const HostMatrix& m);
Vector to_device(const std::string& label, const HostVector& v);
HostMatrix to_host_matrix(const Matrix& m);
HostVector to_host_vector(const Vector& v);

}  // namespace plumbline
