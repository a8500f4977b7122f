// SPDX-License-Identifier: MIT
#include "golden/deviations.hpp"

#include "core/file_system.hpp"
#include "support/paths.hpp"

#include <doctest/doctest.h>

#include <array>
#include <filesystem>
#include <stdexcept>

namespace vitrine::golden {

namespace {

using Kind = Deviation::Kind;

constexpr std::array kParts = {"artifact", "cross", "documents", "image", "run", "table"};
constexpr std::uint64_t kMaxFileBytes = std::uint64_t{1} << 20;

Kind parse_kind(const std::string& text) {
    if (text == "refused") {
        return Kind::Refused;
    }
    if (text == "accepted") {
        return Kind::Accepted;
    }
    if (text == "differs") {
        return Kind::Differs;
    }
    throw std::runtime_error("unknown kind of deviation: " + text);
}

ErrorCode parse_code(const std::string& text) {
    for (const ErrorCode code :
         {ErrorCode::NotFound, ErrorCode::AlreadyExists, ErrorCode::InvalidArgument,
          ErrorCode::InvalidFormat, ErrorCode::Corruption, ErrorCode::Conflict,
          ErrorCode::Unsupported}) {
        if (to_string(code) == text) {
            return code;
        }
    }
    throw std::runtime_error("unknown code of a deviation: " + text);
}

Deviation parse_deviation(const Json& json) {
    Deviation deviation;
    deviation.test_case = json.at("case").get<std::string>();
    deviation.where = json.at("where").get<std::string>();
    deviation.kind = parse_kind(json.at("kind").get<std::string>());
    if (deviation.kind == Kind::Refused) {
        deviation.code = parse_code(json.at("code").get<std::string>());
    }
    deviation.patch = json.value("patch", Json());
    deviation.sdk = json.at("sdk").get<std::string>();
    deviation.vitrine = json.at("vitrine").get<std::string>();
    deviation.why = json.at("why").get<std::string>();
    return deviation;
}

} // namespace

const std::vector<Deviation>& deviations() {
    static const std::vector<Deviation> all = [] {
        std::vector<Deviation> parsed;
        for (const std::string part : kParts) {
            const auto path = test::test_data_dir() / "deviations" / (part + ".json");
            for (const Json& json : parse_json(read_file(path, kMaxFileBytes))) {
                parsed.push_back(parse_deviation(json));
            }
        }
        return parsed;
    }();
    return all;
}

const Deviation* find_deviation(std::string_view test_case, std::string_view where) {
    for (const auto& deviation : deviations()) {
        if (deviation.test_case == test_case && deviation.where == where) {
            return &deviation;
        }
    }
    return nullptr;
}

Json deviated(const Json& record, const Deviation& deviation) {
    Json changed = record;
    switch (deviation.kind) {
    case Kind::Refused:
        REQUIRE_FALSE(record.contains("error"));
        changed["error"] = Json{{"code", to_string(deviation.code)}};
        break;
    case Kind::Accepted:
        REQUIRE(record.contains("error"));
        changed.erase("error");
        [[fallthrough]];
    case Kind::Differs:
        if (!deviation.patch.is_null()) {
            changed.merge_patch(deviation.patch);
        }
        break;
    }
    REQUIRE(changed != record);
    return changed;
}

} // namespace vitrine::golden
