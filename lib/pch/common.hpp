// SPDX-License-Identifier: MIT
// Precompiled for speed alone (-Db_pch=false builds without it): what most sources include and
// what is slow to parse. Sources still include what they use.

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
