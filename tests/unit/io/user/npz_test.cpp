// .npz archives: stored and deflated members read, and whatever is damaged, huge or misnamed is a
// SpecError that names the file.
#include <gtest/gtest.h>
#include <zlib.h>

#include <random>

#include "core/errors.hpp"
#include "io/user/points.hpp"
#include "unit/io/scratch.hpp"
#include "unit/io/user/given_draws.hpp"

namespace plumbline::npz_test {
namespace {

std::string little(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
  return out;
}

std::string deflated(const std::string& bytes) {
  std::string out(compressBound(bytes.size()) + 16, '\0');
  z_stream stream = {};
  deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

struct Member {
  std::string name, bytes;
  bool compress = false;
  std::uint32_t flags = 0;
  int method = -1;         // what the directory says, where that is a lie
  std::int64_t size = -1;  // likewise
};

std::string archive(const std::vector<Member>& members, const std::string& comment = "") {
  std::string out, directory;
  for (const Member& m : members) {
    const std::string packed = m.compress ? deflated(m.bytes) : m.bytes;
    const auto checksum =
        crc32(0, reinterpret_cast<const Bytef*>(m.bytes.data()), static_cast<uInt>(m.bytes.size()));
    const int method = m.method >= 0 ? m.method : m.compress ? 8 : 0;
    const std::uint64_t size = m.size >= 0 ? static_cast<std::uint64_t>(m.size) : m.bytes.size();
    const std::string common = little(m.flags, 2) + little(static_cast<std::uint64_t>(method), 2) +
                               little(0, 4) + little(checksum, 4) + little(packed.size(), 4) +
                               little(size, 4) + little(m.name.size(), 2);
    directory += "PK\1\2" + little(20, 2) + little(20, 2) + common + little(0, 2) + little(0, 2) +
                 little(0, 2) + little(0, 2) + little(0, 4) + little(out.size(), 4) + m.name;
    // NumPy's local headers carry an extra field that the directory lacks.
    out +=
        "PK\3\4" + little(20, 2) + common + little(20, 2) + m.name + std::string(20, '\0') + packed;
  }
  const std::string end = "PK\5\6" + little(0, 4) + little(members.size(), 2) +
                          little(members.size(), 2) + little(directory.size(), 4) +
                          little(out.size(), 4) + little(comment.size(), 2) + comment;
  return out + directory + end;
}

std::string numbers(const std::string& shape, const std::vector<double>& values) {
  return npy(dictionary("<f8", shape), raw<double>(values));
}

const std::vector<double> six = {1, 2, 3, 4, 5, 6};

TEST(Npz, ReadsStoredAndDeflatedMembers) {
  const Scratch scratch;
  for (const bool compress : {false, true}) {
    spill(scratch / "x.npz",
          archive({{"means.npy", numbers("(3, 2)", six), compress},
                   {"weights.npy", npy(dictionary("<f4", "(2,)"), raw<float>({1, 3})), compress}},
                  "a comment"));
    const PointsFile file = PointsFile::open(scratch / "x.npz");

    EXPECT_EQ(file.matrix("means")(2, 0), 5);
    EXPECT_EQ(file.vector("weights")(1), 3);
    EXPECT_EQ(file.array("means", 1, 2, "").epsilon, 0x1p-52);
    EXPECT_EQ(file.array("weights", 1, 2, "").epsilon, 0x1p-23);
    EXPECT_FALSE(file.has("covariances"));
    EXPECT_NO_THROW(file.refuse_others({"means", "weights"}));
  }
}

std::string says(const Scratch& scratch, const std::string& bytes) {
  spill(scratch / "x.npz", bytes);
  try {
    const PointsFile file = PointsFile::open(scratch / "x.npz");
    file.refuse_others({"means", "weights"});
    file.matrix("means");
  } catch (const SpecError& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("x.npz"), std::string::npos) << text;
    return text;
  }
  return "";
}

TEST(Npz, RefusesWhatItCannotTrust) {
  const Scratch scratch;
  const std::string means = numbers("(3, 2)", six), good = archive({{"means.npy", means}});
  const auto expect = [&](const std::string& bytes, const std::string& part) {
    const std::string text = says(scratch, bytes);
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n  got: " << text;
  };

  EXPECT_EQ(says(scratch, good), "");
  expect("", "archive = 0 bytes");
  expect(good.substr(0, good.size() - 1), "no directory of members");
  expect(good + "x", "no directory of members");
  expect(good.substr(4), "archive");
  expect(archive({}), "means = missing");
  expect(archive({{"means", means}}), "nobody reads it");
  expect(archive({{"means_.npy", means}}), "did you mean 'means'?");
  expect(archive({{"means.npy", means}, {"means.npy", means}}), "two members 'means.npy'");
  expect(archive({{"means.npy", means, false, 1}}), "means.member = encrypted");
  expect(archive({{"means.npy", means, true, 0, 12}}), "compression method 12");
  expect(archive({{"means.npy", means, true, 0, 0}}), "can hold");
  expect(archive({{"means.npy", means, false, 0, 8}}), "does not inflate");
  expect(archive({{"means.npy", means, true, 0, -1, 0x7fffffff}}), "can hold");
  expect(archive({{"means.npy", means, true, 0, -1, 5000}}), "does not inflate");
  expect(archive({{"means.npy", means, true, 0, -1, 3}}), "does not inflate");
  expect(archive({{"means.npy", means, false, 0, -1, 0xffffffff}}), "at most");
  expect(archive({{"means.npy", means.substr(0, 90)}}), "means.shape = (3, 2): promises");
  std::string flipped = good;
  flipped[good.find("PK\1\2") - 3] ^= 1;  // in the last number
  expect(flipped, "checksum");
}

/// 2000 archives with bytes changed, lost or doubled: each reads or is a SpecError.
TEST(Npz, SurvivesMutatedBytes) {
  const Scratch scratch;
  std::mt19937 random(1);
  int read = 0, refused = 0;
  for (int trial = 0; trial < 2000; ++trial) {
    std::string bytes = archive({{"means.npy", numbers("(3, 2)", six), trial % 2 == 0},
                                 {"weights.npy", numbers("(2,)", {1, 3})}});
    for (unsigned change = 0; change <= random() % 2; ++change) {
      const std::size_t at = random() % bytes.size();
      switch (random() % 3) {
        case 0:
          bytes[at] = static_cast<char>(random());
          break;
        case 1:
          bytes.erase(at, 1 + random() % 8);
          break;
        default:
          bytes.insert(at, bytes.substr(at, 1 + random() % 8));
      }
    }
    ++(says(scratch, bytes).empty() ? read : refused);
  }
  EXPECT_GT(read, 100);
  EXPECT_GT(refused, 500);
}

}  // namespace
}  // namespace plumbline::npz_test
