// ZIP archives taken apart and put together again, checksums and offsets right: what a mutation
// needs to get past the directory of an .npz file. Shares nothing with io/user/zip.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace plumbline::fuzz {

struct ZipMember {
  std::string name;
  std::string content;  ///< what is in it
  bool deflated = false;
};

/// Members that are stored or deflated, by their own headers in front of them; whatever cannot be
/// read is left out.
std::vector<ZipMember> unpack_zip(const std::string& archive);

/// The archive of these members, in this order.
std::string pack_zip(const std::vector<ZipMember>& members);

}  // namespace plumbline::fuzz
