// SPDX-License-Identifier: MIT
#include "run/history.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "engine/store/file_lock.hpp"

#include <string>
#include <utility>

namespace vitrine {

namespace {

constexpr std::size_t kMaxRowBytes = std::size_t{256} << 20;

} // namespace

std::int64_t step_of(const Json& row) {
    const auto step = row.is_object() ? row.find("_step") : row.end();
    // Integers that are not negative are read as unsigned.
    const bool valid = step != row.end() && step->is_number_unsigned() &&
                       step->get<std::uint64_t>() <= static_cast<std::uint64_t>(kMaxStep);
    if (!valid) {
        throw Error(ErrorCode::InvalidFormat, "'/_step': expected the number of a step");
    }
    return step->get<std::int64_t>();
}

History::History(std::shared_ptr<FileSystem> files, std::filesystem::path path)
    : files_(std::move(files)), path_(std::move(path)), file_(files_->open_for_appending(path_)) {
    if (!FileLock::try_lock(file_, path_, FileLock::Mode::Exclusive)) {
        throw Error(ErrorCode::Locked, concat("run ", quoted(path_.parent_path().native()),
                                              " is open elsewhere: a run's folder has one writer"));
    }
}

std::uint64_t History::read(const std::function<void(const Json&)>& visit) {
    std::string line;
    std::uint64_t number = 0;
    const auto take_line = [&](std::string_view rest) {
        line += rest;
        if (line.size() > kMaxRowBytes) {
            throw Error(ErrorCode::InvalidFormat, concat(quoted(path_.native()), ", line ",
                                                         number + 1, ": more than 256 MiB"));
        }
    };
    read_in_pieces(file_, path_, [&](std::span<const std::byte> piece) {
        std::string_view text(reinterpret_cast<const char*>(piece.data()), piece.size());
        for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
            take_line(text.substr(0, end));
            text.remove_prefix(end + 1);
            ++number;
            try {
                const Json row = parse_json(line);
                static_cast<void>(step_of(row));
                visit(row);
            } catch (Error& error) {
                error.add_context(concat(quoted(path_.native()), ", line ", number));
                throw;
            }
            size_ += line.size() + 1;
            line.clear();
        }
        take_line(text);
    });
    const std::uint64_t torn_bytes = file_size(file_, path_) - size_;
    if (torn_bytes > 0) {
        cut();
    }
    return torn_bytes;
}

void History::cut() {
    files_->truncate(file_, size_, path_);
    torn_ = false;
}

void History::append(const Json& row) {
    std::string line = render_json(row, kOrderedJson);
    line += '\n';
    if (line.size() > kMaxRowBytes) {
        throw Error(
            ErrorCode::InvalidArgument,
            concat("a row of the history has at most 256 MiB, got ", line.size(), " bytes"));
    }
    if (torn_) {
        cut();
    }
    torn_ = true;
    try {
        files_->write(file_, as_bytes(line), path_);
    } catch (Error& error) {
        try {
            cut();
        } catch (const Error& second) {
            // The next append or the next opening cuts it off.
            error.add_context(concat("left behind a torn line (", second.what(), ")"));
        }
        throw;
    }
    torn_ = false;
    size_ += line.size();
}

} // namespace vitrine
