#include "fuzz/hdf5_shapes.hpp"

#include <algorithm>
#include <array>

namespace plumbline::fuzz {
namespace {

constexpr std::array<hsize_t, 16> sizes = {1, 2, 3, 4, 5, 6, 8, 0, 1, 2, 3, 2, 4, 24, 32, 1000};

Id text_type(std::size_t size, H5T_str_t padding) {
  Id type(H5Tcopy(H5T_C_S1));
  H5Tset_size(type, size);
  H5Tset_strpad(type, padding);
  return type;
}

Id compound_type() {
  Id type(H5Tcreate(H5T_COMPOUND, 16));
  H5Tinsert(type, "r", 0, H5T_NATIVE_DOUBLE);
  H5Tinsert(type, "i", 8, H5T_NATIVE_DOUBLE);
  return type;
}

Id enum_type() {
  Id type(H5Tenum_create(H5T_NATIVE_INT8));
  signed char value = 0;
  for (const char* name : {"FALSE", "TRUE"}) {
    H5Tenum_insert(type, name, &value);
    ++value;
  }
  return type;
}

/// An integer of 3 bytes, a float with a strange exponent.
Id odd_number(bool real) {
  Id type(H5Tcopy(real ? H5T_IEEE_F64LE : H5T_STD_I32LE));
  if (real)
    H5Tset_ebias(type, 7);
  else
    H5Tset_precision(type, 11);
  return type;
}

std::array<hsize_t, 4> sizes_of(Input payload) {
  return {sizes[payload[2] % sizes.size()], sizes[payload[2] / 16 % sizes.size()],
          sizes[payload[3] % sizes.size()], sizes[payload[3] / 16 % sizes.size()]};
}

}  // namespace

Id type_of(std::uint8_t which) {
  const hsize_t three = 3;
  switch (which % 24) {
    case 0:
    case 1:
    case 2:
      return H5Tcopy(H5T_IEEE_F64LE);
    case 3:
      return H5Tcopy(H5T_IEEE_F32LE);
    case 4:
      return H5Tcopy(H5T_IEEE_F64BE);
    case 5:
    case 6:
      return H5Tcopy(H5T_STD_I64LE);
    case 7:
      return H5Tcopy(H5T_STD_U64BE);
    case 8:
      return H5Tcopy(H5T_STD_I8LE);
    case 9:
      return H5Tcopy(H5T_NATIVE_LDOUBLE);
    case 10:
    case 11:
      return text_type(H5T_VARIABLE, H5T_STR_NULLTERM);
    case 12:
      return text_type(4, H5T_STR_SPACEPAD);
    case 13:
      return text_type(1, H5T_STR_NULLPAD);
    case 14:
      return text_type(std::size_t{1} << 21, H5T_STR_NULLTERM);
    case 15:
      return compound_type();
    case 16:
      return enum_type();
    case 17:
      return H5Tarray_create2(H5T_NATIVE_DOUBLE, 1, &three);
    case 18:
      return H5Tvlen_create(H5T_NATIVE_DOUBLE);
    case 19:
      return H5Tcopy(H5T_STD_REF_OBJ);
    case 20:
      return H5Tcreate(H5T_OPAQUE, 8);
    case 21:
      return H5Tcopy(H5T_STD_B16LE);
    default:
      return odd_number(which % 2);
  }
}

Id space_of(Input payload) {
  if (payload[1] % 16 == 15) return H5Screate(H5S_NULL);
  const std::array<hsize_t, 4> shape = sizes_of(payload);
  const int rank = payload[1] % 5;
  if (rank == 0) return H5Screate(H5S_SCALAR);
  const std::array<hsize_t, 4> without_end = {H5S_UNLIMITED, H5S_UNLIMITED, H5S_UNLIMITED,
                                              H5S_UNLIMITED};
  const bool grows = payload[5] % 8 >= 2 && payload[5] % 8 <= 5;  // in chunks
  return H5Screate_simple(rank, shape.data(), grows ? without_end.data() : nullptr);
}

Id layout_of(Input payload, hid_t space) {
  Id list(H5Pcreate(H5P_DATASET_CREATE));
  const int rank = H5Sget_simple_extent_ndims(space), layout = payload[5] % 8;
  const std::array<hsize_t, 4> chunk = {2, 2, 1, 1};
  if (layout >= 2 && layout <= 5 && rank > 0) H5Pset_chunk(list, rank, chunk.data());
  switch (layout) {
    case 1:
      H5Pset_layout(list, H5D_COMPACT);
      break;
    case 3:
      H5Pset_deflate(list, 1);
      break;
    case 4:
      H5Pset_shuffle(list);
      H5Pset_fletcher32(list);
      break;
    case 5:
      H5Pset_scaleoffset(list, H5Z_SO_INT, 2);
      break;
    case 6:
      H5Pset_external(list, "elsewhere.bin", 0, H5F_UNLIMITED);
      break;
    case 7:
      H5Pset_virtual(list, space, "elsewhere.h5", "x", space);
      break;
    default:
      break;
  }
  return list;
}

}  // namespace plumbline::fuzz
