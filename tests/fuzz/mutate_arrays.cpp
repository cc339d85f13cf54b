// .npy and .npz.
#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdlib>

#include "fuzz/mutations.hpp"
#include "fuzz/zip_pack.hpp"

namespace plumbline::fuzz {
namespace {

/// A whole file: header of random fields, and about as many bytes as it promises.
std::string npy_file(std::mt19937& random) {
  static const std::vector<std::string> types = {"<f8", ">f8", "<f4",  ">f4", "|i1", "<i2",
                                                 ">i4", "<i8", "|u1",  "<u2", "<u4", ">u8",
                                                 "|O",  "<f2", "<c16", "|b1", "<U4", "f8"};
  static const std::vector<std::string> sizes = {
      "1",  "2", "3",  "5",         "7",          "16",
      "2L", "0", "-1", "268435456", "4294967296", "9223372036854775807"};
  const std::string type = random() % 4 ? types[below(random, 12)] : one_of(types, random);
  std::string shape = "(";
  double count = 1;
  for (std::size_t i = 0, rank = below(random, 5); i < rank; ++i) {
    const std::string size = random() % 16 ? sizes[below(random, 7)] : one_of(sizes, random);
    shape += size + (i + 1 == rank && rank > 1 ? "" : ", ");
    count *= std::strtod(size.c_str(), nullptr);
  }
  std::array<std::string, 3> fields = {
      "'descr': '" + type + "', ",
      std::string("'fortran_order': ") + (random() % 2 ? "True" : "False") + ", ",
      "'shape': " + shape + "), "};
  std::shuffle(fields.begin(), fields.end(), random);
  std::string header = "{" + fields[0] + fields[1] + fields[2] + "}";
  const char version = static_cast<char>(random() % 8 ? 1 + random() % 3 : random() % 256);
  header.resize(header.size() + below(random, 64), ' ');
  header += '\n';
  std::string out = std::string("\x93NUMPY") + version + '\0';
  const auto length = static_cast<std::uint32_t>(header.size());
  for (int i = 0; i < (version == 1 ? 2 : 4); ++i) out += static_cast<char>(length >> (8 * i));
  out += header;
  const double bytes =
      count * (std::isdigit(static_cast<unsigned char>(type.back())) ? type.back() - '0' : 8);
  if (bytes >= 0 && bytes < 2048)
    for (auto left =
             static_cast<int>(bytes) + (random() % 8 ? 0 : static_cast<int>(random() % 9) - 4);
         left > 0; --left)
      out += static_cast<char>(random());
  return out;
}

/// Words of the header changed, its length made right again.
std::string changed_header(const std::string& file, std::mt19937& random) {
  if (file.size() < 12 || file[6] < 1 || file[6] > 3) return npy_file(random);
  const std::size_t width = file[6] == 1 ? 2 : 4, start = 8 + width;
  std::size_t length = 0;
  for (std::size_t i = width; i-- > 0;)
    length = length << 8 | static_cast<unsigned char>(file[8 + i]);
  if (length > file.size() - start) return npy_file(random);
  const std::string header = mutated_words(file.substr(start, length), random);
  std::string out = file.substr(0, 8);
  for (std::size_t i = 0; i < width; ++i) out += static_cast<char>(header.size() >> (8 * i));
  return out + header + file.substr(start + length);
}

constexpr std::array<const char*, 14> names = {
    "x.npy",         "log_w.npy",       "weights.npy", "labels.npy", "means.npy",        "z.npy",
    "variances.npy", "covariances.npy", "x",           ".npy",       "log_evidence.npy", "a/x.npy",
    "../x.npy",      "x\xff.npy"};

void change_members(std::vector<ZipMember>& members, std::mt19937& random) {
  const auto any_place = [&] {
    return members.begin() + static_cast<std::ptrdiff_t>(below(random, members.size()));
  };
  if (members.empty() || random() % 8 == 0) {
    members.insert(any_place(), {one_of(names, random), npy_file(random), random() % 2 == 0});
    return;
  }
  const auto member = any_place();
  switch (random() % 8) {
    case 0:
      member->name = one_of(names, random);
      break;
    case 1:
      member->deflated = !member->deflated;
      break;
    case 2:
      members.erase(member);
      break;
    case 3:
      std::swap(member->content, any_place()->content);
      break;
    case 4:
      member->content = npy_file(random);
      break;
    case 5:
      member->content.resize(below(random, member->content.size() + 9));
      break;
    default:
      member->content = mutated_npy(member->content, random);
  }
}

}  // namespace

std::string mutated_npy(const std::string& file, std::mt19937& random) {
  return random() % 3 == 0 ? npy_file(random) : changed_header(file, random);
}

std::string mutated_npz(const std::string& archive, std::mt19937& random) {
  std::vector<ZipMember> members = unpack_zip(archive);
  for (std::size_t i = 0; i <= below(random, 3); ++i) change_members(members, random);
  std::string out = pack_zip(members);
  if (random() % 8 == 0) out[below(random, out.size())] = static_cast<char>(random());
  return out;
}

}  // namespace plumbline::fuzz
