// SPDX-License-Identifier: MIT
#include "core/framed_file.hpp"

#include <vitrine/core/error.hpp>

#include "core/damage.hpp"
#include "core/text.hpp"

#include <span>

namespace vitrine {

std::string FramedFile::read(std::uint64_t offset, std::uint64_t size) const {
    std::string bytes(size, '\0');
    if (read_at(file_, std::as_writable_bytes(std::span(bytes)), offset, path_) != size) {
        throw_damaged("unexpected end of the file");
    }
    return bytes;
}

void FramedFile::check_magic(std::string_view kind, std::string_view magic,
                             std::string_view stem) const {
    std::string start(magic.size(), '\0');
    start.resize(read_at(file_, std::as_writable_bytes(std::span(start)), 0, path_));
    if (start == magic) {
        return;
    }
    if (start.starts_with(stem)) {
        throw Error(ErrorCode::Unsupported,
                    concat(kind, " ", quoted(path_.native()),
                           " has a format that is newer than this program: expected ",
                           quoted(magic), ", got ", quoted(start)));
    }
    throw_damaged(concat("expected ", quoted(magic), " at its start, got ", quoted(start)));
}

} // namespace vitrine
