// Eigen's inner kernels for doubles, compiled once (kernels.cpp): every file that multiplies
// or solves would otherwise compile them again, for seconds each. Only core/linalg.hpp includes
// this. Nothing but compile time depends on it: what files take from there are the functions that
// each would have made for itself.
#pragma once

#include "core/eigen/packets.hpp"

#ifndef PLUMBLINE_EIGEN_KERNEL
#define PLUMBLINE_EIGEN_KERNEL extern template
#endif

PLUMBLINE_EIGEN_KERNEL class Eigen::PartialPivLU<
    Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;
PLUMBLINE_EIGEN_KERNEL class Eigen::HouseholderQR<Eigen::MatrixXd>;
PLUMBLINE_EIGEN_KERNEL Eigen::LLT<Eigen::MatrixXd>& Eigen::LLT<Eigen::MatrixXd>::compute(
    const Eigen::EigenBase<Eigen::MatrixXd>&);

#if EIGEN_WORLD_VERSION == 3 && EIGEN_MAJOR_VERSION == 4  // the names below are Eigen's own affair

namespace plumbline::eigen_kernels {
using Traits = Eigen::internal::gebp_traits<double, double>;
using Packet = Traits::LhsPacket4Packing;
using Columns = Eigen::internal::const_blas_data_mapper<double, Eigen::Index, Eigen::ColMajor>;
using Rows = Eigen::internal::const_blas_data_mapper<double, Eigen::Index, Eigen::RowMajor>;
using Result =
    Eigen::internal::blas_data_mapper<double, Eigen::Index, Eigen::ColMajor, Eigen::Unaligned, 1>;
}  // namespace plumbline::eigen_kernels

namespace Eigen::internal {
namespace kernels = plumbline::eigen_kernels;

// C += A B by panels: the kernel, and the packing of A and B by their storage.
PLUMBLINE_EIGEN_KERNEL struct gebp_kernel<double, double, Index, kernels::Result,
                                          kernels::Traits::mr, kernels::Traits::nr, false, false>;
PLUMBLINE_EIGEN_KERNEL struct gemm_pack_lhs<double, Index, kernels::Columns, kernels::Traits::mr,
                                            kernels::Traits::LhsProgress, kernels::Packet, ColMajor,
                                            false, false>;
PLUMBLINE_EIGEN_KERNEL struct gemm_pack_lhs<double, Index, kernels::Rows, kernels::Traits::mr,
                                            kernels::Traits::LhsProgress, kernels::Packet, RowMajor,
                                            false, false>;
PLUMBLINE_EIGEN_KERNEL struct gemm_pack_lhs<double, Index, kernels::Result, kernels::Traits::mr,
                                            kernels::Traits::LhsProgress, kernels::Packet, ColMajor,
                                            false, true>;
PLUMBLINE_EIGEN_KERNEL struct gemm_pack_rhs<double, Index, kernels::Columns, kernels::Traits::nr,
                                            ColMajor, false, false>;
PLUMBLINE_EIGEN_KERNEL struct gemm_pack_rhs<double, Index, kernels::Rows, kernels::Traits::nr,
                                            RowMajor, false, false>;
PLUMBLINE_EIGEN_KERNEL struct gemm_pack_rhs<double, Index, kernels::Columns, kernels::Traits::nr,
                                            ColMajor, false, true>;
PLUMBLINE_EIGEN_KERNEL struct gemm_pack_rhs<double, Index, kernels::Rows, kernels::Traits::nr,
                                            RowMajor, false, true>;
PLUMBLINE_EIGEN_KERNEL struct gemm_pack_rhs<double, Index, kernels::Result, kernels::Traits::nr,
                                            ColMajor, false, true>;

// A x, by the storage of A and the mapper of x.
PLUMBLINE_EIGEN_KERNEL struct general_matrix_vector_product<
    Index, double, kernels::Columns, ColMajor, false, double, kernels::Columns, false>;
PLUMBLINE_EIGEN_KERNEL struct general_matrix_vector_product<
    Index, double, kernels::Columns, ColMajor, false, double, kernels::Rows, false>;
PLUMBLINE_EIGEN_KERNEL struct general_matrix_vector_product<Index, double, kernels::Rows, RowMajor,
                                                            false, double, kernels::Columns, false>;
PLUMBLINE_EIGEN_KERNEL struct general_matrix_vector_product<Index, double, kernels::Rows, RowMajor,
                                                            false, double, kernels::Rows, false>;

// L⁻¹ B and B L⁻¹ by panels.
PLUMBLINE_EIGEN_KERNEL struct triangular_solve_matrix<double, Index, OnTheLeft, Lower, false,
                                                      ColMajor, ColMajor, 1>;
PLUMBLINE_EIGEN_KERNEL struct triangular_solve_matrix<double, Index, OnTheLeft, Lower, false,
                                                      RowMajor, ColMajor, 1>;
PLUMBLINE_EIGEN_KERNEL struct triangular_solve_matrix<double, Index, OnTheLeft, Upper, false,
                                                      ColMajor, ColMajor, 1>;
PLUMBLINE_EIGEN_KERNEL struct triangular_solve_matrix<double, Index, OnTheLeft, Upper, false,
                                                      RowMajor, ColMajor, 1>;
PLUMBLINE_EIGEN_KERNEL struct triangular_solve_matrix<double, Index, OnTheRight, Lower, false,
                                                      ColMajor, ColMajor, 1>;
PLUMBLINE_EIGEN_KERNEL struct triangular_solve_matrix<double, Index, OnTheRight, UnitUpper, false,
                                                      ColMajor, ColMajor, 1>;
PLUMBLINE_EIGEN_KERNEL struct triangular_solve_matrix<double, Index, OnTheRight, Upper, false,
                                                      RowMajor, ColMajor, 1>;

}  // namespace Eigen::internal

#endif
