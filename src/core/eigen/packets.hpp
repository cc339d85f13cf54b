// Eigen with packets of at most four doubles, whatever the rest is compiled for: the order of its
// sums goes with the width, and results must not (core/README §3). Every file that knows Eigen
// knows it from here, so that all agree on how its types are aligned.
#pragma once

#pragma push_macro("__AVX512F__")
#undef __AVX512F__
#include <Eigen/Dense>
#pragma pop_macro("__AVX512F__")

#ifdef EIGEN_VECTORIZE_AVX512
#error "Eigen was included before core/eigen/packets.hpp, with packets of another width"
#endif
