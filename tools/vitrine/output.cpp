// SPDX-License-Identifier: MIT
#include "output.hpp"

#include <vitrine/core/entry_path.hpp>
#include <vitrine/core/error.hpp>

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace vitrine::tool {

namespace {

constexpr std::size_t kBufferBytes = 64 * 1024;
constexpr auto kRedrawInterval = std::chrono::milliseconds(100);
constexpr std::string_view kReset = "\033[0m";
constexpr JsonStyle kDocument{.sort_keys = false, .indent = 2, .item_separator = ","};

std::string wrapped(bool color, std::string_view begin, std::string_view text) {
    if (!color) {
        return std::string(text);
    }
    return std::string(begin).append(text).append(kReset);
}

} // namespace

void Output::write(std::string_view bytes) {
    buffer_ += bytes;
    if (buffer_.size() >= kBufferBytes) {
        flush();
    }
}

void Output::line(std::string_view text) {
    write(text);
    write("\n");
}

void Output::document(const Json& json) {
    line(render_json(json, kDocument));
}

void Output::table(const TextTable& table) {
    write(color_ ? table.render(0, "\033[1m", kReset) : table.render());
}

void Output::flush() {
    std::string_view rest = buffer_;
    while (!rest.empty()) {
        const ssize_t written = ::write(STDOUT_FILENO, rest.data(), rest.size());
        if (written >= 0) {
            rest.remove_prefix(static_cast<std::size_t>(written));
            continue;
        }
        const int error = errno;
        if (error == EINTR) {
            continue;
        }
        // The bytes that could not be written must not be retried while the error is reported.
        buffer_.clear();
        if (error == EPIPE) {
            throw OutputClosed();
        }
        throw IoError("write to", "standard output",
                      std::error_code(error, std::generic_category()));
    }
    buffer_.clear();
}

std::string Output::heading(std::string_view text) const {
    return wrapped(color_, "\033[1m", text);
}

std::string Output::faint(std::string_view text) const {
    return wrapped(color_, "\033[2m", text);
}

void JsonArrayWriter::add(const Json& item) {
    out_.write(empty_ ? "[\n  " : ",\n  ");
    out_.write(render_json(item, kOrderedJson));
    empty_ = false;
}

void JsonArrayWriter::finish() {
    out_.write(empty_ ? "[]\n" : "\n]\n");
}

Messages::Messages(bool json, bool quiet, bool color)
    : json_(json), quiet_(quiet), color_(color),
      draws_(!quiet && ::isatty(STDERR_FILENO) == 1 && may_color(STDERR_FILENO, false)) {}

Messages::~Messages() {
    clear_progress();
}

void Messages::write(std::string_view text) {
    // There is no other place to report a message that cannot be written.
    while (!text.empty()) {
        const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
        if (written < 0 && errno != EINTR) {
            return;
        }
        text.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
    }
}

void Messages::log(std::string_view text) {
    if (!quiet_) {
        clear_progress();
        write(printable(text) + "\n");
    }
}

void Messages::warn(std::string_view text) {
    clear_progress();
    write(wrapped(color_, "\033[33m", "warning:") + " " + printable(text) + "\n");
}

void Messages::error(std::string_view code, std::string_view text) {
    clear_progress();
    if (json_) {
        const Json document = {{"error", {{"code", code}, {"message", json_text(text)}}}};
        write(render_json(document, kOrderedJson) + "\n");
        return;
    }
    write(wrapped(color_, "\033[1;31m", "error:") + " " + printable(text) + "\n");
}

void Messages::progress(const Progress& progress) {
    const auto now = std::chrono::steady_clock::now();
    if (!draws_ || (drawn_ && now - last_draw_ < kRedrawInterval)) {
        return;
    }
    std::string text = std::string(progress.activity) + " " + std::to_string(progress.done);
    if (progress.total > 0) {
        text += " of " + std::to_string(progress.total);
        text += " (" + std::to_string(progress.done * 100 / progress.total) + " %)";
    }
    if (progress.bytes > 0) {
        text += ", " + human_size(progress.bytes);
    }
    write("\r\033[K" + text);
    drawn_ = true;
    last_draw_ = now;
}

void Messages::clear_progress() {
    if (drawn_) {
        write("\r\033[K");
        drawn_ = false;
    }
}

bool may_color(int descriptor, bool no_color) {
    const char* refused = std::getenv("NO_COLOR");
    const char* terminal = std::getenv("TERM");
    return !no_color && (refused == nullptr || *refused == '\0') && terminal != nullptr &&
           std::string_view(terminal) != "dumb" && ::isatty(descriptor) == 1;
}

std::string json_text(std::string_view text) {
    return is_utf8(text) ? std::string(text) : printable(text);
}

} // namespace vitrine::tool
