// Lists of edits, by whole edits.
#include <algorithm>

#include "fuzz/edited_file.hpp"
#include "fuzz/hdf5_edits.hpp"
#include "fuzz/mutations.hpp"

namespace plumbline::fuzz {
namespace {

char byte(std::mt19937& random) {
  return static_cast<char>(random());
}

/// Nine in ten are HDF5's to make.
std::string new_edit(std::mt19937& random) {
  std::string edit;
  const bool whole = random() % 10 != 0;
  edit += byte(random);
  edit += byte(random);
  edit += whole ? '\0' : byte(random);
  edit += static_cast<char>(whole ? by_hdf5 + random() % hdf5_operations() : random() % by_hdf5);
  while (edit.size() < edit_size) edit += random() % 4 == 0 ? '\0' : byte(random);
  return edit;
}

void change(std::string& list, std::mt19937& random) {
  const std::size_t count = (list.size() - 1) / edit_size;
  const std::size_t at = 1 + below(random, count) * edit_size,
                    other = 1 + below(random, count) * edit_size;
  if (count == 0 || random() % 3 == 0) {
    list.insert(at, new_edit(random));
    return;
  }
  switch (random() % 8) {
    case 0:
      list[0] = byte(random);
      break;
    case 1:
      list.erase(at, edit_size);
      break;
    case 2:
      std::swap_ranges(list.begin() + static_cast<std::ptrdiff_t>(at),
                       list.begin() + static_cast<std::ptrdiff_t>(at + edit_size),
                       list.begin() + static_cast<std::ptrdiff_t>(other));
      break;
    case 3:
      list.replace(at, edit_size, new_edit(random));
      break;
    case 4:  // the same elsewhere
      list.insert(other, list.substr(at, edit_size));
      list[other] = byte(random);
      break;
    default:
      list[at + below(random, edit_size)] = byte(random);
  }
}

}  // namespace

std::string mutated_edits(const std::string& edits, std::mt19937& random) {
  std::string list = edits.empty() ? std::string(1, '\0') : edits;
  list.resize(1 + (list.size() - 1) / edit_size * edit_size);
  for (std::size_t i = 0; i <= below(random, 3); ++i) change(list, random);
  return list;
}

}  // namespace plumbline::fuzz
