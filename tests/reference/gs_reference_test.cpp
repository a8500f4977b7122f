// SPDX-License-Identifier: MIT
#include <vitrine/core/digest.hpp>

#include "core/file_system.hpp"
#include "core/percent.hpp"
#include "core/text.hpp"
#include "reference/curl_client.hpp"
#include "reference/fixture.hpp"
#include "reference/google_credentials.hpp"
#include "reference/reference_handlers.hpp"
#include "support/check_throws.hpp"
#include "support/http_server.hpp"
#include "support/skip.hpp"
#include "support/working_folder.hpp"

#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <map>
#include <memory>
#include <string>

namespace {

using namespace vitrine;
using test::check_throws;
using test::Recorded;
using test::RecordedAnswer;
using test::RecordedClient;

const std::string kGsHost = "https://storage.googleapis.com/storage/v1/b/my-bucket/o";
const std::string kFields = "fields=name%2Csize%2Cmd5Hash%2Cetag%2Cgeneration";
const std::string kListFields =
    "fields=items%28name%2Csize%2Cmd5Hash%2Cetag%2Cgeneration%29%2CnextPageToken";

Json object(const std::string& name, const std::string& bytes,
            const std::string& generation = "7") {
    return {{"name", name},
            {"size", std::to_string(bytes.size())},
            {"md5Hash", digests_of(bytes).md5.base64()},
            {"etag", "E" + generation},
            {"generation", generation}};
}

RecordedAnswer json_answer(const Json& json) {
    return {.body = render_json(json)};
}

TEST_CASE("an object or folder of Google gets the entries that W&B's handler makes") {
    Json composed = object("c", "");
    composed.erase("md5Hash");
    Recorded gs(
        {{"GET " + kGsHost + "/dir%2Fa%20b?" + kFields, json_answer(object("dir/a b", "hello"))},
         {"GET " + kGsHost + "/c?" + kFields, json_answer(composed)},
         {"GET " + kGsHost + "?prefix=dir%2F&" + kListFields,
          json_answer({{"items", Json::array({object("dir/z", "z"), object("dir/", "")})},
                       {"nextPageToken", "p/2"}})},
         {"GET " + kGsHost + "?prefix=dir%2F&" + kListFields + "&pageToken=p%2F2",
          json_answer({{"items", Json::array({object("dir/empty", "")})}})},
         {"GET " + kGsHost + "?prefix=none%2F&" + kListFields, json_answer(Json::object())}});
    const Entry entry = gs.handlers.track("gs://my-bucket/dir/a b", {}).at(0);
    CHECK(entry.path.str() == "a b");
    CHECK(entry.digest == "XUFAKrxLKna5cZ2REBfFkg==");
    CHECK(entry.size == 5);
    CHECK(entry.ref == "gs://my-bucket/dir/a b");
    CHECK(render_json(entry.extra) == R"({"etag": "E7", "versionID": "7"})");
    CHECK(gs.handlers.track("gs://my-bucket/c", {}).at(0).digest == "E7");

    const auto entries = gs.handlers.track("gs://my-bucket/dir", {.name = "to"});
    REQUIRE(entries.size() == 2);
    CHECK(entries[0].path.str() == "to/empty");
    CHECK(entries[0].size == 0);
    CHECK(entries[1].path.str() == "to/z");
    CHECK(entries[1].ref == "gs://my-bucket/dir/z");

    struct Case {
        std::string uri;
        std::uint64_t max_objects;
        ErrorCode code;
        std::string message;
    };
    const Case cases[] = {
        {"gs://my-bucket/dir", 2, ErrorCode::InvalidArgument, "exceeded 2 objects tracked"},
        {"gs://my-bucket/none", 9, ErrorCode::NotFound, "there is no object and no folder"},
        {"gs://other/none", 9, ErrorCode::NotFound, "'gs://other/none/' is not there"},
    };
    for (const Case& expected : cases) {
        const std::string error = check_throws(
            [&] { gs.handlers.track(expected.uri, {.max_objects = expected.max_objects}); },
            expected.code);
        CHECK(error.find(expected.message) == 0);
    }
}

TEST_CASE("bad responses of Google's server are refused") {
    struct Case {
        RecordedAnswer answer;
        ErrorCode code;
        std::string message;
    };
    const Case cases[] = {
        {{.body = "no JSON"}, ErrorCode::InvalidFormat, "reading the server's description"},
        {{.body = "[]"}, ErrorCode::InvalidFormat, "expected an object"},
        {{.body = "{}"}, ErrorCode::InvalidFormat, "expected name and size"},
        {{.body = R"({"name": "k", "size": "-1"})"}, ErrorCode::InvalidFormat, "name and size"},
        {{.body = R"({"name": "k", "size": 5})"}, ErrorCode::InvalidFormat, "name and size"},
        {{.body = R"({"name": "other", "size": "5"})"},
         ErrorCode::InvalidFormat,
         "the server described 'other'"},
        {{.status = 403, .body = R"({"error": {"code": 403, "message": "no access"}})"},
         ErrorCode::Io,
         "(status 403): 'no access', requested without credentials"},
        {{.status = 401, .body = "{}"},
         ErrorCode::Io,
         "(status 401): requested without credentials"},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.answer.body);
        Recorded gs({{"GET " + kGsHost + "/k?" + kFields, expected.answer}});
        check_throws([&] { gs.handlers.track("gs://my-bucket/k", {}); }, expected.code,
                     expected.message);
    }
}

TEST_CASE("the recorded generation is fetched, or the current one if its bytes are the same") {
    const std::string bytes = "hello";
    const auto media = [&](const std::string& generation) {
        return "GET " + kGsHost + "/k?alt=media&generation=" + generation;
    };
    const std::string now = "GET " + kGsHost + "/k?" + kFields;
    struct Case {
        std::string what;
        Json version;
        std::map<std::string, RecordedAnswer> answers;
        std::string message;
        ErrorCode code;
    };
    const Case cases[] = {
        {"that generation",
         "7",
         {{now + "&generation=7", json_answer(object("k", bytes))}, {media("7"), {.body = bytes}}},
         "",
         {}},
        {"recorded as a number",
         7,
         {{now + "&generation=7", json_answer(object("k", bytes))}, {media("7"), {.body = bytes}}},
         "",
         {}},
        {"the same bytes again",
         "7",
         {{now, json_answer(object("k", bytes, "8"))}, {media("8"), {.body = bytes}}},
         "",
         {}},
        {"no generation recorded",
         nullptr,
         {{now, json_answer(object("k", bytes, "8"))}, {media("8"), {.body = bytes}}},
         "",
         {}},
        {"other bytes",
         "7",
         {{now, json_answer(object("k", "other", "8"))}},
         "'gs://my-bucket/k' has changed: expected MD5 'XUFAKrxLKna5cZ2REBfFkg==', got '",
         ErrorCode::Conflict},
        {"damaged on the way",
         "7",
         {{now, json_answer(object("k", bytes, "8"))}, {media("8"), {.body = "hallo"}}},
         "is damaged",
         ErrorCode::Corruption},
        {"gone", "7", {}, "is not there", ErrorCode::NotFound},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.what);
        Recorded gs(expected.answers);
        Entry entry = untouched_entry("k", "gs://my-bucket/k");
        entry.digest = digests_of(bytes).md5.base64();
        entry.size = bytes.size();
        if (!expected.version.is_null()) {
            entry.extra = {{"etag", "E7"}, {"versionID", expected.version}};
        }
        StringSink sink;
        const auto fetch = [&] { gs.handlers.fetch(entry, sink, {}); };
        if (!expected.message.empty()) {
            check_throws(fetch, expected.code, expected.message);
        } else {
            fetch();
            CHECK(sink.text == bytes);
            CHECK(test::header_of(gs.client->requests().back(), "Accept-Encoding") == "gzip");
        }
    }
}

struct Key {
    Key() : key(EVP_RSA_gen(2048), EVP_PKEY_free) {
        BIO* bio = BIO_new(BIO_s_mem());
        PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
        char* data = nullptr;
        const long size = BIO_get_mem_data(bio, &data);
        pem.assign(data, static_cast<std::size_t>(size));
        BIO_free(bio);
    }
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key;
    std::string pem;
};

std::string from_base64url(std::string text) {
    for (char& c : text) {
        c = c == '-' ? '+' : c == '_' ? '/' : c;
    }
    text.append((4 - text.size() % 4) % 4, '=');
    return parse_base64(text);
}

/// The claims of a token whose signature is right; null for another.
Json verified_claims(const std::string& token, const Key& key) {
    const std::size_t last = token.rfind('.');
    const std::string text = token.substr(0, last);
    const std::string signature = from_base64url(token.substr(last + 1));
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, key.key.get());
    const int verified = EVP_DigestVerify(
        context, reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
        reinterpret_cast<const unsigned char*>(text.data()), text.size());
    EVP_MD_CTX_free(context);
    const std::size_t first = text.find('.');
    const Json header = parse_json(from_base64url(text.substr(0, first)));
    return verified == 1 && header.at("alg") == "RS256"
               ? parse_json(from_base64url(text.substr(first + 1)))
               : Json(nullptr);
}

/// The value of a field of a form.
std::string field_of(const std::string& form, const std::string& name) {
    const std::string whole = "&" + form + "&";
    const std::size_t at = whole.find("&" + name + "=");
    if (at == std::string::npos) {
        return {};
    }
    const std::size_t start = at + name.size() + 2;
    return percent_decode(whole.substr(start, whole.find('&', start) - start));
}

TEST_CASE("tokens are requested with the credentials in Google's files") {
    const Key key;
    const TemporaryDirectory folder;
    int tokens = 0; // counted in one connection at a time
    const test::HttpServer server([&](const test::ServedRequest& request, test::Connection& to) {
        std::string body;
        if (request.method == "POST") {
            body = concat(R"({"access_token": "token-)", ++tokens,
                          R"(", "expires_in": 3600, "token_type": "Bearer"})");
        } else if (request.target.find("alt=media") != std::string::npos) {
            body = "hello";
        } else {
            body = render_json(object("k", "hello"));
        }
        to.send(test::http_answer(200, {}, body));
    });
    const std::string token_url = server.url("/token");
    test::write_text(folder.path() / "gcloud/application_default_credentials.json",
                     render_json(Json{{"type", "authorized_user"},
                                      {"client_id", "id"},
                                      {"client_secret", "se cret&"},
                                      {"refresh_token", "1//re+fresh="},
                                      {"token_uri", token_url}}));
    test::write_text(folder.path() / "service.json",
                     render_json(Json{{"type", "service_account"},
                                      {"client_email", "robot@example.com"},
                                      {"private_key_id", "kid-1"},
                                      {"private_key", key.pem},
                                      {"token_uri", token_url}}));
    const test::Variables cases[] = {
        {{"CLOUDSDK_CONFIG", (folder.path() / "gcloud").native()}},
        {{"GOOGLE_APPLICATION_CREDENTIALS", (folder.path() / "service.json").native()}},
    };
    for (test::Variables variables : cases) {
        const std::size_t before = server.requests().size();
        variables["STORAGE_EMULATOR_HOST"] = concat("127.0.0.1:", server.port());
        RemoteOptions options = test::options_with(nullptr, variables);
        options.client = make_curl_client(options);
        if (!options.client) {
            test::skip("this build has no libcurl");
            return;
        }
        test::FakeTime time;
        const ReferenceHandlers handlers(options, time.timing());
        const Entry entry = handlers.track("gs://bucket/k", {}).at(0);
        StringSink sink;
        handlers.fetch(entry, sink, {});
        CHECK(sink.text == "hello");
        time.now += std::chrono::minutes(55);
        handlers.track("gs://bucket/k", {});

        const auto requests = server.requests();
        REQUIRE(requests.size() == before + 6); // POST, GET; GET, GET; POST, GET
        const std::string form = requests[before].body;
        if (variables.contains("CLOUDSDK_CONFIG")) {
            CHECK(field_of(form, "grant_type") == "refresh_token");
            CHECK(field_of(form, "client_secret") == "se cret&");
            CHECK(field_of(form, "refresh_token") == "1//re+fresh=");
        } else {
            CHECK(field_of(form, "grant_type") == "urn:ietf:params:oauth:grant-type:jwt-bearer");
            const Json claims = verified_claims(field_of(form, "assertion"), key);
            CHECK(render_json(claims) ==
                  concat(R"({"aud": ")", token_url,
                         R"(", "exp": 1700003600, "iat": 1700000000, "iss": "robot@example.com", )",
                         R"("scope": "https://www.googleapis.com/auth/devstorage.read_only"})"));
        }
        const std::string first = requests[before + 1].header("Authorization");
        CHECK(first.find("Bearer token-") == 0);
        CHECK(requests[before + 3].header("Authorization") == first);
        CHECK(requests[before + 5].header("Authorization") != first);
    }
}

TEST_CASE("a machine of Google provides a token; other machines do not") {
    struct Case {
        test::Variables variables;
        RecordedAnswer answer;
        std::string token; ///< "" for none
    };
    const RecordedAnswer good = {.body = R"({"access_token": "t", "expires_in": 60})"};
    const Case cases[] = {
        {{{"NO_GCE_CHECK", "false"}}, good, "t"},
        {{{"NO_GCE_CHECK", "false"}, {"GCE_METADATA_HOST", "metadata.google.internal"}}, good, "t"},
        {{{"NO_GCE_CHECK", "false"}}, {.status = 404}, ""},
        {{{"NO_GCE_CHECK", "false"}}, {.status = 0}, ""},
        {{{"NO_GCE_CHECK", "true"}}, good, ""},
        {{{"NO_GCE_CHECK", "false"}, {"STORAGE_EMULATOR_HOST", "h"}}, good, ""},
    };
    for (const Case& expected : cases) {
        test::FakeTime time;
        const auto client = std::make_shared<RecordedClient>([&](const HttpRequest& request) {
            CHECK(request.direct);
            CHECK(test::header_of(request, "Metadata-Flavor") == "Google");
            CHECK(request.url == "http://metadata.google.internal/computeMetadata/v1/instance/"
                                 "service-accounts/default/token");
            return expected.answer;
        });
        const RemoteOptions options = test::options_with(client, expected.variables);
        const HttpSession session(options, time.timing());
        GoogleCredentialProvider setup(session, Environment(options));
        CHECK(setup.access_token({}).value_or("") == expected.token);
        CHECK(time.waits.empty());
    }
}

TEST_CASE("Google credentials that cannot be used are an error that reveals nothing of them") {
    const TemporaryDirectory folder;
    const std::string file = (folder.path() / "c.json").native();
    struct Case {
        std::string text;
        RecordedAnswer answer;
        ErrorCode code;
        std::string message;
    };
    const std::string user = R"({"type": "authorized_user", "client_id": "i",
                                 "client_secret": "s3cret", "refresh_token": "s3cret"})";
    const Case cases[] = {
        {"s3cret", {}, ErrorCode::InvalidFormat, "expected a JSON object in"},
        {"[\"s3cret\"]", {}, ErrorCode::InvalidFormat, "expected a JSON object in"},
        {"{}", {}, ErrorCode::InvalidFormat, "lack 'type'"},
        {R"({"type": "external_account"})", {}, ErrorCode::Unsupported, "'external_account'"},
        {R"({"type": "authorized_user", "client_id": "s3cret"})",
         {},
         ErrorCode::InvalidFormat,
         "lack 'client_secret'"},
        {R"({"type": "service_account", "client_email": "e", "private_key": "s3cret"})",
         {},
         ErrorCode::InvalidFormat,
         "no RSA key in PEM"},
        {user,
         {.status = 400, .body = "s3cret"},
         ErrorCode::Io,
         "returned no access token (status 400)"},
        {user, {.body = "s3cret"}, ErrorCode::InvalidFormat, "the response with the access token"},
        {user, {.body = R"({"access_token": "s3cret"})"}, ErrorCode::InvalidFormat, "'expires_in'"},
        {user,
         {.body = R"({"access_token": "s3cret", "expires_in": -1})"},
         ErrorCode::InvalidFormat,
         "'expires_in'"},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.text);
        test::write_text(file, expected.text);
        test::FakeTime time;
        const RemoteOptions options = test::options_with(
            std::make_shared<RecordedClient>([&](const HttpRequest&) { return expected.answer; }),
            {{"GOOGLE_APPLICATION_CREDENTIALS", file}});
        const HttpSession session(options, time.timing());
        GoogleCredentialProvider setup(session, Environment(options));
        const std::string error =
            check_throws([&] { setup.access_token({}); }, expected.code, expected.message);
        CHECK(error.find("using Google credentials: ") == 0);
        CHECK(error.find("s3cret") == std::string::npos);
    }
    test::FakeTime time;
    const RemoteOptions missing =
        test::options_with(nullptr, {{"GOOGLE_APPLICATION_CREDENTIALS", "/nowhere/c.json"}});
    const HttpSession session(missing, time.timing());
    GoogleCredentialProvider setup(session, Environment(missing));
    check_throws([&] { setup.access_token({}); }, ErrorCode::NotFound);
}

} // namespace
