// Eigen's inner kernels, here for all files.
#define PLUMBLINE_EIGEN_KERNEL template
#include "core/eigen/kernels.hpp"
