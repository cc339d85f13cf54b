// Tables of one step of ConditionalReverse: coordinate by coordinate on the device for isotropic
// and diagonal covariances, by QR on the host for full ones. diffusion/README §2, §5.
#include <cmath>

#include "diffusion/detail/conditional_tables.hpp"

namespace plumbline::detail {
namespace {

/// a μ as high + low with y − high exact for y near it: 1·μ + (a − 1) μ when a is near 1.
KOKKOS_INLINE_FUNCTION Pair split_mean(const NoiseLevel& level, Real mu) {
  if (level.alpha > 0.5) return {mu, level.alpha_minus_one * mu};
  const Real high = level.alpha * mu;
  return {high, Kokkos::fma(level.alpha, mu, -high)};
}

/// C = s²_{t|s} S(s)/S(t) of one component: C = F Fᵀ, F = U √c. With F_yᵀ = Q [R; 0],
///
///     C^yy = Rᵀ R,   F_x Q = [C^xy R⁻¹, conditional factor]:
///
/// L = Rᵀ, and no covariance is ever subtracted from another.
struct ConditionalGaussian {
  HostMatrix root;        // L [m, m]
  HostMatrix innovation;  // [f, m]
  HostMatrix factor;      // [f, f]
};

ConditionalGaussian split(const HostMatrix& f_y, const HostMatrix& f_x) {
  const Eigen::Index m = f_y.rows(), f = f_x.rows();
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(f_y.transpose());
  const Eigen::MatrixXd rotated = f_x * qr.householderQ();
  const Eigen::MatrixXd upper = qr.matrixQR().topRows(m).triangularView<Eigen::Upper>();
  return {upper.transpose(), rotated.leftCols(m), rotated.rightCols(f)};
}

template <class Rows>
HostMatrix rows_of(const Eigen::MatrixBase<Rows>& matrix, const std::vector<int>& list) {
  HostMatrix out(list.size(), matrix.cols());
  for (std::size_t i = 0; i < list.size(); ++i) out.row(i) = matrix.row(list[i]);
  return out;
}

void set_slice(const Staged<Cube>& cube, int k, const HostMatrix& slice) {
  for (Eigen::Index i = 0; i < slice.rows(); ++i)
    for (Eigen::Index j = 0; j < slice.cols(); ++j) cube.host(k, i, j) = slice(i, j);
}

}  // namespace

void fill_coordinate_readout(const Exec& exec, ConditionalReverse::StepTables& tables) {
  const MixtureTables from = tables.from;
  const ReverseMap map = tables.map;
  const IndexVector observed = tables.observed;
  const CoordinateReadout out = tables.coordinates;
  const int m = observed.extent_int(0);
  parallel_over(
      exec, "plumbline::diffusion::coordinate_readout", from.mixture.components,
      KOKKOS_LAMBDA(Index index) {
        constexpr Real log_2pi = 1.8378770664093454836;
        const int k = static_cast<int>(index);
        Real log_det = 0;
        for (int j = 0; j < m; ++j) {
          const int i = observed(j);
          const Real shrink = map.shrink(from, k, eigen_column(from.mixture, i));
          const Pair mean = split_mean(map.to, from.mixture.means(k, i));
          out.center(k, j) = mean.first;
          out.center_low(k, j) = mean.second;
          out.gain(k, j) = map.alpha * shrink;
          out.precision(k, j) = 1 / (map.variance * shrink);
          log_det += log(map.variance * shrink);
        }
        out.log_const(k) = -(log_det + m * log_2pi) / 2;
      });
}

void fill_full_readout(const GaussianMixture& mixture, const std::vector<int>& observed,
                       const std::vector<int>& free, const NoiseLevel& t, const ReverseMap& map,
                       int first, ConditionalReverse::FullTables& full) {
  const int m = static_cast<int>(observed.size());
  for (int k = 0; k < mixture.components(); ++k) {
    const HostVector lambda = mixture.eigenvalues().row(k).transpose();
    const HostVector shrink = (map.to.alpha * map.to.alpha * lambda.array() + map.to.variance) /
                              (t.alpha * t.alpha * lambda.array() + t.variance);
    const HostVector root_c = (map.variance * shrink).cwiseSqrt();
    const HostMatrix u_y = rows_of(mixture.eigenvectors(k), observed);
    const HostMatrix u_x = rows_of(mixture.eigenvectors(k), free);
    const ConditionalGaussian law = split(u_y * root_c.asDiagonal(), u_x * root_c.asDiagonal());

    HostVector center(m), center_low(m);
    for (int j = 0; j < m; ++j) {
      const Pair mean = split_mean(map.to, mixture.means()(k, observed[j]));
      center[j] = mean.first;
      center_low[j] = mean.second;
    }
    full.readout.set(first + k, center, center_low, law.root,
                     u_y * (map.alpha * shrink).asDiagonal());
    set_slice(full.free_gain, first + k, u_x * (map.alpha * shrink).asDiagonal());
    set_slice(full.innovation, first + k, law.innovation);
    set_slice(full.free_factor, first + k, law.factor);
  }
}

}  // namespace plumbline::detail

namespace plumbline {

ConditionalReverse::FullTables::FullTables(int components, int observed, int free)
    : readout(components, observed, observed + free),
      free_gain(make_cube("free_gain", components, free, observed + free)),
      innovation(make_cube("innovation", components, free, observed)),
      free_factor(make_cube("free_factor", components, free, free)) {}

void ConditionalReverse::FullTables::upload() {
  uploaded = readout.upload();
  free_gain.upload();
  innovation.upload();
  free_factor.upload();
}

void ConditionalReverse::FullTables::show(Index first, StepTables& tables) const {
  const auto own = std::make_pair(first, first + tables.from.mixture.components);
  const auto cube = [&](const Cube& all) {
    return Cube(Kokkos::subview(all, own, Kokkos::ALL, Kokkos::ALL));
  };
  const auto matrix = [&](const Matrix& all) {
    return Matrix(Kokkos::subview(all, own, Kokkos::ALL));
  };
  tables.readout = {matrix(uploaded.center), matrix(uploaded.center_low), cube(uploaded.whitener),
                    cube(uploaded.gain), Vector(Kokkos::subview(uploaded.log_const, own))};
  tables.free_gain = cube(free_gain.device);
  tables.innovation = cube(innovation.device);
  tables.free_factor = cube(free_factor.device);
}

}  // namespace plumbline
