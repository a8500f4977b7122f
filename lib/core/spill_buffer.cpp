// SPDX-License-Identifier: MIT
#include "core/spill_buffer.hpp"

namespace vitrine {

void SpillBuffer::spill() {
    if (!folder_) {
        folder_.emplace();
        path_ = folder_->path() / "new_file";
        descriptor_ = files_.create_file(path_);
    }
    files_.write(descriptor_, as_bytes(memory_), path_);
    memory_.clear();
}

void SpillBuffer::finish() {
    if (folder_) {
        spill();
    }
}

void SpillBuffer::write_to(std::ostream& out) {
    finish();
    const auto write = [&](std::string_view bytes) {
        out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    };
    if (folder_) {
        read_in_pieces(open_for_reading(path_), path_, [&](std::span<const std::byte> piece) {
            write({reinterpret_cast<const char*>(piece.data()), piece.size()});
        });
    } else {
        write(memory_);
    }
}

std::optional<std::filesystem::path> SpillBuffer::file() const {
    return folder_ ? std::optional(path_) : std::nullopt;
}

SpillBuffer::int_type SpillBuffer::overflow(int_type c) {
    if (!traits_type::eq_int_type(c, traits_type::eof())) {
        const char byte = traits_type::to_char_type(c);
        xsputn(&byte, 1);
    }
    return traits_type::not_eof(c);
}

std::streamsize SpillBuffer::xsputn(const char* data, std::streamsize size) {
    memory_.append(data, static_cast<std::size_t>(size));
    if (memory_.size() > kMemoryLimit) {
        spill();
    }
    return size;
}

} // namespace vitrine
