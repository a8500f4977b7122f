// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>

namespace vitrine::test {

/// The folder of the test data that the project keeps (tests/data).
std::filesystem::path test_data_dir();

/// The folder of large data kept beside the project, or nothing where it is not there: then the
/// test case calls skip and returns.
std::optional<std::filesystem::path> shared_dir();

/// The folder of the data that the real W&B SDK wrote: golden in tests/data, else in the shared
/// folder.
std::optional<std::filesystem::path> golden_dir();

/// A folder on a disk, for what a file system in memory does not do; "" for wherever temporary
/// files go. (tools/test lets these be in memory.)
std::filesystem::path disk_dir();

} // namespace vitrine::test
