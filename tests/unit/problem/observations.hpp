// The kinds of observation that tests make in C++.
#pragma once

#include "problem/observations/class_label.hpp"
#include "problem/observations/crescent.hpp"
#include "problem/observations/event.hpp"
#include "problem/observations/inpainting.hpp"
#include "problem/observations/linear.hpp"
#include "problem/problem.hpp"
