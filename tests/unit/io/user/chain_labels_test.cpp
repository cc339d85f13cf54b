// Draws that say that they are Markov chains': labels in any order, lengths, and what is refused.
#include "io/user/chain_labels.hpp"

#include "io/hdf5/hdf5.hpp"
#include "io/user/array_file.hpp"
#include "unit/io/user/given_draws.hpp"

namespace plumbline::chain_labels_test {
namespace {

struct H5Chains {
  std::vector<double> x;
  std::vector<double> chain = {}, chain_length = {}, log_w = {};
};

std::filesystem::path written(const Scratch& scratch, const H5Chains& of) {
  ArrayFile file;
  const auto add = [&](const char* name, const char* dimension, const std::vector<double>& values) {
    if (!values.empty())
      file.add(name, {dimension}, {static_cast<std::int64_t>(values.size())}, values, "");
  };
  add("x", "draw", of.x);
  add("chain", "draw_of_chain", of.chain);
  add("log_w", "draw_of_weight", of.log_w);
  if (of.chain_length.size() == 1)
    file.add("chain_length", of.chain_length[0], "");
  else
    add("chain_length", "numbers", of.chain_length);
  const std::filesystem::path path = scratch / "x.h5";
  file.write(path);
  return path;
}

std::vector<double> values(const GivenDraws& set) {
  return {set.x.data(), set.x.data() + set.x.size()};
}

TEST(ChainLabels, BringInterleavedRowsIntoOrder) {
  const Scratch scratch;
  const std::vector<double> ordered = {1, 3, 5, 2, 4, 6};

  const auto csv = read(scratch, "x.csv", "chain,x\n7,1\n0,2\n7,3\n0,4\n7,5\n0,6\n");
  ASSERT_EQ(csv.size(), 1u);
  EXPECT_EQ(csv[0].chain_length, 3);
  EXPECT_EQ(values(csv[0]), ordered);
  const auto h5 =
      read_draws(written(scratch, {.x = {1, 2, 3, 4, 5, 6}, .chain = {7, 0, 7, 0, 7, 0}}));
  EXPECT_EQ(h5.at(0).chain_length, 3);
  EXPECT_EQ(values(h5.at(0)), ordered);
  EXPECT_EQ(read(scratch, "x.csv", "a,b\n1,0\n2,1\n")[0].chain_length, 0);
}

TEST(ChainLength, IsADatasetOrAnAttribute) {
  const Scratch scratch;

  EXPECT_EQ(read_draws(written(scratch, {.x = {1, 2, 3, 4}, .chain_length = {2}}))[0].chain_length,
            2);
  const auto path = written(scratch, {.x = {1, 2, 3, 4}});
  EXPECT_EQ(read_draws(path)[0].chain_length, 0);
  {
    hdf5::MemoryFile file(path.string(), std::size_t{1} << 20);
    const std::vector<double> numbers = {1, 2, 3, 4};
    hdf5::write(file.file(), "x", {4}, std::span<const double>(numbers));
    hdf5::write_attribute(file.file(), "chain_length", std::int64_t{4});
    const auto bytes = file.finish();
    spill(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  EXPECT_EQ(read_draws(path)[0].chain_length, 4);
}

TEST(ChainLabels, AreRefusedWhereTheySayNothing) {
  const Scratch scratch;
  const std::vector<std::pair<std::string, std::string>> bad = {
      {"chain,x\n0,1\n0.5,2\n", "x.csv:3:1: field 1 = '0.5': a whole number ≥ 0"},
      {"chain,x\n0,1\n1.0,2\n", "x.csv:3:1: field 1 = '1.0': a whole number ≥ 0"},
      {"chain,x\n0,1\n-1,2\n", "x.csv:3:1: field 1 = '-1': a whole number ≥ 0"},
      {"chain,x\n0,1\na,2\n", "x.csv:3:1: field 1 = 'a': a whole number ≥ 0"},
      {"chains,x\n0,1\n0,2\n", "x.csv:1:1: column 1 = 'chains': log_w, chain"},
      {".chain,x\n0,1\n0,2\n", "column 1 = '.chain': log_w, chain"},
      {"chain,x\n0,1\n0,2\n1,3\n", "chain = one draw of chain 1: needs at least 2 draws a chain"},
      {"chain,x\n0,1\n0,2\n0,3\n1,4\n1,5\n",
       "chain = 2 draws of chain 1, 3 of chain 0: needs chains of one length"},
      {"chain,log_w,x\n0,0,1\n0,-1,2\n", "log_w = -1 to 0: must be equal or absent"},
      {"chain\n0\n0\n", "columns = no coordinate"}};
  for (const auto& [text, says] : bad)
    EXPECT_NE(complaint(scratch, "x.csv", text).find(says), std::string::npos)
        << says << "\n  got: " << complaint(scratch, "x.csv", text);

  const auto says = [&](const H5Chains& of, const std::string& what) {
    const std::string got = complaint(written(scratch, of));
    EXPECT_NE(got.find(what), std::string::npos) << what << "\n  got: " << got;
  };
  const std::vector<double> x = {1, 2, 3, 4};
  says({.x = x, .chain = {0, 0, 1}}, "chain = shape [3]: one per draw: 1 sets of 4");
  says({.x = x, .chain = {0, 0, -1, -1}}, "chain[2] = -1: must be a whole number ≥ 0");
  says({.x = x, .chain = {0, 0, 1.5, 1.5}}, "chain[2] = 1.5: must be a whole number ≥ 0");
  says({.x = x, .chain_length = {3}}, "chain_length = 3: must be a whole number ≥ 2 that divides");
  says({.x = x, .chain_length = {1}}, "chain_length = 1: must be a whole number ≥ 2");
  says({.x = x, .chain_length = {2.5}}, "chain_length = 2.5: must be a whole number ≥ 2");
  says({.x = x, .chain_length = {2, 2}}, "chain_length = 2 numbers: must be one number");
  says({.x = x, .chain = {0, 0, 1, 1}, .chain_length = {2}}, "chain_length = 2: must be absent");
  says({.x = x, .chain_length = {2}, .log_w = {0, 0, 0, 1}}, "must be equal or absent");
}

TEST(ChainLabels, LetEqualWeightsBe) {
  const Scratch scratch;
  const auto sets =
      read_draws(written(scratch, {.x = {1, 2, 3, 4}, .chain_length = {2}, .log_w = {3, 3, 3, 3}}));

  EXPECT_EQ(sets.at(0).chain_length, 2);
  EXPECT_EQ(sets.at(0).log_w.size(), 0);
}

}  // namespace
}  // namespace plumbline::chain_labels_test
