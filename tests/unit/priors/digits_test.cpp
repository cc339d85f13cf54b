// The handwritten digits: numbers that scikit-learn's copy of the data has, order, and what can be
// left out.
#include "unit/priors/support.hpp"

#include "priors/detail/digits.hpp"

namespace plumbline::test::digits_test {
namespace {

TEST(DigitsData, HasTheSumsOfTheOriginal) {
  // sklearn.datasets.load_digits(): data.sum() and target[1796].
  Real sum = 0;
  for (const DigitImage& image : digit_images())
    for (const int pixel : image.pixels) sum += pixel;

  EXPECT_EQ(digit_images().size(), 1797u);
  EXPECT_EQ(sum, 561718);
  EXPECT_EQ(digit_images()[1796].label, 8);
}

TEST(DigitsPrior, OrdersComponentsByDigit) {
  const GaussianMixture m = make("digits");

  EXPECT_EQ(m.components(), 1797);
  EXPECT_EQ(m.dimension(), 64);
  EXPECT_DOUBLE_EQ(m.covariance(3)(5, 5), 0.01);
  // Image 0 is the first zero, image 1 the first one: components 0 and 178.
  for (int i = 0; i < 64; ++i) {
    EXPECT_EQ(m.means()(0, i), digit_images()[0].pixels[i] / 16.0);
    EXPECT_EQ(m.means()(178, i), digit_images()[1].pixels[i] / 16.0);
  }
}

TEST(DigitsPrior, LeavesOutWhatItIsToldTo) {
  const GaussianMixture all = make("digits");
  const GaussianMixture without = make("digits", table({{"exclude", list({whole(0), whole(1)})}}));

  EXPECT_EQ(without.components(), 1795);
  EXPECT_EQ(without.means().row(0), all.means().row(1));
  EXPECT_EQ(without.means().row(177), all.means().row(179));
}

TEST(DigitsPrior, KeepsSomeDigitsAndTheFirstImagesOfEach) {
  const GaussianMixture m = make("digits", table({{"labels", list({whole(3), whole(1)})},
                                                  {"per_label", whole(5)},
                                                  {"exclude", list({whole(1)})}}));

  EXPECT_EQ(m.components(), 10);
  // Ones come first, without image 1 their first is 11 (line 12 of the images).
  for (int i = 0; i < 64; ++i) EXPECT_EQ(m.means()(0, i), digit_images()[11].pixels[i] / 16.0);
  EXPECT_EQ(digit_images()[11].label, 1);
}

TEST(DigitsPrior, KnowsTheClassOfEveryImage) {
  const Table two = table({{"labels", list({whole(3), whole(1)})}, {"per_label", whole(2)}});

  EXPECT_EQ(find_prior("digits").classes(two, "."), (ComponentClasses{{0, 1}, {2, 3}}));
  EXPECT_EQ(find_prior("digits").classes({}, ".")[1].size(), 182u);
}

TEST(DigitsPrior, RefusesImagesAndDigitsThatDoNotExist) {
  EXPECT_EQ(complaint("digits", table({{"exclude", list({whole(1797)})}})), "exclude[0]");
  EXPECT_EQ(complaint("digits", table({{"labels", list({whole(10)})}})), "labels[0]");
  EXPECT_EQ(complaint("digits", table({{"bandwidth", number(-1)}})), "bandwidth");
}

}  // namespace
}  // namespace plumbline::test::digits_test
