// SPDX-License-Identifier: MIT
#pragma once

#include "support/disk_log.hpp"

#include <memory>

namespace vitrine::test {

/// While it lives, SQLite's databases and their journals are written to the same log as all other
/// files. It is SQLite's default way to files of the whole process; one at a time, and all
/// databases that are opened meanwhile must be closed before it goes. Real flushes are left out.
///
/// The shared memory of a database is no part of the log: it does not survive a power cut, and
/// SQLite makes it anew.
class RecordedVfs {
public:
    explicit RecordedVfs(std::shared_ptr<DiskLog> log);
    ~RecordedVfs();
    RecordedVfs(const RecordedVfs&) = delete;
    RecordedVfs& operator=(const RecordedVfs&) = delete;
};

} // namespace vitrine::test
