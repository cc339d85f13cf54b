// Time grids against their definitions. diffusion/processes/README §4.
#include "diffusion/processes/time_grid.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <optional>

#include "unit/diffusion/support.hpp"

namespace plumbline::time_grid_test {
namespace {

using namespace testing_diffusion;

const std::vector<GridKind> every_grid = {GridKind::uniform, GridKind::log_snr, GridKind::quadratic,
                                          GridKind::edm};

TEST(TimeGrid, FallsStrictlyFromTheHorizonToZeroForEveryProcessAndLength) {
  for (const NoiseProcess& process : every_process())
    for (const GridKind kind : every_grid)
      for (const int steps : {1, 2, 3, 10, 597}) {
        const TimeGrid grid = make_time_grid(kind, process, steps);
        ASSERT_EQ(grid.steps(), steps);
        EXPECT_EQ(grid.times.front(), process.horizon());
        EXPECT_EQ(grid.times.back(), 0);
        for (int i = 0; i < steps; ++i) EXPECT_GT(grid.times[i], grid.times[i + 1]);
      }
}

TEST(TimeGrid, SpacesTimesEvenlyOrQuadratically) {
  const NoiseProcess ou = make_process("ou");
  const TimeGrid uniform = make_time_grid(GridKind::uniform, ou, 8);
  const TimeGrid quadratic = make_time_grid(GridKind::quadratic, ou, 8);

  for (int i = 0; i <= 8; ++i) {
    EXPECT_EQ(uniform.times[i], 4 * (8 - i) / 8.0);
    EXPECT_EQ(quadratic.times[i], 4 * (8 - i) * (8 - i) / 64.0);
  }
}

TEST(TimeGrid, VisitsEveryDdpmStepWhenThereAreAsManySteps) {
  const TimeGrid grid = make_time_grid(GridKind::uniform, make_process("vp"), 1000);

  for (int i = 0; i <= 1000; ++i) EXPECT_EQ(grid.times[i], 1000 - i);
}

TEST(TimeGrid, HasEqualStepsOfLogSnrDownToTheLastTime) {
  for (const NoiseProcess& process : every_regular_process()) {
    const Real last = 0.002 * process.horizon();
    const TimeGrid grid = make_time_grid(GridKind::log_snr, process, 21, last);
    const Real step = (process.log_snr(last) - process.log_snr(process.horizon())) / 20;

    EXPECT_EQ(grid.times[20], last);
    for (int i = 0; i < 20; ++i)
      EXPECT_NEAR(process.log_snr(grid.times[i + 1]) - process.log_snr(grid.times[i]), step,
                  1e-9 * std::abs(step))
          << label_of(process);
  }
}

TEST(TimeGrid, IsKarrasEtAlsFormulaForTheirProcess) {
  // Karras et al. 2022, eq. 5: σ_i = (σ_max^{1/ρ} + i/(N−1) (σ_min^{1/ρ} − σ_max^{1/ρ}))^ρ, σ_N = 0
  const NoiseProcess edm = make_process("ve", {text("schedule", "edm"), number("sigma_max", 80)});
  const TimeGrid grid = make_time_grid(GridKind::edm, edm, 18, 0.002);

  for (int i = 0; i < 18; ++i) {
    const Real root =
        std::pow(80, 1 / 7.0) + i / 17.0 * (std::pow(0.002, 1 / 7.0) - std::pow(80, 1 / 7.0));
    EXPECT_NEAR(grid.times[i], std::pow(root, 7), 1e-12 * grid.times[i]);
  }
}

TEST(TimeGrid, LeavesTheLevelWithoutDataInOneSmallStep) {
  const TimeGrid grid = make_time_grid(GridKind::log_snr, make_process("flow"), 10);

  EXPECT_EQ(grid.times[0], 1);
  EXPECT_EQ(grid.times[1], 0.999);
  EXPECT_EQ(grid.times[9], 1e-3);
}

TEST(TimeGrid, RefusesNoStepsAndImpossibleLastTimes) {
  const NoiseProcess ou = make_process("ou");

  EXPECT_THROW(make_time_grid(GridKind::uniform, ou, 0), SpecError);
  EXPECT_THROW(make_time_grid(GridKind::edm, ou, 5, 0.0), SpecError);
  EXPECT_THROW(make_time_grid(GridKind::edm, ou, 5, 4.0), SpecError);
  EXPECT_THROW(make_time_grid(GridKind::edm, ou, 5, std::nan("")), SpecError);
}

TEST(TimeGrid, IsRefusedWithoutBeingMadeWhereverMakingItThrows) {
  const NoiseProcess ou = make_process("ou");
  const auto throws = [](auto&& f) {
    try {
      f();
    } catch (const SpecError&) {
      return true;
    }
    return false;
  };
  for (const GridKind kind :
       {GridKind::uniform, GridKind::quadratic, GridKind::log_snr, GridKind::edm})
    for (const int steps : {-1, 0, 1, 2, 3, 1000, 1000000})
      for (const std::optional<Real> last :
           {std::optional<Real>(), std::optional<Real>(0.0), std::optional<Real>(0.5),
            std::optional<Real>(4.0), std::optional<Real>(std::nextafter(ou.horizon() * 0.999, 0))})
        EXPECT_EQ(throws([&] { require_time_grid(kind, ou, steps, last); }),
                  throws([&] { make_time_grid(kind, ou, steps, last); }))
            << name_of(kind) << " " << steps << " " << last.value_or(-1);
  EXPECT_NO_THROW(require_time_grid(GridKind::uniform, ou, std::numeric_limits<int>::max()));
}

}  // namespace
}  // namespace plumbline::time_grid_test
