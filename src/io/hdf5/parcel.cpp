// Off the front of the three arrays.
#include "io/hdf5/parcel.hpp"

#include <algorithm>

#include "core/errors.hpp"

namespace plumbline {
namespace {

[[noreturn]] void refuse() {
  throw IoError("cannot read what was packed: its arrays do not fit together");
}

}  // namespace

std::int64_t Unpacking::next() {
  if (whole_ == parcel_.whole.size()) refuse();
  return parcel_.whole[whole_++];
}

std::size_t Unpacking::length(std::size_t most) {
  const std::int64_t found = next();
  if (found < 0 || static_cast<std::uint64_t>(found) > most) refuse();
  return static_cast<std::size_t>(found);
}

void Unpacking::real(double& number) {
  if (real_ == parcel_.real.size()) refuse();
  number = parcel_.real[real_++];
}

void Unpacking::text(std::string& text) {
  const std::size_t size = length(parcel_.text.size() - text_);
  text = parcel_.text.substr(text_, size);
  text_ += size;
}

void Unpacking::reals(std::vector<double>& values) {
  const std::size_t size = length(parcel_.real.size() - real_);
  if (real_ == 0 && size == parcel_.real.size()) {
    values = std::exchange(parcel_.real, {});
    return;
  }
  const auto first = parcel_.real.begin() + static_cast<std::ptrdiff_t>(real_);
  values.assign(first, first + static_cast<std::ptrdiff_t>(size));
  real_ += size;
}

}  // namespace plumbline
