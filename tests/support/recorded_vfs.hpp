// SPDX-License-Identifier: MIT
#pragma once

#include "support/disk_log.hpp"

#include <memory>

namespace vitrine::test {

/// While it exists, changes of SQLite's databases and journals go to the same log as those of other
/// files. It is the default VFS of the whole process: there must be only one at a time, and all
/// databases opened meanwhile must be closed before it is destroyed. Files are not really flushed.
///
/// The shared memory of a database is not logged: it does not survive a power cut, and SQLite
/// rebuilds it.
class RecordedVfs {
public:
    explicit RecordedVfs(std::shared_ptr<DiskLog> log);
    ~RecordedVfs();
    RecordedVfs(const RecordedVfs&) = delete;
    RecordedVfs& operator=(const RecordedVfs&) = delete;
};

} // namespace vitrine::test
