// SPDX-License-Identifier: MIT
#include "golden/stand_in.hpp"

#include "support/recorded_client.hpp"

#include <optional>
#include <string_view>

namespace vitrine::golden {

namespace {

using test::RecordedAnswer;

constexpr const char* kDigest = "1234567890abcde";

/// The headers that the step of the artifact names.
RecordedAnswer http_answer(const Json& golden_case, const std::string& artifact) {
    RecordedAnswer answer;
    for (const Json& step : golden_case.at("steps")) {
        if (step.at("do") == "artifact" && step.at("artifact") == artifact) {
            for (const auto& [name, value] : step.at("mock_headers").items()) {
                answer.headers.push_back({name, value.get<std::string>()});
            }
        }
    }
    return answer;
}

RecordedAnswer s3_answer(const std::string& artifact) {
    return {.headers = {{"ETag", "\"" + std::string(kDigest) + "\""},
                        {"x-amz-version-id", artifact == "nover" ? "null" : "1"},
                        {"Content-Length", artifact == "zero" ? "0" : "10"}}};
}

Json gs_object(const char* name) {
    return {{"name", name},
            {"md5Hash", kDigest},
            {"etag", kDigest},
            {"generation", "1"},
            {"size", "10"}};
}

RecordedAnswer answer_to(const HttpRequest& request, const Json& golden_case,
                         const std::string& artifact) {
    const std::string url = request.url.substr(0, request.url.find('?'));
    if (url.starts_with("http://example.com/") || url.starts_with("https://example.com/")) {
        return http_answer(golden_case, artifact);
    }
    if (url == "https://my-bucket.s3.us-east-1.amazonaws.com/my_object.pb") {
        return s3_answer(artifact);
    }
    const std::string bucket = "https://storage.googleapis.com/storage/v1/b/my-bucket/o";
    if (url == bucket + "/my_object.pb") {
        return {.body = render_json(gs_object("my_object.pb"))};
    }
    if (url == bucket) {
        return {.body =
                    render_json(Json{{"items", Json::array({gs_object("my_object.pb"),
                                                            gs_object("my_other_object.pb")})}})};
    }
    return {.status = 404};
}

} // namespace

RemoteOptions stand_in(const Json& golden_case, const std::string& artifact) {
    RemoteOptions options;
    options.client = std::make_shared<test::RecordedClient>(
        [&](const HttpRequest& request) { return answer_to(request, golden_case, artifact); });
    options.environment = [](const std::string& name) -> std::optional<std::string> {
        const bool is_switch = name == "AWS_EC2_METADATA_DISABLED" || name == "NO_GCE_CHECK";
        return is_switch ? std::optional<std::string>("true") : std::nullopt;
    };
    return options;
}

} // namespace vitrine::golden
