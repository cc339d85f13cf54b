// The blocks of mixture/block.hpp under the name that diffusion/detail includes.
#pragma once

#include "mixture/block.hpp"
