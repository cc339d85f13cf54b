// Users' arrays: good ones convert, every bad one is a SpecError that names file and dataset.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/errors.hpp"
#include "io/hdf5/hdf5.hpp"
#include "io/user/array_file.hpp"
#include "io/user/points.hpp"
#include "unit/io/scratch.hpp"

namespace plumbline::points_test {
namespace {

/// A file with one dataset /z as `make` writes it.
template <class Make>
void write_file(const std::filesystem::path& path, const Make& make) {
  hdf5::MemoryFile memory(path.string(), 4096);
  make(memory.file());
  const auto image = memory.finish();
  spill(path, {reinterpret_cast<const char*>(image.data()), image.size()});
}

template <class T>
void write_z(const std::filesystem::path& path, const hdf5::Shape& shape, std::vector<T> values) {
  write_file(path, [&](const hdf5::Handle& file) {
    hdf5::write(file, "z", shape, std::span<const T>(values));
  });
}

/// What reading /z as a matrix says; "" when it reads.
std::string complaint(const std::filesystem::path& path) {
  try {
    PointsFile::open(path).matrix("z");
  } catch (const SpecError& error) {
    return error.what();
  }
  return "";
}

TEST(PointsFile, ReadsMatricesRowByRow) {
  const Scratch scratch;
  write_z<double>(scratch / "z.h5", {2, 3}, {1, 2, 3, 4, 5, 6});

  const HostMatrix z = PointsFile::open(scratch / "z.h5").matrix("z");

  ASSERT_EQ(z.rows(), 2);
  ASSERT_EQ(z.cols(), 3);
  EXPECT_EQ(z(0, 2), 3);
  EXPECT_EQ(z(1, 0), 4);
}

TEST(PointsFile, ConvertsWholeNumbersAndSmallFloats) {
  const Scratch scratch;
  write_z<std::int64_t>(scratch / "whole.h5", {1, 2}, {3, -4});
  write_z<std::int8_t>(scratch / "tiny.h5", {1, 2}, {3, -4});
  write_file(scratch / "float.h5", [](const hdf5::Handle& file) {
    const hsize_t extent[2] = {1, 2};
    const float values[2] = {3, -4};
    const hid_t space = H5Screate_simple(2, extent, nullptr);
    const hid_t z = H5Dcreate2(file.id(), "z", H5T_IEEE_F32BE, space, 0, 0, 0);
    H5Dwrite(z, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    H5Dclose(z);
    H5Sclose(space);
  });

  for (const char* name : {"whole.h5", "tiny.h5", "float.h5"}) {
    const HostMatrix z = PointsFile::open(scratch / name).matrix("z");
    EXPECT_EQ(z(0, 0), 3) << name;
    EXPECT_EQ(z(0, 1), -4) << name;
  }
}

TEST(PointsFile, ReadsWhatArrayFileWrote) {
  const Scratch scratch;
  ArrayFile file;
  file.attribute("about", "a test");
  file.add("x", {"draw", "coordinate"}, HostMatrix(HostMatrix::Random(7, 2)), "draws");
  file.add("log_w", {"draw"}, HostVector(HostVector::Constant(7, -infinity)), "log weights");
  file.add("posterior/covariances", {"component", "coordinate", "coordinate_2"}, {1, 2, 2},
           {1, 2, 3, 4}, "");
  file.write(scratch / "x.h5");

  const PointsFile back = PointsFile::open(scratch / "x.h5");

  EXPECT_EQ(back.matrix("x").rows(), 7);
  EXPECT_EQ(back.log_weights("log_w")(6), -infinity);
  EXPECT_THROW(back.vector("log_w"), SpecError);
  EXPECT_EQ(back.matrices("posterior/covariances").at(0)(1, 0), 3);
  for (const char* group : {"posterior", "/posterior", "posterior/", "./posterior"})
    EXPECT_EQ(back.in_group(group).matrices("covariances").at(0)(0, 1), 2) << group;
  EXPECT_EQ(back.matrices("/posterior//covariances").at(0)(1, 1), 4);
  EXPECT_FALSE(back.has("posterior"));
  EXPECT_TRUE(back.has("x"));
}

TEST(PointsFile, NamesFileDatasetAndPlaceOfABadNumber) {
  const Scratch scratch;
  write_z<double>(scratch / "nan.h5", {2, 2}, {1, 2, std::nan(""), 4});
  write_z<double>(scratch / "inf.h5", {2, 2}, {1, 2, 3, -infinity});

  EXPECT_EQ(complaint(scratch / "nan.h5"),
            (scratch / "nan.h5").string() + ": z[1, 0] = nan: finite numbers");
  EXPECT_EQ(complaint(scratch / "inf.h5"),
            (scratch / "inf.h5").string() + ": z[1, 1] = -inf: finite numbers");
}

TEST(PointsFile, RefusesWhatIsNotAMatrixOfNumbers) {
  const Scratch scratch;
  write_z<double>(scratch / "rank.h5", {3}, {1, 2, 3});
  write_z<double>(scratch / "scalar.h5", {}, {1});
  write_z<double>(scratch / "none.h5", {0, 3}, {});
  write_z<std::string>(scratch / "text.h5", {1, 1}, {"1.5"});
  write_file(scratch / "absent.h5", [](const hdf5::Handle&) {});
  write_file(scratch / "group.h5", [](const hdf5::Handle& file) { hdf5::create_group(file, "z"); });

  EXPECT_NE(complaint(scratch / "rank.h5").find("z = shape [3]: [rows, columns]"),
            std::string::npos);
  EXPECT_NE(complaint(scratch / "scalar.h5").find("z = shape []: [rows, columns]"),
            std::string::npos);
  EXPECT_NE(complaint(scratch / "none.h5").find("shape [0, 3]"), std::string::npos);
  EXPECT_NE(complaint(scratch / "text.h5").find("z = text"), std::string::npos);
  EXPECT_NE(complaint(scratch / "absent.h5").find("z = missing"), std::string::npos);
  EXPECT_NE(complaint(scratch / "group.h5").find("z = a group"), std::string::npos);
}

/// /z of float64 with one attribute.
template <class T>
void write_z_with(const std::filesystem::path& path, const char* attribute, T value) {
  write_file(path, [&](const hdf5::Handle& file) {
    const std::vector<double> values = {1, 2, -999, 4};
    const auto z = hdf5::write(file, "z", {2, 2}, std::span<const double>(values));
    hdf5::write_attribute(z, attribute, value);
  });
}

TEST(PointsFile, RefusesNumbersThatAnAttributeMakesOthers) {
  const Scratch scratch;
  const auto says = [&](const char* attribute, auto value) {
    write_z_with(scratch / "z.h5", attribute, value);
    return complaint(scratch / "z.h5");
  };

  EXPECT_NE(says("scale_factor", 0.01).find("z has scale_factor = 0.01, packed numbers"),
            std::string::npos);
  EXPECT_NE(says("add_offset", 273.15).find("packed numbers"), std::string::npos);
  EXPECT_NE(says("_FillValue", -999.0).find("a missing value, number 2 of it: -999 is its _Fill"),
            std::string::npos);
  EXPECT_NE(says("missing_value", std::int64_t{-999}).find("missing_value"), std::string::npos);
  EXPECT_NE(says("scale_factor", std::string("two")).find("it is not one number"),
            std::string::npos);
  EXPECT_EQ(says("scale_factor", 1.0), "");
  EXPECT_EQ(says("_FillValue", std::nan("")), "");  // what xarray writes always
  EXPECT_EQ(says("units", std::string("m")), "");
}

TEST(PointsFile, KnowsEveryNameThatNobodyReads) {
  const Scratch scratch;
  const auto says = [&](const char* name) -> std::string {
    ArrayFile file;  // its dimensions bring scales, which are no data
    file.add("weights", {"component"}, HostVector(HostVector::Ones(2)), "");
    file.add(name, {"component"}, HostVector(HostVector::Ones(2)), "");
    file.write(scratch / "x.h5");
    try {
      PointsFile::open(scratch / "x.h5").refuse_others({"weights", "means"});
    } catch (const SpecError& error) {
      return error.what();
    }
    return "";
  };

  EXPECT_EQ(says("means"), "");
  EXPECT_NE(says("mean").find("did you mean 'means'?"), std::string::npos);
  EXPECT_NE(says("prior/means").find("'prior': nobody reads it"), std::string::npos);
}

/// Every byte of a small file set to other values: each file reads or is a SpecError, whichever
/// question it is asked first.
TEST(PointsFile, SurvivesEveryByteChanged) {
  const Scratch scratch;
  write_z<double>(scratch / "good.h5", {2, 2}, {1, 2, 3, 4});
  const std::string good = slurp(scratch / "good.h5");
  int refused = 0;
  for (std::size_t at = 0; at < good.size(); ++at) {
    if (good[at] == 0 && at % 7 != 0) continue;  // most of the file is empty
    std::string bytes = good;
    bytes[at] = static_cast<char>(bytes[at] ^ (at % 2 == 0 ? 0xff : 1));
    spill(scratch / "z.h5", bytes);
    try {
      const PointsFile file = PointsFile::open(scratch / "z.h5");
      file.has("w");
      file.mentions("z");
      file.refuse_others({"z"});
      file.matrix("z");
    } catch (const SpecError& error) {
      EXPECT_NE(std::string(error.what()).find("z.h5"), std::string::npos) << error.what();
      ++refused;
    }
  }
  EXPECT_GT(refused, 50);
}

TEST(PointsFile, RefusesFilesThatAreNotHdf5) {
  const Scratch scratch;
  spill(scratch / "text.h5", "1 2 3\n");
  spill(scratch / "empty.h5", "");

  EXPECT_NE(complaint(scratch / "text.h5").find("no HDF5 file"), std::string::npos);
  EXPECT_NE(complaint(scratch / "empty.h5"), "");
  EXPECT_NE(complaint(scratch / "nowhere.h5").find("No such file"), std::string::npos);
  EXPECT_NE(complaint(scratch.folder()), "");
}

TEST(PointsFile, RefusesSizesThatTheFileDoesNotHold) {
  const Scratch scratch;
  // 2 × 2^40 numbers, 8 GiB of numbers that were never written, and an overflow of the product.
  const auto promise = [&](const char* name, hsize_t rows, hsize_t columns) {
    write_file(scratch / name, [&](const hdf5::Handle& file) {
      const hsize_t extent[2] = {rows, columns};
      const hid_t space = H5Screate_simple(2, extent, nullptr);
      H5Dclose(H5Dcreate2(file.id(), "z", H5T_IEEE_F64LE, space, 0, 0, 0));
      H5Sclose(space);
    });
  };
  promise("absurd.h5", 2, hsize_t{1} << 40);
  promise("hollow.h5", 1000, 1000);

  EXPECT_NE(complaint(scratch / "absurd.h5").find("with 1 to"), std::string::npos);
  EXPECT_NE(complaint(scratch / "hollow.h5").find("more than the file holds"), std::string::npos);
}

#ifndef __SANITIZE_ADDRESS__  // whose allocator ends the child by itself

// What is compressed has no size to be held against: 2 GiB, of which nothing is written.
TEST(PointsFile, RefusesNumbersForWhichMemoryRunsOutInTheChild) {
  const Scratch scratch;
  write_file(scratch / "z.h5", [](const hdf5::Handle& file) {
    const hsize_t extent[] = {1 << 14, 1 << 14}, chunk[] = {1, 1 << 14};
    const hid_t space = H5Screate_simple(2, extent, nullptr);
    const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(creation, 2, chunk);
    H5Pset_deflate(creation, 1);
    H5Dclose(H5Dcreate2(file.id(), "z", H5T_IEEE_F64LE, space, 0, creation, 0));
    H5Pclose(creation);
    H5Sclose(space);
  });

  EXPECT_NE(complaint(scratch / "z.h5").find("asks for more than 1024 MiB"), std::string::npos);
}

#endif

TEST(PointsFile, FollowsNothingOutOfTheFile) {
  const Scratch scratch;
  write_z<double>(scratch / "real.h5", {1, 1}, {1});
  write_file(scratch / "link.h5", [&](const hdf5::Handle& file) {
    H5Lcreate_external((scratch / "real.h5").c_str(), "/z", file.id(), "z", 0, 0);
  });
  write_file(scratch / "external.h5", [](const hdf5::Handle& file) {
    const hsize_t extent[2] = {1, 1};
    const hid_t space = H5Screate_simple(2, extent, nullptr);
    const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_external(creation, "/etc/passwd", 0, 8);
    H5Dclose(H5Dcreate2(file.id(), "z", H5T_IEEE_F64LE, space, 0, creation, 0));
    H5Pclose(creation);
    H5Sclose(space);
  });

  EXPECT_NE(complaint(scratch / "link.h5").find("z = a link"), std::string::npos);
  EXPECT_NE(complaint(scratch / "external.h5").find("in other files"), std::string::npos);
}

TEST(PointsFile, SurvivesEveryTruncation) {
  const Scratch scratch;
  write_z<double>(scratch / "z.h5", {40, 3}, std::vector<double>(120, 0.5));

  for (const std::size_t size : truncations(std::filesystem::file_size(scratch / "z.h5"))) {
    std::filesystem::resize_file(scratch / "z.h5", size);
    EXPECT_NE(complaint(scratch / "z.h5"), "") << size << " bytes";
  }
}

}  // namespace
}  // namespace plumbline::points_test
