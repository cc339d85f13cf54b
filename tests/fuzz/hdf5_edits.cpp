// An image opened for writing in memory, one function for each operation, and the image again.
#include "fuzz/hdf5_edits.hpp"

#include <hdf5.h>
#include <hdf5_hl.h>

#include <array>
#include <string>
#include <vector>

#include "fuzz/hdf5_values.hpp"

namespace plumbline::fuzz {
namespace {

struct File {
  hid_t id;
  std::vector<std::string> names;  // of groups and datasets, "." first

  const std::string& name(std::size_t i) const { return names[i % names.size()]; }
};

Values dataset(const File& file, std::size_t which) {
  Id self(H5Dopen2(file.id, file.name(which).c_str(), H5P_DEFAULT));
  return {self, H5Dget_type(self), H5Dget_space(self), false};
}

Values attribute(hid_t object, std::size_t which) {
  H5O_info_t about = {};
  if (H5Oget_info2(object, &about, H5O_INFO_NUM_ATTRS) < 0 || about.num_attrs == 0)
    return {-1, -1, -1, true};
  Id self(H5Aopen_by_idx(object, ".", H5_INDEX_NAME, H5_ITER_INC, which % about.num_attrs,
                         H5P_DEFAULT, H5P_DEFAULT));
  return {self, H5Aget_type(self), H5Aget_space(self), true};
}

std::string name_of(const Values& attribute) {
  std::string name(256, '\0');
  const ssize_t length = H5Aget_name(attribute.self, name.size(), name.data());
  name.resize(length < 0 ? 0 : static_cast<std::size_t>(length));
  return name;
}

// --- operations ---

void overwrite_dataset(File& file, std::size_t which, Input payload) {
  overwrite(dataset(file, which), payload);
}

void overwrite_attribute(File& file, std::size_t which, Input payload) {
  const Id object(H5Oopen(file.id, file.name(which).c_str(), H5P_DEFAULT));
  overwrite(attribute(object, payload[4]), payload);
}

/// Another dataset under the name of one.
void other_dataset(File& file, std::size_t which, Input payload) {
  const std::string& name = file.name(which);
  const Id type = type_of(payload[0]), space = space_of(payload),
           creation = layout_of(payload, space);
  if (name == "." || H5Ldelete(file.id, name.c_str(), H5P_DEFAULT) < 0) return;
  Id self(H5Dcreate2(file.id, name.c_str(), type, space, H5P_DEFAULT, creation, H5P_DEFAULT));
  const bool inside = payload[5] % 8 < 6;  // the values
  if (self >= 0 && inside && payload[7] % 4 != 0) fill({self, type, space, false}, payload[7]);
}

/// Another attribute under the name of one, or a new one.
void other_attribute(File& file, std::size_t which, Input payload) {
  const Id object(H5Oopen(file.id, file.name(which).c_str(), H5P_DEFAULT));
  std::string name = text_number(payload[6]);
  if (payload[6] % 2 == 0) {
    name = name_of(attribute(object, payload[4]));
    H5Adelete(object, name.c_str());
  }
  const Id type = type_of(payload[0]), space = space_of(payload);
  if (too_large(type, space)) return;  // an attribute is written even when nothing is put into it
  Id self(H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT));
  if (self >= 0) fill({self, type, space, true}, payload[7]);
}

void without_attribute(File& file, std::size_t which, Input payload) {
  const Id object(H5Oopen(file.id, file.name(which).c_str(), H5P_DEFAULT));
  H5Adelete(object, name_of(attribute(object, payload[4])).c_str());
}

void without_link(File& file, std::size_t which, Input) {
  H5Ldelete(file.id, file.name(which).c_str(), H5P_DEFAULT);
}

void renamed(File& file, std::size_t which, Input payload) {
  const std::string to = payload[0] % 2 ? text_number(payload[1]) : file.name(payload[1]);
  if (H5Lmove(file.id, file.name(which).c_str(), file.id, to.c_str(), H5P_DEFAULT, H5P_DEFAULT) >=
      0)
    file.names.push_back(to);
}

/// A link to something, of any kind, in any group.
void linked(File& file, std::size_t which, Input payload) {
  const Id group(H5Gopen2(file.id, file.name(payload[0]).c_str(), H5P_DEFAULT));
  const std::string& to = file.name(which);
  switch (payload[1] % 4) {
    case 0:
      H5Lcreate_soft(("/" + to).c_str(), group, text_number(payload[2]), H5P_DEFAULT, H5P_DEFAULT);
      break;
    case 1:
      H5Lcreate_external("elsewhere.h5", to.c_str(), group, text_number(payload[2]), H5P_DEFAULT,
                         H5P_DEFAULT);
      break;
    default:
      H5Olink(Id(H5Oopen(file.id, to.c_str(), H5P_DEFAULT)), group, text_number(payload[2]),
              H5P_DEFAULT, H5P_DEFAULT);
  }
}

void copied(File& file, std::size_t which, Input payload) {
  if (file.name(which) == ".") return;  // grows without end
  H5Ocopy(file.id, file.name(which).c_str(), file.id, text_number(payload[1]), H5P_DEFAULT,
          H5P_DEFAULT);
  file.names.emplace_back(text_number(payload[1]));
}

void new_groups(File& file, std::size_t which, Input payload) {
  const Id parent(H5Gopen2(file.id, file.name(which).c_str(), H5P_DEFAULT));
  for (int i = 0; i < 1 + payload[0] % 12; ++i)
    H5Gclose(H5Gcreate2(parent, text_number(static_cast<std::uint8_t>(payload[1] + i)), H5P_DEFAULT,
                        H5P_DEFAULT, H5P_DEFAULT));
}

void scaled(File& file, std::size_t which, Input payload) {
  const Id variable(H5Dopen2(file.id, file.name(which).c_str(), H5P_DEFAULT)),
      scale(H5Dopen2(file.id, file.name(payload[0]).c_str(), H5P_DEFAULT));
  if (variable < 0 || scale < 0) return;
  switch (payload[1] % 4) {
    case 0:
      H5DSset_scale(variable, text_number(payload[2]));
      break;
    case 1:
      H5DSdetach_scale(variable, scale, payload[3] % 4);
      break;
    case 2:
      H5DSattach_scale(variable, scale, payload[3] % 4);
      break;
    default:
      H5DSset_label(variable, payload[3] % 4, text_number(payload[2]));
  }
}

void committed(File& file, std::size_t which, Input payload) {
  const std::string& name = file.name(which);
  if (name == "." || H5Ldelete(file.id, name.c_str(), H5P_DEFAULT) < 0) return;
  H5Tcommit2(file.id, name.c_str(), type_of(payload[0]), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
}

using Operation = void (*)(File&, std::size_t, Input);
constexpr std::array<Operation, 16> operations = {overwrite_dataset,
                                                  overwrite_dataset,
                                                  overwrite_dataset,
                                                  overwrite_attribute,
                                                  overwrite_attribute,
                                                  other_dataset,
                                                  other_dataset,
                                                  other_attribute,
                                                  other_attribute,
                                                  without_attribute,
                                                  without_link,
                                                  renamed,
                                                  linked,
                                                  copied,
                                                  scaled,
                                                  new_groups};

/// Every group and dataset of the file.
std::vector<std::string> names_in(hid_t file) {
  std::vector<std::string> names;
  const auto take = [](hid_t, const char* name, const H5O_info_t*, void* out) -> herr_t {
    static_cast<std::vector<std::string>*>(out)->emplace_back(name);
    return 0;
  };
  H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_NATIVE, take, &names, H5O_INFO_BASIC);
  if (names.empty()) names.emplace_back(".");
  return names;
}

}  // namespace

std::uint8_t hdf5_operations() {
  return static_cast<std::uint8_t>(operations.size() + 1);
}

FileBytes changed_by_hdf5(const FileBytes& bytes, Input edits) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  const bool newest = edits.size() >= edit_size && edits[edit_size - 1] % 8 == 7;
  const Id access(H5Pcreate(H5P_FILE_ACCESS));
  H5Pset_fapl_core(access, std::size_t{1} << 14, false);
  H5Pset_libver_bounds(access, H5F_LIBVER_V18, newest ? H5F_LIBVER_LATEST : H5F_LIBVER_V18);
  H5Pset_file_image(access, const_cast<std::uint8_t*>(bytes.data()), bytes.size());
  Id id(H5Fopen("edited/in memory", H5F_ACC_RDWR, access));
  if (id < 0) return bytes;
  File file{id, names_in(id)};
  for (; edits.size() >= edit_size; edits = edits.subspan(edit_size)) {
    if (edits[3] < by_hdf5) continue;
    const std::size_t which = edits[0] | edits[1] << 8 | edits[2] << 16;
    const std::size_t operation = (edits[3] - by_hdf5) % hdf5_operations();
    const Operation change = operation < operations.size() ? operations[operation] : committed;
    change(file, which, edits.subspan(4, 8));
  }
  H5Fflush(id, H5F_SCOPE_LOCAL);
  const ssize_t size = H5Fget_file_image(id, nullptr, 0);
  if (size <= 0) return bytes;
  FileBytes out(static_cast<std::size_t>(size));
  H5Fget_file_image(id, out.data(), out.size());
  closed_superblock(out);
  return out;
}

}  // namespace plumbline::fuzz
