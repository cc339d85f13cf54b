#include "problem/random_linear.hpp"

#include <algorithm>
#include <functional>

namespace plumbline {

LinearGaussian random_linear(const RandomOperator& shape, const Rng& rng) {
  // G ~ N(0, 1)^{m × D} = U diag(·) Vᵀ
  const int rows = shape.rows;
  Eigen::MatrixXd g(rows, shape.dimension);
  const Rng entries = rng.stream("entries"), values = rng.stream("singular values");
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < shape.dimension; ++j) g(i, j) = entries.normal(i, 0, j);
  const Eigen::JacobiSVD<Eigen::MatrixXd> svd(g, Eigen::ComputeThinU | Eigen::ComputeThinV);

  // A = U diag(s) Vᵀ, s ~ U[0, 1] sorted; noise u max(s)
  HostVector s = svd.singularValues();
  if (shape.spectrum == Spectrum::uniform) {
    for (int i = 0; i < rows; ++i) s[i] = values.uniform(0, 0, i);
    std::sort(s.begin(), s.end(), std::greater<>());
  }
  const Real noise = shape.deviation.value_or(rng.stream("noise level").uniform(0, 0, 0) * s[0]);
  return {svd.matrixU() * s.asDiagonal() * svd.matrixV().transpose(),
          noise * noise * HostMatrix::Identity(rows, rows), HostVector::Zero(rows)};
}

}  // namespace plumbline
