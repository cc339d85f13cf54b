// What an assignment costs, row by row: a matrix, or squared distances made where they are asked
// for, which takes O(m d) memory instead of O(m²) and less time than reading m² numbers.
#pragma once

#include "core/linalg.hpp"

namespace plumbline {

/// Costs of m rows with m columns. Columns are padded to whole blocks, so that a row is blocks.
class AssignmentCosts {
 public:
  static constexpr Index block = 16;

  virtual ~AssignmentCosts() = default;
  virtual Index size() const = 0;
  virtual Real at(Index i, Index j) const = 0;
  /// reduced[j] = at(i, j) − potential[j] for a whole row, and the least of every block; the
  /// potential of what is padded is −∞.
  ///   shapes  potential, reduced [m padded], least [blocks]
  virtual void reduce(Index i, const Real* potential, Real* reduced, Real* least) const = 0;
  /// The first row of which row i is a copy, which may be itself.
  virtual Index original(Index i) const = 0;

  Index blocks() const { return (size() + block - 1) / block; }
};

/// The entries of a square matrix, which has to outlive it. Copies are not looked for.
class MatrixCosts final : public AssignmentCosts {
 public:
  explicit MatrixCosts(const HostMatrix& cost) : cost_(cost) {}
  Index size() const override { return cost_.rows(); }
  Real at(Index i, Index j) const override { return cost_(i, j); }
  void reduce(Index i, const Real* potential, Real* reduced, Real* least) const override;
  Index original(Index i) const override { return i; }

 private:
  const HostMatrix& cost_;
};

/// |x_i − y_j|², by differences.   shapes  x, y [m, d];  cost  3 d flops each time, or once where
/// reading a few MB is cheaper
class SquaredDistances final : public AssignmentCosts {
 public:
  SquaredDistances(HostMatrix x, const HostMatrix& y);
  /// Are the costs of m rows stored?
  static constexpr bool stored(Real m, Real d) { return d > 4 && m <= 2048; }
  Index size() const override { return x_.rows(); }
  Real at(Index i, Index j) const override;
  void reduce(Index i, const Real* potential, Real* reduced, Real* least) const override;
  Index original(Index i) const override { return original_[static_cast<std::size_t>(i)]; }

 private:
  HostMatrix x_, yt_;  ///< [m, d], [d, m padded]
  HostMatrix cost_;    ///< [m, m padded] where it is stored, else empty
  std::vector<Index> original_;

  void row(Index i, Index first, Real (&cost)[block]) const;
};

}  // namespace plumbline
