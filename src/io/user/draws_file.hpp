// Draws made elsewhere: HDF5, .npz, .npy or text, as one or several sets of n draws.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/linalg.hpp"

namespace plumbline {

/// One set of draws, every number finite, n ≥ 2.
struct GivenDraws {
  HostMatrix x;      ///< [n, d]
  HostVector log_w;  ///< [n], normalised, −∞ where a draw has no weight; empty: equal weights
  /// Rows chain · chain_length + i are draws of one Markov chain, brought into that order; 0: the
  /// draws are independent.
  Index chain_length = 0;
  std::string problem_hash = {};  ///< of the problem that they are draws of; "" where nobody says
};

/// The sets of a file: one, or one per replicate.
///
///   .h5 .hdf5 .nc .npz    x [n], [n, d] or [replicate, n, d]; log_w [n] or [replicate, n] where
///                         there are weights, in any normalisation; of Markov chains `chain` [n]
///                         or [replicate, n], a whole number that says whose draw a row is, or the
///                         number chain_length, of HDF5 an attribute as well: so many rows at a
///                         time are a chain; nothing else but what `plumbline draw` writes; the
///                         attribute (.npz: text) problem_hash says of which problem
///   .npy                  [n], [n, d] or [replicate, n, d]
///   .csv .tsv .txt .dat   a draw per line; a column is log_w, or chain, when the header says so
///
/// Chains have one length throughout a file, and no weights.
///
/// SpecError that names the file, what is wrong where, and what is allowed.
std::vector<GivenDraws> read_draws(const std::filesystem::path& path);

}  // namespace plumbline
