// SPDX-License-Identifier: MIT
#include <vitrine/core/digest.hpp>

#include "core/percent.hpp"
#include "core/text.hpp"
#include "reference/curl_client.hpp"
#include "reference/fixture.hpp"
#include "reference/reference_handlers.hpp"
#include "support/check_throws.hpp"
#include "support/http_server.hpp"
#include "support/skip.hpp"

#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace {

using namespace vitrine;
using test::check_throws;
using test::Recorded;
using test::RecordedAnswer;
using test::RecordedClient;

std::string hmac(const std::string& key, const std::string& text) {
    unsigned char out[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), out, &size);
    return {reinterpret_cast<const char*>(out), size};
}

std::string after(const std::string& text, const std::string& mark, const std::string& until) {
    const std::size_t at = text.find(mark);
    if (at == std::string::npos) {
        return {};
    }
    const std::size_t start = at + mark.size();
    return text.substr(start, text.find(until, start) - start);
}

/// The query as the server puts it together for the signature: decoded, encoded, sorted.
std::string canonical_query(const std::string& target) {
    std::vector<std::string> parts;
    const std::size_t mark = target.find('?');
    std::string rest = mark == std::string::npos ? "" : target.substr(mark + 1) + "&";
    while (!rest.empty()) {
        const std::string part = rest.substr(0, rest.find('&'));
        rest.erase(0, part.size() + 1);
        const std::size_t equals = std::min(part.find('='), part.size());
        parts.push_back(
            percent_encode(percent_decode(part.substr(0, equals))) + "=" +
            percent_encode(percent_decode(part.substr(std::min(equals + 1, part.size())))));
    }
    std::ranges::sort(parts);
    std::string query;
    for (const std::string& part : parts) {
        query += (query.empty() ? "" : "&") + part;
    }
    return query;
}

/// The signature that AWS's documentation of Signature Version 4 demands for a request.
std::string signature_of(const test::ServedRequest& request, const std::string& secret,
                         const std::string& region) {
    const std::string authorization = request.header("Authorization");
    const std::string signed_headers = after(authorization, "SignedHeaders=", ",");
    std::string headers;
    for (std::string rest = signed_headers + ";"; !rest.empty();) {
        const std::string name = rest.substr(0, rest.find(';'));
        rest.erase(0, name.size() + 1);
        headers += name + ":" + request.header(name) + "\n";
    }
    const std::string canonical = request.method + "\n" +
                                  percent_encode(percent_decode(request.path()), "/") + "\n" +
                                  canonical_query(request.target) + "\n" + headers + "\n" +
                                  signed_headers + "\n" + request.header("x-amz-content-sha256");
    const std::string time = request.header("x-amz-date");
    const std::string date = time.substr(0, 8);
    const std::string scope = date + "/" + region + "/s3/aws4_request";
    const std::string to_sign =
        "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n" + sha256_of(canonical).hex();
    std::string key = hmac("AWS4" + secret, date);
    for (const std::string& part : {region, std::string("s3"), std::string("aws4_request")}) {
        key = hmac(key, part);
    }
    return render_hex(hmac(key, to_sign));
}

std::string listing(const std::vector<std::pair<std::string, int>>& objects,
                    const std::string& next = "") {
    std::string xml = R"(<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name>)"
                      "<EncodingType>url</EncodingType>";
    for (const auto& [key, size] : objects) {
        xml += concat("<Contents><Key>", percent_encode(key, "/"), "</Key><ETag>&quot;e-", size,
                      "&quot;</ETag><Size>", size, "</Size></Contents>");
    }
    return xml + "<IsTruncated>" + (next.empty() ? "false" : "true") + "</IsTruncated>" +
           (next.empty() ? "" : "<NextContinuationToken>" + next + "</NextContinuationToken>") +
           "</ListBucketResult>";
}

const std::string kS3Host = "https://my-bucket.s3.us-east-1.amazonaws.com/";
const std::string kList = kS3Host + "?encoding-type=url&list-type=2&prefix=";

TEST_CASE("an object of S3 gets the entry that W&B's handler makes") {
    Recorded s3({{"HEAD " + kS3Host + "dir/a%20b%2B.pb",
                  {.headers = {{"ETag", "\"abc\""},
                               {"Content-Length", "10"},
                               {"x-amz-version-id", "v.1"}}}},
                 {"HEAD " + kS3Host + "null",
                  {.headers = {{"ETag", "\"abc\""},
                               {"Content-Length", "10"},
                               {"x-amz-version-id", "null"}}}},
                 {"HEAD " + kS3Host + "empty",
                  {.headers = {{"ETag", "\"abc\""}, {"Content-Length", "0"}}}}});
    const Entry entry = s3.handlers.track("s3://my-bucket/dir/a b+.pb", {}).at(0);
    CHECK(entry.path.str() == "a b+.pb");
    CHECK(entry.digest == "abc");
    CHECK(entry.size == 10);
    CHECK(entry.ref == "s3://my-bucket/dir/a b+.pb");
    CHECK(render_json(entry.extra) == R"({"etag": "abc", "versionID": "v.1"})");
    CHECK(s3.handlers.track("s3://my-bucket/dir/a b+.pb", {.name = "n"}).at(0).path.str() == "n");
    CHECK(render_json(s3.handlers.track("s3://my-bucket/null", {}).at(0).extra) ==
          R"({"etag": "abc"})");
    CHECK(s3.handlers.track("s3://my-bucket/empty", {}).empty());
}

TEST_CASE("a folder of S3 is one entry for each object below it, page by page") {
    Recorded s3(
        {{"HEAD " + kS3Host + "marked/",
          {.headers = {{"ETag", "\"abc\""}, {"Content-Length", "0"}}}},
         {"GET " + kList + "marked%2F", {.body = listing({{"marked/", 0}, {"marked/x", 1}})}},
         {"GET " + kList + "dir%2F",
          {.body = listing({{"dir/z?#%41", 3}, {"dir/", 0}, {"dir/empty", 0}}, "to/ken=")}},
         {"GET " + kS3Host +
              "?continuation-token=to%2Fken%3D&encoding-type=url&list-type=2&prefix=dir%2F",
          {.body = listing({{"dir/s/b c", 2}})}},
         {"GET " + kList, {.body = listing({{"x", 1}})}}});
    for (const char* uri : {"s3://my-bucket/dir", "s3://my-bucket/dir/"}) {
        CAPTURE(uri);
        const auto entries = s3.handlers.track(uri, {});
        REQUIRE(entries.size() == 2);
        CHECK(entries[0].path.str() == "s/b c");
        CHECK(entries[0].ref == "s3://my-bucket/dir/s/b c");
        CHECK(entries[0].digest == "e-2");
        CHECK(entries[0].size == 2);
        CHECK(render_json(entries[0].extra) == R"({"etag": "e-2"})");
        CHECK(entries[1].path.str() == "z?#%41");
        CHECK(entries[1].ref == "s3://my-bucket/dir/z?#%41");
    }
    const auto named = s3.handlers.track("s3://my-bucket/dir", {.name = "to"});
    CHECK(named.at(0).path.str() == "to/s/b c");
    CHECK(named.at(0).ref == "s3://my-bucket/dir/s/b c");
    CHECK(s3.handlers.track("s3://my-bucket", {}).at(0).ref == "s3://my-bucket/x");
    CHECK(s3.handlers.track("s3://my-bucket/marked/", {}).at(0).path.str() == "x");

    const std::string error =
        check_throws([&] { s3.handlers.track("s3://my-bucket/dir", {.max_objects = 2}); },
                     ErrorCode::InvalidArgument);
    CHECK(error.find("exceeded 2 objects tracked") == 0);
    CHECK(s3.handlers.track("s3://my-bucket/dir", {.max_objects = 3}).size() == 2);
}

TEST_CASE("bad listings and responses are refused") {
    struct Case {
        std::string uri;
        std::string body;
        ErrorCode code;
        std::string message;
    };
    const Case cases[] = {
        {"dir", "no XML", ErrorCode::InvalidFormat,
         "expected the listing of 's3://my-bucket/dir/'"},
        {"dir", "<Other/>", ErrorCode::InvalidFormat, "expected the listing"},
        {"dir", listing({{"../evil", 1}}), ErrorCode::InvalidFormat, "which is not below it"},
        {"dir", listing({{"dir/../../evil", 1}}), ErrorCode::InvalidArgument, "'..'"},
        {"dir", listing({{"dir//evil", 1}}), ErrorCode::InvalidArgument, ""},
        {"dir", listing({{"dir/x", -1}}), ErrorCode::InvalidFormat, "expected the size"},
        {"dir", listing({}, "t"), ErrorCode::InvalidFormat, "does not end"},
        {"dir", "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
         ErrorCode::InvalidFormat, "names no next page"},
        {"dir", listing({}), ErrorCode::NotFound, "there is no object and no folder"},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.body);
        test::FakeTime time;
        const auto client = std::make_shared<RecordedClient>([&](const HttpRequest& request) {
            return request.method == "HEAD" ? RecordedAnswer{.status = 404}
                                            : RecordedAnswer{.body = expected.body};
        });
        const ReferenceHandlers handlers(test::options_with(client), time.timing());
        check_throws([&] { handlers.track("s3://my-bucket/" + expected.uri, {}); }, expected.code,
                     expected.message);
    }
}

TEST_CASE("an error quotes S3's message, and says if the request was unsigned") {
    const std::string body = "<Error><Code>AccessDenied</Code><Message>no &amp; never</Message>"
                             "<AWSAccessKeyId>AK</AWSAccessKeyId></Error>";
    struct Case {
        test::Variables variables;
        std::string message;
    };
    const Case cases[] = {
        {{}, "'AccessDenied' 'no & never', requested without credentials"},
        {{{"AWS_ACCESS_KEY_ID", "AK"}, {"AWS_SECRET_ACCESS_KEY", "secret"}},
         "'AccessDenied' 'no & never'"},
    };
    for (const Case& expected : cases) {
        Recorded s3({{"GET " + kList, {.status = 403, .body = body}}}, expected.variables);
        const std::string error =
            check_throws([&] { s3.handlers.track("s3://my-bucket", {}); }, ErrorCode::Io);
        CHECK(error == "'s3://my-bucket/' may not be read (status 403): " + expected.message);
    }
}

TEST_CASE("the region of a bucket is learnt from the response") {
    const std::vector<HttpHeader> there = {{"x-amz-bucket-region", "eu-west-1"}};
    Recorded s3({{"HEAD " + kS3Host + "x", {.status = 301, .headers = there}},
                 {"HEAD https://my-bucket.s3.eu-west-1.amazonaws.com/x",
                  {.headers = {{"ETag", "\"e\""}, {"Content-Length", "1"}}}}});
    CHECK(s3.handlers.track("s3://my-bucket/x", {}).size() == 1);
    CHECK(s3.handlers.track("s3://my-bucket/x", {}).size() == 1);
    CHECK(s3.client->requests().size() == 3);

    // A redirect to a region that is not a host name is not followed.
    Recorded lost({{"HEAD " + kS3Host + "x",
                    {.status = 301, .headers = {{"x-amz-bucket-region", "evil.com/"}}}}});
    check_throws([&] { lost.handlers.track("s3://my-bucket/x", {}); }, ErrorCode::Io);
    CHECK(lost.client->requests().size() == 1);
}

TEST_CASE("addresses follow the bucket, the region and the endpoint") {
    struct Case {
        std::string uri;
        test::Variables variables;
        std::string url;
    };
    const Case cases[] = {
        {"s3://bu/k", {}, "https://s3.us-east-1.amazonaws.com/bu/k"},
        {"s3://bucket/k",
         {{"AWS_REGION", "eu-west-1"}},
         "https://bucket.s3.eu-west-1.amazonaws.com/k"},
        {"s3://bucket/k",
         {{"AWS_DEFAULT_REGION", "cn-north-1"}},
         "https://bucket.s3.cn-north-1.amazonaws.com.cn/k"},
        {"s3://buc.ket/k", {}, "https://s3.us-east-1.amazonaws.com/buc.ket/k"},
        {"s3://Bucket_1/k", {}, "https://s3.us-east-1.amazonaws.com/Bucket_1/k"},
        {"s3://bucket/k", {{"AWS_ENDPOINT_URL", "http://h:9000/"}}, "http://h:9000/bucket/k"},
        {"s3://bucket/k",
         {{"AWS_ENDPOINT_URL", "http://x"}, {"AWS_ENDPOINT_URL_S3", "http://h:9000"}},
         "http://h:9000/bucket/k"},
        {"s3://bucket/k", {{"AWS_S3_ENDPOINT_URL", "http://h"}}, "http://h/bucket/k"},
        {"s3://bucket/a/../ä", {}, "https://bucket.s3.us-east-1.amazonaws.com/a/../%C3%A4"},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.url);
        Recorded s3(
            {{"HEAD " + expected.url, {.headers = {{"ETag", "\"e\""}, {"Content-Length", "1"}}}}},
            expected.variables);
        CHECK(s3.handlers.track(expected.uri, {.name = "n"}).size() == 1);
    }
}

TEST_CASE("an object is fetched and compared with what was recorded") {
    const std::string bytes = "0123456789";
    const std::string md5 = digests_of(bytes).md5.hex();
    const auto answer = [&](std::string etag, std::vector<HttpHeader> more = {}) {
        more.push_back({"ETag", "\"" + etag + "\""});
        more.push_back({"Content-Length", "10"});
        return RecordedAnswer{.headers = std::move(more), .body = bytes};
    };
    struct Case {
        std::string what;
        std::string digest;
        Json extra;
        std::string query;
        RecordedAnswer answer;
        std::string message; ///< "" for none
        ErrorCode code;
    };
    const std::string none = digests_of(std::string_view()).md5.hex();
    const Case cases[] = {
        {"as recorded", md5, {{"etag", md5}}, "", answer(md5), "", {}},
        {"of its version", md5, {{"versionID", "v/1"}}, "?versionId=v%2F1", answer(md5), "", {}},
        {"in parts", "abc-2", nullptr, "", answer("abc-2"), "", {}},
        {"never looked at", "s3://my-bucket/k", nullptr, "", answer("any"), "", {}},
        {"changed", "abc", nullptr, "", answer("def"), "expected ETag 'abc', got 'def'",
         ErrorCode::Conflict},
        {"damaged on the way", none, nullptr, "", answer(none), "is damaged: expected",
         ErrorCode::Corruption},
        {"encrypted",
         none,
         nullptr,
         "",
         answer(none, {{"x-amz-server-side-encryption", "aws:kms"}}),
         "",
         {}},
        {"gone", "abc", nullptr, "?", answer(md5), "is not there (status 404)",
         ErrorCode::NotFound},
    };
    for (const Case& expected : cases) {
        CAPTURE(expected.what);
        Recorded s3({{"GET " + kS3Host + "k" + expected.query, expected.answer}});
        Entry entry = untouched_entry("k", "s3://my-bucket/k");
        entry.digest = expected.digest;
        entry.size = 10;
        entry.extra = expected.extra;
        REQUIRE(s3.handlers.can_fetch(entry));
        StringSink sink;
        const auto fetch = [&] { s3.handlers.fetch(entry, sink, {}); };
        if (!expected.message.empty()) {
            const std::string error = check_throws(fetch, expected.code, expected.message);
            CHECK(error.find("'s3://my-bucket/k'") != std::string::npos);
        } else {
            fetch();
            CHECK(sink.text == bytes);
            CHECK(s3.handlers.read(entry) == bytes);
            CHECK(s3.handlers.read(entry) == bytes);
            CHECK(s3.client->requests().size() == 2); // what was read is kept
        }
    }
}

TEST_CASE("in a versioned bucket the recorded version is found by its ETag") {
    const std::string bytes = "0123456789";
    const auto versions = [](const std::string& items, const std::string& marks) {
        return RecordedAnswer{.body = "<ListVersionsResult>" + items + "<IsTruncated>" +
                                      (marks.empty() ? "false" : "true") + "</IsTruncated>" +
                                      marks + "</ListVersionsResult>"};
    };
    const auto version = [](const std::string& key, const std::string& etag,
                            const std::string& id) {
        return "<Version><Key>" + key + "</Key><ETag>&quot;" + etag + "&quot;</ETag><VersionId>" +
               id + "</VersionId></Version>";
    };
    const std::string first = "GET " + kS3Host + "?encoding-type=url&prefix=a%20k&versions=";
    const std::string second = "GET " + kS3Host +
                               "?encoding-type=url&key-marker=a%20k&prefix=a%20k&"
                               "version-id-marker=v2&versions=";
    const std::string marks =
        "<NextKeyMarker>a+k</NextKeyMarker><NextVersionIdMarker>v2</NextVersionIdMarker>";
    const RecordedAnswer old = {.headers = {{"ETag", "\"abc\""}}, .body = bytes};
    struct Case {
        std::map<std::string, RecordedAnswer> answers;
        ErrorCode code = {};
        std::string_view message = {}; ///< "" for none
    };
    const Case cases[] = {
        {{{first, versions(version("a+k", "new", "v3") + version("a+k", "abc", "v1"), "")},
          {"GET " + kS3Host + "a%20k?versionId=v1", old}}},
        {{{first, versions(version("a+k", "new", "v3"), marks)},
          {second, versions(version("a+k", "abc", "v1"), "")},
          {"GET " + kS3Host + "a%20k?versionId=v1", old}}},
        {{{first, versions(version("a+k", "new", "v3") + version("a+k2", "abc", "v1"), "")}},
         ErrorCode::Conflict,
         "expected ETag 'abc', got 'new'"},
        {{{first, versions(version("a+k", "new", "v3"), marks)}, {second, versions("", marks)}},
         ErrorCode::InvalidFormat,
         "does not end"},
        {{{first, {.status = 403}}}, ErrorCode::Conflict, "expected ETag 'abc', got 'new'"},
        {{{first, {.body = "<Error/>"}}}, ErrorCode::InvalidFormat, "expected the versions of"},
    };
    for (const Case& expected : cases) {
        auto answers = expected.answers;
        answers["GET " + kS3Host + "a%20k"] = {.headers = {{"ETag", "\"new\""}}, .body = "other"};
        Recorded s3(answers);
        Entry entry = untouched_entry("k", "s3://my-bucket/a k");
        entry.digest = "abc";
        entry.size = 10;
        StringSink sink;
        const auto fetch = [&] { s3.handlers.fetch(entry, sink, {}); };
        if (!expected.message.empty()) {
            check_throws(fetch, expected.code, expected.message);
        } else {
            fetch();
            CHECK(sink.text == bytes);
        }
    }
}

TEST_CASE("requests have the signature that AWS computes") {
    test::Variables variables = {{"AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"},
                                 {"AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCY"},
                                 {"AWS_SESSION_TOKEN", "tok/en+=="},
                                 {"AWS_REGION", "eu-central-1"}};
    const test::HttpServer server([](const test::ServedRequest& request, test::Connection& to) {
        if (request.method == "HEAD") {
            const bool is_folder = request.path() == "/bucket/dir";
            to.send(is_folder
                        ? test::http_answer(404, {}, "")
                        : test::http_answer(200, {{"ETag", "\"e\""}, {"Content-Length", "4"}}, ""));
        } else if (request.target.find("list-type") == std::string::npos) {
            to.send(test::http_answer(200, {{"ETag", "\"e\""}}, "data"));
        } else if (request.target.find("continuation-token") == std::string::npos) {
            to.send(test::http_answer(200, {}, listing({{"dir/a", 1}}, "next/+=")));
        } else {
            to.send(test::http_answer(200, {}, listing({{"dir/b", 2}})));
        }
    });
    variables["AWS_ENDPOINT_URL"] = server.url("");
    RemoteOptions options = test::options_with(nullptr, variables);
    options.client = make_curl_client(options);
    if (!options.client) {
        test::skip("this build has no libcurl");
        return;
    }
    const ReferenceHandlers handlers(options);
    const std::string keys[] = {"k", "a b+c=d&e/f?g#h", "ä/~.-_%41", "x//y", "(1)!*'@:,;$"};
    for (const std::string& key : keys) {
        CAPTURE(key);
        Entry entry = handlers.track("s3://bucket/" + key, {.name = "n"}).at(0);
        StringSink sink;
        entry.extra["versionID"] = "v 1/+";
        handlers.fetch(entry, sink, {});
        CHECK(sink.text == "data");
    }
    CHECK(handlers.track("s3://bucket/dir", {}).size() == 2);

    const auto requests = server.requests();
    CHECK(requests.size() == 2 * std::size(keys) + 3);
    for (const test::ServedRequest& request : requests) {
        CAPTURE(request.target);
        const std::string authorization = request.header("Authorization");
        CAPTURE(authorization);
        const std::string date = request.header("x-amz-date").substr(0, 8);
        CHECK(authorization.find("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/" + date +
                                 "/eu-central-1/s3/aws4_request") == 0);
        const std::string names = after(authorization, "SignedHeaders=", ",");
        for (const char* name :
             {"host", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"}) {
            CHECK(names.find(name) != std::string::npos);
        }
        CHECK(request.header("x-amz-security-token") == "tok/en+==");
        CHECK(after(authorization, "Signature=", ",") ==
              signature_of(request, variables.at("AWS_SECRET_ACCESS_KEY"), "eu-central-1"));
    }
}

TEST_CASE("the test's own signature is the one of AWS's documentation") {
    // "GET Object" of "Signature Calculations for the Authorization Header" (Amazon S3 API).
    test::ServedRequest request;
    request.method = "GET";
    request.target = "/test.txt";
    request.headers = {
        {"Host", "examplebucket.s3.amazonaws.com"},
        {"Range", "bytes=0-9"},
        {"x-amz-content-sha256",
         "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"x-amz-date", "20130524T000000Z"},
        {"Authorization", "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"}};
    CHECK(signature_of(request, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1") ==
          "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

} // namespace
