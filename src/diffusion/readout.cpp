// Tables of linear-Gaussian readouts and log Σ_k r_k(z) N(y; …). diffusion/README §6.
#include "diffusion/readout.hpp"

#include <algorithm>
#include <cmath>

#include "diffusion/detail/readout_block.hpp"

namespace plumbline {
namespace {

using namespace detail;

struct ReadoutTask {
  MixtureTables tables;
  Readout readout;
  Matrix z;
  ContextRows y;
  Vector log_p;
};

/// One slot evaluates its share of the blocks. Work: y, residual [m] rows each, then z.
template <CovarianceKind kind>
struct EvaluateReadout {
  static constexpr int W = block_width;
  static constexpr int arrays = kind == CovarianceKind::full ? 4 : 1;

  ReadoutTask task;
  Work work;

  static void launch(const Exec& exec, const ReadoutTask& task) {
    const Index blocks = (task.z.extent(0) + W - 1) / W;
    const Index rows = 2 * task.readout.observed() + arrays * task.tables.mixture.dimension;
    const Work work = make_work(exec, blocks, rows, W);
    parallel_over(exec, "plumbline::diffusion::log_readout", work.slots,
                  EvaluateReadout{task, work});
  }

  KOKKOS_FUNCTION void operator()(Index slot) const {
    const Index points = task.z.extent(0);
    const BlockRange range = work.share(slot, (points + W - 1) / W);
    const int m = task.readout.center.extent_int(1), d = task.tables.mixture.dimension;
    Real* base = work.data.data() + slot * work.offset;
    const ComponentRows y = {base, work.stride}, residual = {base + m * work.stride, work.stride};
    auto rows = block_rows<0, W, arrays>(work, slot, 2 * m, d);
    for (Index block = range.first; block < range.last; block += range.step) {
      load<W>(task.z, block * W, d, rows);
      load_context<W>(task.y, block * W, points, y);
      // Two passes: relative to the largest log joint, so that y's term keeps its digits where the
      // densities of z are e^(-1e11) (data sets under tiny noise).
      LogSumBlock<W> all, joint;
      for (int k = 0; k < task.tables.mixture.components; ++k)
        all.add(task.tables.log_const(k), mahalanobis<kind, W>(task.tables, k, d, rows));
      for (int k = 0; k < task.tables.mixture.components; ++k) {
        Lanes<W> q = mahalanobis<kind, W>(task.tables, k, d, rows);
        const Lanes<W> extra =
            whitened_square<kind, W>(task.readout, task.tables, k, d, rows, y, residual);
        for (int w = 0; w < W; ++w) {
          const Real l = Kokkos::fma(Real(-0.5), q[w], task.tables.log_const(k));
          q[w] = Kokkos::fma(Real(-2), l - all.max[w], extra[w]);
        }
        joint.add(task.readout.log_const(k), q);
      }
      for (int w = 0; w < W; ++w) all.max[w] = 0;
      for (int w = 0; w < W && block * W + w < points; ++w)
        task.log_p(block * W + w) = log_ratio(joint, all, w);
    }
  }
};

void copy_rows(const HostMatrix& from, Real* to) {
  std::copy_n(from.data(), from.size(), to);
}

}  // namespace

ReadoutBuilder::ReadoutBuilder(int components, int observed, int dimension)
    : readout_{make_matrix("readout_center", components, observed),
               make_matrix("readout_center_low", components, observed),
               make_cube("readout_whitener", components, observed, observed),
               make_cube("readout_gain", components, observed, dimension),
               make_vector("readout_log_const", components)},
      center_(readout_.center),
      center_low_(readout_.center_low),
      whitener_(readout_.whitener),
      gain_(readout_.gain),
      log_const_(readout_.log_const) {}

void ReadoutBuilder::set(int k, const HostVector& center, const HostVector& center_low,
                         const HostMatrix& root, const HostMatrix& map) {
  constexpr Real log_2pi = 1.8378770664093454836;
  const auto lower = root.triangularView<Eigen::Lower>();
  std::copy_n(center.data(), center.size(), &center_.host(k, 0));
  std::copy_n(center_low.data(), center_low.size(), &center_low_.host(k, 0));
  copy_rows(lower.solve(HostMatrix::Identity(root.rows(), root.rows())), &whitener_.host(k, 0, 0));
  copy_rows(lower.solve(map), &gain_.host(k, 0, 0));
  log_const_.host(k) =
      -root.diagonal().cwiseAbs().array().log().sum() - Real(root.rows()) * log_2pi / 2;
}

const Readout& ReadoutBuilder::upload() const {
  center_.upload();
  center_low_.upload();
  whitener_.upload();
  gain_.upload();
  log_const_.upload();
  return readout_;
}

void log_readout(const Exec& exec, const MixtureTables& tables, const Readout& readout,
                 const Matrix& z, const ContextRows& y, const Vector& log_p) {
  PLUMBLINE_REQUIRE(has_density(tables), "p_t has no density");
  PLUMBLINE_REQUIRE(y.y.extent_int(1) == readout.observed(), "y has {} columns, the readout {}",
                    y.y.extent_int(1), readout.observed());
  const ReadoutTask task = {tables, readout, z, y, log_p};
  switch (tables.mixture.kind) {
    case CovarianceKind::isotropic:
      return EvaluateReadout<CovarianceKind::isotropic>::launch(exec, task);
    case CovarianceKind::diagonal:
      return EvaluateReadout<CovarianceKind::diagonal>::launch(exec, task);
    case CovarianceKind::full:
      return EvaluateReadout<CovarianceKind::full>::launch(exec, task);
  }
}

}  // namespace plumbline
