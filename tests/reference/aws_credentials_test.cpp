// SPDX-License-Identifier: MIT
#include "core/file_system.hpp"
#include "reference/aws_credentials.hpp"
#include "reference/fixture.hpp"
#include "support/check_throws.hpp"
#include "support/working_folder.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

namespace {

using namespace vitrine;
using test::check_throws;
using test::RecordedAnswer;
using test::RecordedClient;
using test::Variables;

TEST_CASE("an AWS file is parsed as AWS parses it") {
    const AwsSections sections = parse_aws_file("# comment\n"
                                                "untracked = 1\n"
                                                "[default]\r\n"
                                                "region = eu-west-1 # here\n"
                                                "; comment\n"
                                                "s3 =\n"
                                                "  endpoint_url = http://nested\n"
                                                "\n"
                                                "[profile a b]\n"
                                                "AWS_Secret_Access_Key=a=b#c;d\n"
                                                "nonsense\n"
                                                "[open\n"
                                                "x = 1");
    using Settings = std::map<std::string, std::string>;
    const AwsSections expected = {
        {"default", Settings{{"region", "eu-west-1"}, {"s3", ""}}},
        {"profile a b", Settings{{"aws_secret_access_key", "a=b#c;d"}}},
        {"open", Settings{{"x", "1"}}},
    };
    CHECK(sections == expected);
    CHECK(parse_aws_file("").empty());
}

/// A home with AWS's files.
struct Home {
    Home() {
        test::write_text(folder.path() / ".aws/credentials",
                         "[default]\naws_access_key_id = AD\naws_secret_access_key = SD\n"
                         "[work]\naws_access_key_id = AW\naws_secret_access_key = SW\n"
                         "aws_session_token = TW\n[half]\naws_access_key_id = AH\n");
        test::write_text(folder.path() / ".aws/config",
                         "[default]\nregion = eu-west-1\n[profile work]\nregion = eu-west-2\n"
                         "endpoint_url = http://office/\naws_access_key_id = of-config\n"
                         "[profile role]\nrole_arn = arn\nsource_profile = work\n"
                         "[profile bare]\nregion = eu-west-3\n");
    }
    TemporaryDirectory folder;
};

TEST_CASE("credentials, region and endpoint are found in AWS's order") {
    const Home home;
    const std::string root = home.folder.path().native();
    test::write_text(home.folder.path() / "other",
                     "[default]\naws_access_key_id = AO\naws_secret_access_key = SO\n");
    struct Case {
        Variables variables;
        std::string keys; ///< "access secret token"; "" for none
        std::string region;
        std::string endpoint;
    };
    const Case cases[] = {
        {{}, "", "us-east-1", ""},
        {{{"HOME", root}}, "AD SD ", "eu-west-1", ""},
        {{{"HOME", root}, {"AWS_PROFILE", "work"}}, "AW SW TW", "eu-west-2", "http://office"},
        {{{"HOME", root}, {"AWS_DEFAULT_PROFILE", "work"}},
         "AW SW TW",
         "eu-west-2",
         "http://office"},
        {{{"HOME", root}, {"AWS_PROFILE", "bare"}}, "", "eu-west-3", ""},
        {{{"HOME", root}, {"AWS_ACCESS_KEY_ID", "AE"}, {"AWS_SECRET_ACCESS_KEY", "SE"}},
         "AE SE ",
         "eu-west-1",
         ""},
        {{{"AWS_ACCESS_KEY_ID", "AE"},
          {"AWS_SECRET_ACCESS_KEY", "SE"},
          {"AWS_SESSION_TOKEN", "TE"},
          {"AWS_REGION", "r1"},
          {"AWS_DEFAULT_REGION", "r2"}},
         "AE SE TE",
         "r1",
         ""},
        {{{"HOME", root}, {"AWS_ACCESS_KEY_ID", ""}}, "AD SD ", "eu-west-1", ""},
        {{{"HOME", root}, {"AWS_SHARED_CREDENTIALS_FILE", root + "/other"}},
         "AO SO ",
         "eu-west-1",
         ""},
        {{{"HOME", root}, {"AWS_CONFIG_FILE", "/nowhere"}}, "AD SD ", "us-east-1", ""},
    };
    int number = 0;
    for (const Case& expected : cases) {
        CAPTURE(number++);
        test::FakeTime time;
        const RemoteOptions options =
            test::options_with(std::make_shared<RecordedClient>([](const HttpRequest&) {
                                   return RecordedAnswer{.status = 404};
                               }),
                               expected.variables);
        const HttpSession session(options, time.timing());
        AwsCredentialProvider setup(session, Environment(options));
        const auto found = setup.credentials({});
        CHECK((found ? found->access_key + " " + found->secret_key + " " + found->session_token
                     : "") == expected.keys);
        CHECK(setup.region() == expected.region);
        CHECK(setup.endpoint() == expected.endpoint);
    }
}

TEST_CASE("a profile that cannot be used is an error, and requests are not sent unsigned") {
    const Home home;
    const std::string root = home.folder.path().native();
    struct Case {
        Variables variables;
        ErrorCode code;
        std::string message;
    };
    const Case cases[] = {
        {{{"HOME", root}, {"AWS_PROFILE", "missing"}},
         ErrorCode::InvalidArgument,
         "the AWS profile 'missing' is neither"},
        {{{"AWS_PROFILE", "default"}}, ErrorCode::InvalidArgument, "'default' is neither"},
        {{{"HOME", root}, {"AWS_PROFILE", "half"}},
         ErrorCode::InvalidArgument,
         "only one of its two keys"},
        {{{"HOME", root}, {"AWS_PROFILE", "role"}}, ErrorCode::Unsupported, "by 'role_arn'"},
        {{{"AWS_ACCESS_KEY_ID", "secret"}}, ErrorCode::InvalidArgument, "got one of them"},
    };
    for (const Case& expected : cases) {
        test::FakeTime time;
        const RemoteOptions options = test::options_with(nullptr, expected.variables);
        const HttpSession session(options, time.timing());
        AwsCredentialProvider setup(session, Environment(options));
        const std::string error =
            check_throws([&] { setup.credentials({}); }, expected.code, expected.message);
        CHECK(error.find("secret") == std::string::npos);
    }
}

constexpr const char* kKeys = R"({"AccessKeyId": "AC", "SecretAccessKey": "SC", "Token": "TC",
                                  "Expiration": "2023-11-14T23:13:20Z"})";

TEST_CASE("credentials of a container and of a machine are renewed before they expire") {
    const TemporaryDirectory folder;
    test::write_text(folder.path() / "token", "of-file\n");
    struct Case {
        Variables variables;
        std::string url;
        std::string authorization;
    };
    const std::string machine = "http://169.254.169.254/latest/meta-data/iam/security-credentials/";
    const Case cases[] = {
        {{{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x"}}, "http://169.254.170.2/v2/x", ""},
        {{{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/y"},
          {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "token"}},
         "http://localhost/y",
         "token"},
        {{{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/y"},
          {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", (folder.path() / "token").native()}},
         "http://localhost/y",
         "of-file"},
        {{{"AWS_EC2_METADATA_DISABLED", "false"}}, machine + "role", ""},
        {{{"AWS_EC2_METADATA_DISABLED", "false"},
          {"AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://[fd00:ec2::254]"}},
         "http://[fd00:ec2::254]/latest/meta-data/iam/security-credentials/role",
         ""},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.url);
        test::FakeTime time; // an hour before the end
        const auto client = std::make_shared<RecordedClient>([&](const HttpRequest& request) {
            CHECK(request.direct);
            if (request.url == expected.url) {
                return RecordedAnswer{.body = kKeys};
            }
            if (request.method == "PUT" && request.url.ends_with("/latest/api/token")) {
                return RecordedAnswer{.body = "proof"};
            }
            const bool is_proved = test::header_of(request, "X-aws-ec2-metadata-token") == "proof";
            return is_proved && request.url.ends_with("/security-credentials/")
                       ? RecordedAnswer{.body = "role\nother"}
                       : RecordedAnswer{.status = 404};
        });
        const RemoteOptions options = test::options_with(client, expected.variables);
        const HttpSession session(options, time.timing());
        AwsCredentialProvider setup(session, Environment(options));
        REQUIRE(setup.credentials({}));
        CHECK(setup.credentials({})->secret_key == "SC");
        CHECK(setup.credentials({})->session_token == "TC");
        const std::size_t asked = client->requests().size();
        CHECK(test::header_of(client->requests().back(), "Authorization") ==
              expected.authorization);
        time.now += std::chrono::minutes(54);
        setup.credentials({});
        CHECK(client->requests().size() == asked);
        time.now += std::chrono::minutes(1);
        setup.credentials({});
        CHECK(client->requests().size() == 2 * asked);
    }
}

TEST_CASE("without a credential service there are no credentials; its responses are checked") {
    struct Case {
        Variables variables;
        RecordedAnswer answer;
        ErrorCode code = {};
        std::string_view message = {}; ///< "" for no credentials and no error
    };
    const Variables container = {{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x"}};
    const Variables machine = {{"AWS_EC2_METADATA_DISABLED", "false"}};
    constexpr ErrorCode kFormat = ErrorCode::InvalidFormat;
    const Case cases[] = {
        {machine, {.status = 0}},
        {machine, {.status = 404}},
        {machine, {.body = "secret"}, kFormat, "the AWS credentials of this machine lack a key"},
        {container, {.status = 403}, ErrorCode::Io, "may not be read (status 403)"},
        {container,
         {.body = "secret"},
         kFormat,
         "the AWS credentials of this container lack a key"},
        {container, {.body = "[\"secret\"]"}, kFormat, "lack a key"},
        {container, {.body = R"({"AccessKeyId": "secret"})"}, kFormat, "lack a key"},
        {container,
         {.body = R"({"AccessKeyId": 1, "SecretAccessKey": "secret"})"},
         kFormat,
         "lack a key"},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.answer.body);
        test::FakeTime time;
        const RemoteOptions options = test::options_with(
            std::make_shared<RecordedClient>([&](const HttpRequest&) { return expected.answer; }),
            expected.variables);
        const HttpSession session(options, time.timing());
        AwsCredentialProvider setup(session, Environment(options));
        if (expected.message.empty()) {
            CHECK_FALSE(setup.credentials({}));
        } else {
            const std::string error =
                check_throws([&] { setup.credentials({}); }, expected.code, expected.message);
            CHECK(error.find("secret") == std::string::npos);
        }
        CHECK(time.waits.empty());
    }
}

} // namespace
