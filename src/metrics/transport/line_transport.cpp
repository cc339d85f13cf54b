// Partial costs of a line, summed.
#include "metrics/transport/line_transport.hpp"

namespace plumbline {

void sum_rows(const Exec& exec, const Matrix& part, const Vector& total) {
  const Index blocks = part.extent(1);
  parallel_over(
      exec, "plumbline::metrics::sum_rows", part.extent(0), KOKKOS_LAMBDA(Index j) {
        Real sum = 0, lost = 0;  // Kahan: distances are small differences of large sums
        for (Index b = 0; b < blocks; ++b) {
          const Real term = part(j, b) - lost, next = sum + term;
          lost = (next - sum) - term;
          sum = next;
        }
        total(j) = sum > 0 ? sum : Real(0);
      });
}

}  // namespace plumbline
