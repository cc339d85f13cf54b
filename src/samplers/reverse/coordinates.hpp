// Moving the free and the observed block of z = [x, y] in and out of full states, and rows to their
// ancestors.
#pragma once

#include "core/kokkos.hpp"

namespace plumbline {

/// A coordinate list on the device.
IndexVector to_device_list(const std::vector<int>& coordinates);

/// 0…dimension−1.
IndexVector every_coordinate(int dimension);

/// x(n, i) = z(n, list(i)).   shapes  z [n, D] → x [n, d]
void gather_coordinates(const Exec& exec, const Matrix& z, const IndexVector& list,
                        const Matrix& x);

/// z(n, list(i)) = y(n / particles, i): every row of a population sees its population's context.
///   shapes  y [R, m] → z [R · particles, D]
void set_coordinates(const Exec& exec, const Matrix& y, Index particles, const IndexVector& list,
                     const Matrix& z);

/// out(n, :) = in(rows(n), :).   shapes  in, out [n, D], not the same array
void gather_rows(const Exec& exec, const Matrix& in, const IndexVector& rows, const Matrix& out);

}  // namespace plumbline
