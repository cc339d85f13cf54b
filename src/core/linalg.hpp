// Host dense linear algebra: Eigen types under the project's names, and the few decompositions
// that mixtures need. Eigen comes with this header alone.
#pragma once

#include "core/eigen/kernels.hpp"
#include "core/types.hpp"

namespace plumbline {

/// Row-major on the host as on the device.
using HostMatrix = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using HostVector = Eigen::Matrix<Real, Eigen::Dynamic, 1>;

/// C = U diag(values) Uᵀ, columns of `vectors` are the eigenvectors, values ascending.
struct SymmetricEigen {
  HostMatrix vectors;
  HostVector values;
};

/// Eigendecomposition of a symmetric matrix; only absolute accuracy ε‖C‖ for small eigenvalues.
SymmetricEigen symmetric_eigen(const HostMatrix& c);

/// Eigendecomposition of F Fᵀ from the singular values of F [d, r]: small eigenvalues keep a
/// relative accuracy of ε√cond instead of ε·cond, and of a few ε when F is well conditioned but for
/// the scale of its columns or rows. Missing directions (r < d) get eigenvalue 0.
SymmetricEigen factor_eigen(const HostMatrix& f);

/// M = U diag(values) Vᵀ, values descending.
struct SingularValues {
  Eigen::MatrixXd u;
  HostVector values;
  Eigen::MatrixXd v;
};

/// With min(rows, columns) columns of u and v; two-sided Jacobi.
SingularValues thin_svd(const Eigen::MatrixXd& m);

/// With square u and v. Two-sided Jacobi up to 64 rows and columns, which keeps small values better
/// and is affordable there; divide and conquer beyond.
SingularValues full_svd(const Eigen::MatrixXd& m);

/// Q of M = Q R, square, by Householder reflections.
HostMatrix orthogonal_factor(const HostMatrix& m);

/// log Σ exp(v): −∞ for an empty or all −∞ input.
Real log_sum_exp(const HostVector& v);

}  // namespace plumbline
