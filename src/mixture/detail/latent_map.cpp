// The singular value decomposition behind all conditioning. Alone in its file, because it compiles
// for ten times as long as all that is done with it.
#include <algorithm>

#include "mixture/detail/latent_update.hpp"

namespace plumbline::detail {
namespace {

constexpr unsigned square_factors = Eigen::ComputeFullU | Eigen::ComputeFullV;

template <class Decomposition>
LatentMap factors_of(const Decomposition& svd) {
  return {svd.matrixU(), svd.matrixV(), svd.singularValues()};
}

}  // namespace

LatentMap latent_map(const HostMatrix& b) {
  // Jacobi keeps small singular values better; its O(D³) sweeps are affordable in low dimension.
  const Eigen::MatrixXd columns = b;
  if (std::max(b.rows(), b.cols()) <= 64)
    return factors_of(Eigen::JacobiSVD<Eigen::MatrixXd>(columns, square_factors));
  return factors_of(Eigen::BDCSVD<Eigen::MatrixXd>(columns, square_factors));
}

}  // namespace plumbline::detail
