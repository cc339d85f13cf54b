// Random orders that are the same in every program run.
#pragma once

#include <cstdint>
#include <vector>

#include "core/types.hpp"

namespace plumbline {

class Rng;

/// 0, 1, … count − 1.
std::vector<Index> numbered(Index count);
/// Every order of `order` is as likely (Fisher & Yates); draw `deal` of the stream.
void shuffle(std::vector<Index>& order, const Rng& rng, std::uint64_t deal);

}  // namespace plumbline
