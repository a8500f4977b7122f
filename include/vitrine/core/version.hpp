// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>

/// The version of the headers that a program is compiled with, as `major.minor.patch`. Before 1.0
/// a new minor version may change the API.
#define VITRINE_VERSION_MAJOR 0
#define VITRINE_VERSION_MINOR 1
#define VITRINE_VERSION_PATCH 0
/// The same as text.
#define VITRINE_VERSION "0.1.0"
