// Rows, columns and entries moved by index: particles to their ancestors, coordinates in and out of
// full states. An index list must name what is there, and the target of a scatter once; neither is
// checked. No output is an input.
#pragma once

#include <vector>

#include "core/kokkos.hpp"

namespace plumbline {

/// An index list on the device.
IndexVector to_device_list(const std::vector<int>& list);

/// 0…count−1.
IndexVector every_index(int count);

/// out(n) = in(rows(n)).   shapes  in [N] → out [n]
void gather_entries(const Exec& exec, const Vector& in, const IndexVector& rows, const Vector& out);

/// out(n, :) = in(rows(n), :).   shapes  in [N, D] → out [n, D]
void gather_rows(const Exec& exec, const Matrix& in, const IndexVector& rows, const Matrix& out);

/// out(n, i) = in(n, columns(i)).   shapes  in [n, D] → out [n, d]
void gather_columns(const Exec& exec, const Matrix& in, const IndexVector& columns,
                    const Matrix& out);

/// out(r, i) = in(rows(r), columns(i)); NaN where a row is negative, for what was lost.
///   shapes  in [N, D] → out [R, d]
void gather_block(const Exec& exec, const Matrix& in, const IndexVector& rows,
                  const IndexVector& columns, const Matrix& out);

/// out(rows(r), :) = in(r, :), other rows stay.   shapes  in [R, D] → out [N, D]
void scatter_rows(const Exec& exec, const Matrix& in, const IndexVector& rows, const Matrix& out);

/// out(n, columns(i)) = in(n / repeat, i), other columns stay: `repeat` rows in turn get the same
/// row of in, as the particles of one run get its context.   shapes  in [R, m] → out [R repeat, D]
void scatter_columns(const Exec& exec, const Matrix& in, Index repeat, const IndexVector& columns,
                     const Matrix& out);

}  // namespace plumbline
