// SPDX-License-Identifier: MIT
// Precompiled for speed alone; see lib/pch/common.hpp.

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
