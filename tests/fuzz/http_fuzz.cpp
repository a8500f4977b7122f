// SPDX-License-Identifier: MIT
#include <vitrine/manifest/entry.hpp>

#include "fuzz/fuzz.hpp"
#include "reference/reference_handlers.hpp"
#include "support/recorded_client.hpp"

#include <memory>
#include <vector>

// An input is what a server answers: answers are separated by a line "%%", each has a line with
// its status, lines with headers, an empty line, and the body. The last one is repeated.

namespace {

using namespace vitrine;

std::string_view take_until(std::string_view& text, std::string_view end) {
    const std::string_view taken = text.substr(0, text.find(end));
    text.remove_prefix(std::min(text.size(), taken.size() + end.size()));
    return taken;
}

int status_of(std::string_view line) {
    int status = 0;
    for (const char c : line.substr(0, 3)) {
        status = status * 10 + (c - '0') % 10;
    }
    return std::abs(status);
}

test::RecordedAnswer answer_of(std::string_view text) {
    test::RecordedAnswer answer;
    answer.status = status_of(take_until(text, "\n"));
    while (!text.empty()) {
        std::string_view line = take_until(text, "\n");
        if (line.empty()) {
            break;
        }
        const std::string_view name = take_until(line, ": ");
        answer.headers.push_back({std::string(name), std::string(line)});
        if (name == "Location") {
            answer.redirect = line;
        }
    }
    answer.body = text;
    return answer;
}

std::vector<test::RecordedAnswer> answers_of(std::string_view text) {
    std::vector<test::RecordedAnswer> answers;
    do {
        answers.push_back(answer_of(take_until(text, "\n%%\n")));
    } while (!text.empty() && answers.size() < 16);
    return answers;
}

Timing still_time() {
    Timing timing;
    timing.wait = [](std::chrono::milliseconds time, const std::stop_token&) {
        fuzz::require(time.count() >= 0 && time <= std::chrono::minutes(1), "a pause is short");
    };
    timing.now = [] { return std::chrono::system_clock::from_time_t(1600000000); };
    timing.jitter = [] { return 0.5; };
    return timing;
}

/// Tracks a URI, and fetches what was found, with a server that gives these answers.
void follow(const std::vector<test::RecordedAnswer>& answers, std::string_view uri) {
    std::size_t next = 0;
    RemoteOptions options;
    options.client = std::make_shared<test::RecordedClient>([&](const HttpRequest&) {
        fuzz::require(next < 2000, "requests come to an end");
        return answers[std::min(next++, answers.size() - 1)];
    });
    options.environment = [](const std::string&) { return std::nullopt; };
    options.attempts = 2;
    options.max_bytes = 1 << 20;
    const ReferenceHandlers handlers(options, still_time());
    std::vector<Entry> entries;
    fuzz::accepts([&] { entries = handlers.track(uri, {.max_objects = 100}); });
    next = 0;
    if (!entries.empty()) {
        fuzz::accepts([&] { handlers.read(entries.front()); });
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    parse_http_date(std::string(text.substr(0, text.find('\n'))));
    const auto answers = answers_of(text);
    for (const auto& header : answers.front().headers) {
        parse_http_date(header.value);
    }
    follow(answers, "http://host/file.png");
    follow(answers, "s3://bucket/folder");
    follow(answers, "gs://bucket/folder");
    return 0;
}
