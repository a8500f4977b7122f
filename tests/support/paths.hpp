// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>

namespace vitrine::test {

/// The folder of the test data that the project keeps (tests/data).
std::filesystem::path test_data_dir();

/// The folder of large data beside the project; nothing if it does not exist: then the
/// test case calls skip and returns.
std::optional<std::filesystem::path> shared_dir();

/// The folder of the data that the real W&B SDK wrote: golden in tests/data, else in the shared
/// folder.
std::optional<std::filesystem::path> golden_dir();

/// A folder on a disk, for tests of what a file system in memory cannot do; "" for the folder of
/// temporary files. (tools/test puts those into memory.)
std::filesystem::path disk_dir();

} // namespace vitrine::test
