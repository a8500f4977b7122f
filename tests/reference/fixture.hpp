// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/reference/remote_options.hpp>

#include "reference/http_session.hpp"
#include "reference/reference_handlers.hpp"
#include "support/recorded_client.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace vitrine::test {

/// A clock that stands still, no jitter, and waits that take no time but are recorded.
struct FakeTime {
    std::vector<std::chrono::milliseconds> waits;
    std::chrono::system_clock::time_point now =
        std::chrono::system_clock::from_time_t(1'700'000'000);
    double jitter = 0;

    Timing timing() {
        Timing timing;
        timing.wait = [this](std::chrono::milliseconds time, const std::stop_token&) {
            waits.push_back(time);
        };
        timing.now = [this] { return now; };
        timing.jitter = [this] { return jitter; };
        return timing;
    }
};

using Variables = std::map<std::string, std::string>;

/// Options with an environment of these variables alone, and no machine's service to ask.
inline RemoteOptions options_with(std::shared_ptr<HttpClient> client, Variables variables = {}) {
    variables.try_emplace("AWS_EC2_METADATA_DISABLED", "true");
    variables.try_emplace("NO_GCE_CHECK", "true");
    RemoteOptions options;
    options.client = std::move(client);
    options.environment = [variables](const std::string& name) {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
    return options;
}

/// The handlers, over answers by "METHOD url"; any other request gets a 404.
struct Recorded {
    explicit Recorded(std::map<std::string, RecordedAnswer> answers, Variables variables = {})
        : client(std::make_shared<RecordedClient>([answers](const HttpRequest& request) {
              const auto found = answers.find(request.method + " " + request.url);
              return found == answers.end() ? RecordedAnswer{.status = 404} : found->second;
          })),
          handlers(options_with(client, std::move(variables)), time.timing()) {}

    FakeTime time;
    std::shared_ptr<RecordedClient> client;
    ReferenceHandlers handlers;
};

} // namespace vitrine::test
