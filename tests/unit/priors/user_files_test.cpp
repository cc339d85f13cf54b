// Priors from users' files: every shape of covariance, and what is refused in whose name.
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "io/user/array_file.hpp"
#include "unit/priors/support.hpp"

namespace plumbline::test::user_files_test {
namespace {

class UserFiles : public testing::Test {
 protected:
  void SetUp() override {
    folder = std::filesystem::path(testing::TempDir()) / fmt::format("user_files_{}", ::getpid());
    std::filesystem::create_directories(folder);
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  using Shape = std::vector<std::int64_t>;
  void write(const std::string& name, const Shape& shape, const std::vector<double>& values) {
    ArrayFile::Dimensions dimensions;
    for (std::size_t i = 0; i < shape.size(); ++i)
      dimensions.push_back(fmt::format("{}_{}", name.substr(name.rfind('/') + 1), i));
    file.add(name, dimensions, shape, values, "");
  }
  /// The mixture of what was written so far.
  GaussianMixture made(Table settings = {}) {
    file.write(folder / "prior.h5");
    settings.set("path", text("prior.h5"));
    return make("file", settings, 1, folder.string());
  }
  std::string says(const Table& settings = {}) {
    try {
      made(settings);
    } catch (const SpecError& error) {
      const std::string place = (folder / "prior.h5").string() + ": ";
      const std::string message = error.what();
      EXPECT_EQ(message.find(place), 0u) << message;
      return message.substr(std::min(message.size(), place.size()));
    }
    return "";
  }
  std::string spilled(const std::string& name, const std::string& content) {
    std::ofstream(folder / name) << content;
    return name;
  }

  std::filesystem::path folder;
  ArrayFile file;
};

TEST_F(UserFiles, TakeEveryShapeThatScikitLearnFits) {
  const Shape means = {3, 2};
  const std::vector<double> six = {0, 1, 2, 3, 4, 5};
  const auto with = [&](const Shape& shape, const std::vector<double>& values) {
    file = {};
    write("means", means, six);
    write("covariances", shape, values);
    return made();
  };

  const GaussianMixture full = with({3, 2, 2}, {1, 0, 0, 1, 2, 1, 1, 2, 3, 0, 0, 4});
  const GaussianMixture tied = with({2, 2}, {2, 1, 1, 2});
  const GaussianMixture diag = with({3, 2}, {1, 2, 3, 4, 5, 6});
  const GaussianMixture spherical = with({3}, {1, 2, 3});

  EXPECT_EQ(full.kind(), CovarianceKind::full);
  EXPECT_EQ(full.covariance(1)(0, 1), 1);
  EXPECT_EQ(tied.kind(), CovarianceKind::full);
  for (int k = 0; k < 3; ++k) EXPECT_EQ(tied.covariance(k)(1, 0), 1);
  EXPECT_EQ(diag.kind(), CovarianceKind::diagonal);
  EXPECT_EQ(diag.covariance(2)(1, 1), 6);
  EXPECT_EQ(spherical.kind(), CovarianceKind::isotropic);
  EXPECT_EQ(spherical.covariance(2)(1, 1), 3);
  EXPECT_DOUBLE_EQ(full.weights()[0], 1.0 / 3);
}

TEST_F(UserFiles, AskWhichShapeItIsWhereThatCannotBeSeen) {
  write("means", {2, 2}, {0, 1, 2, 3});
  write("covariances", {2, 2}, {2, 1, 1, 2});

  EXPECT_EQ(says().find("covariances = shape [2, 2]: covariance_type = \"tied\""), 0u) << says();
  EXPECT_EQ(made(table({{"covariance_type", text("tied")}})).covariance(0)(0, 1), 1);
  EXPECT_EQ(made(table({{"covariance_type", text("diag")}})).covariance(1)(0, 0), 1);
  EXPECT_NE(says(table({{"covariance_type", text("full")}})).find("[2, 2, 2] for covariance_type"),
            std::string::npos);
}

TEST_F(UserFiles, TakeVariancesAndWhatSaysTheSame) {
  write("means", {2, 2}, {0, 1, 2, 3});
  write("variances", {2}, {4, 9});
  EXPECT_EQ(made().kind(), CovarianceKind::isotropic);
  write("covariances", {2, 2, 2}, {4, 0, 0, 4, 9, 0, 0, 9});
  EXPECT_EQ(made().covariance(1)(1, 1), 9);

  file = {};
  write("means", {2, 2}, {0, 1, 2, 3});
  write("variances", {2, 2}, {1, 2, 3, 4});
  write("covariances", {2, 2, 2}, {1, 0, 0, 2, 3, 0, 0, 5});
  EXPECT_EQ(says().find("covariances[1] = not diag(variances[k])"), 0u) << says();
}

TEST_F(UserFiles, AreFoundInTheGroupOfAnExportedProblem) {
  for (const std::string group : {"prior/", "posterior/"}) {
    write(group + "means", {1, 1}, {group.size() * 1.0});
    write(group + "variances", {1}, {1});
  }
  write("draws/x", {2, 1}, {1, 2});

  EXPECT_EQ(made().means()(0, 0), 6);
  EXPECT_EQ(made(table({{"group", text("posterior")}})).means()(0, 0), 10);
  EXPECT_NE(says(table({{"group", text("posterio")}})).find("did you mean 'posterior'?"),
            std::string::npos);
}

TEST_F(UserFiles, NameTheDatasetAndTheRow) {
  const auto with = [&](const char* name, const Shape& shape, const std::vector<double>& values) {
    file = {};
    write("means", {2, 2}, {0, 1, 2, 3});
    write(name, shape, values);
    return says();
  };

  EXPECT_EQ(with("weights", {2}, {1, 1}).find("covariances = missing: covariances [K, D, D]"), 0u);
  EXPECT_EQ(with("covariances", {3}, {1, 1, 1}).find("covariances = shape [3]: [K, D, D] (full)"),
            0u);
  EXPECT_EQ(with("covariances", {2}, {1, -1}).find("covariances[1] = -1: must be finite and ≥ 0"),
            0u);
  EXPECT_EQ(with("variances", {2, 2}, {1, 1, 1, -1}).find("variances[1] = -1"), 0u);
  EXPECT_EQ(with("variances", {2, 1}, {1, 1}).find("variances = shape [2, 1]: [2] or [2, 2]"), 0u);
  EXPECT_EQ(with("covariances", {2, 2, 2}, {1, 0, 0, 1, 1, 0.5, 0.4, 1})
                .find("covariances[1] = [1][0] = 0.4 but [0][1] = 0.5"),
            0u);
  EXPECT_NE(with("covariance", {2}, {1, 1}).find("did you mean 'covariances'?"), std::string::npos);
  EXPECT_NE(with("means_", {2}, {1, 1}).find("did you mean 'means'?"), std::string::npos);
  EXPECT_EQ(with("covariances", {2, 2, 2}, {1, 0, 0, 1, 1, 1, 1, 1})
                .find("covariances[1] = smallest eigenvalue"),
            0u);
}

TEST_F(UserFiles, MakeASingularCovarianceRegularOnlyByName) {
  write("means", {1, 2}, {0, 1});
  write("covariances", {1, 2, 2}, {1, 1, 1, 1});

  EXPECT_NE(says().find("the setting jitter = v adds v to every variance"), std::string::npos);
  EXPECT_EQ(made(table({{"jitter", number(0.5)}})).covariance(0)(1, 1), 1.5);
  EXPECT_NE(says(table({{"jitter", number(1e-17)}})), "");
}

TEST_F(UserFiles, ArePointsWithABandwidthWeightsAndClasses) {
  const std::string rows = "a,b,labels,weights\n1,2,ten,1\n3,4,two,0\n5,6.5,ten,2\n";
  const Table settings =
      table({{"path", text(spilled("p.csv", rows).c_str())}, {"bandwidth", number(0.5)}});

  const GaussianMixture m = make("points", settings, 1, folder.string());
  const ComponentClasses classes = find_prior("points").classes(settings, folder.string());

  EXPECT_EQ(m.kind(), CovarianceKind::isotropic);
  EXPECT_EQ(m.dimension(), 2);
  EXPECT_EQ(m.means()(2, 1), 6.5);
  EXPECT_EQ(m.covariance(1)(0, 0), 0.25);
  EXPECT_EQ(m.weights()[1], 0);
  EXPECT_EQ(classes, (ComponentClasses{{0, 2}, {1}}));
}

TEST_F(UserFiles, OrderNumericLabelsByTheirValues) {
  ArrayFile points;
  points.add("x", {"draw"}, HostVector(HostVector::LinSpaced(4, 0, 3)), "");
  points.add("labels", {"draw"}, std::vector<std::int64_t>{10, 9, 10, -1}, "");
  points.write(folder / "p.h5");
  const Table settings = table({{"path", text("p.h5")}, {"bandwidth", number(0)}});

  const GaussianMixture m = make("points", settings, 1, folder.string());

  EXPECT_TRUE(m.singular());
  EXPECT_EQ(m.dimension(), 1);
  EXPECT_EQ(find_prior("points").classes(settings, folder.string()),
            (ComponentClasses{{3}, {1}, {0, 2}}));
}

TEST_F(UserFiles, RefusePointsInWords) {
  const auto says_of = [&](const std::string& content, const Table& more) {
    Table settings = more;
    settings.set("path", text(spilled("p.csv", content).c_str()));
    try {
      make("points", settings, 1, folder.string());
    } catch (const SpecError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  const Table width = table({{"bandwidth", number(1)}});

  EXPECT_EQ(says_of("1,2\n3,4.5\n", {}).find("bandwidth: is needed"), 0u);
  EXPECT_NE(says_of("x,weight\n1,2\n3,4\n", width).find("column 2 = 'weight': weights, labels"),
            std::string::npos);
  EXPECT_NE(says_of("x,weights\n1,-2\n3,4\n", width).find("weights[0] = -2"), std::string::npos);
  EXPECT_NE(says_of("x,weights\n1,0\n3,0\n", width).find("weights = all 0"), std::string::npos);
  EXPECT_NE(says_of("x,labels\n1,\n", width).find("field 2 = '': a label"), std::string::npos);
  EXPECT_EQ(complaint("points", table({{"path", text("absent.npy")}, {"bandwidth", number(1)}})),
            "path");
  EXPECT_EQ(complaint("points", table({{"path", text("prior.xlsx")}, {"bandwidth", number(1)}})),
            "path");
}

}  // namespace
}  // namespace plumbline::test::user_files_test
