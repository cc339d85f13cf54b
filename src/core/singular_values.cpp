// Singular values. Alone in their file, because they compile for ten times as long as all that is
// done with them.
#include <algorithm>

#include "core/linalg.hpp"

namespace plumbline {
namespace {

template <class Decomposition>
SingularValues factors_of(const Decomposition& svd) {
  return {svd.matrixU(), svd.singularValues(), svd.matrixV()};
}

}  // namespace

SingularValues thin_svd(const Eigen::MatrixXd& m) {
  return factors_of(
      Eigen::JacobiSVD<Eigen::MatrixXd>(m, Eigen::ComputeThinU | Eigen::ComputeThinV));
}

SingularValues full_svd(const Eigen::MatrixXd& m) {
  constexpr unsigned square_factors = Eigen::ComputeFullU | Eigen::ComputeFullV;
  if (std::max(m.rows(), m.cols()) <= 64)
    return factors_of(Eigen::JacobiSVD<Eigen::MatrixXd>(m, square_factors));
  return factors_of(Eigen::BDCSVD<Eigen::MatrixXd>(m, square_factors));
}

}  // namespace plumbline
