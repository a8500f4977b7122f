// SPDX-License-Identifier: MIT
#include "reference/curl_client.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "reference/environment.hpp"
#include "reference/http_session.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace vitrine {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::uint64_t kFewBytes = 1024; ///< as RemoteOptions::stall_timeout says
/// The largest head of a response that is accepted.
constexpr std::size_t kHeadLimit = 256 * 1024;
/// The longest sleep between two checks of the clock.
constexpr milliseconds kLongestWait{1000};

/// The caller's options that concern the client.
struct Settings {
    milliseconds connect_timeout;
    milliseconds stall_timeout;
    std::optional<std::string> certificates;
    std::optional<std::filesystem::path> netrc; ///< if the file exists
};

struct FreeUrl {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct FreeEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct FreeMulti {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using UrlHandle = std::unique_ptr<CURLU, FreeUrl>;
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

/// A connection, open or not yet opened, for successive requests. The easy handle must be destroyed
/// before the multi handle, which owns its connections.
struct Channel {
    std::unique_ptr<CURLM, FreeMulti> multi{curl_multi_init()};
    std::unique_ptr<CURL, FreeEasy> easy{curl_easy_init()};
};

std::string part_of(CURLU* url, CURLUPart part) {
    char* text = nullptr;
    if (curl_url_get(url, part, &text, 0) != CURLUE_OK) {
        return {};
    }
    std::string copy(text);
    curl_free(text);
    return copy;
}

/// Parses a URL, percent-encoding characters that a URL must not contain. Throws: InvalidArgument.
UrlHandle parse_url(const std::string& text) {
    UrlHandle url(curl_url());
    const CURLUcode code =
        curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_URLENCODE | CURLU_PATH_AS_IS);
    if (code != CURLUE_OK) {
        throw Error(ErrorCode::InvalidArgument,
                    concat(quoted(redact_url(text)), " is not a URL: ", curl_url_strerror(code)));
    }
    return url;
}

/// Resolves `location` against `base`; returns it unchanged if that fails.
std::string resolve(const std::string& base, const std::string& location) {
    const UrlHandle url = parse_url(base);
    if (curl_url_set(url.get(), CURLUPART_URL, location.c_str(),
                     CURLU_URLENCODE | CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
        return location;
    }
    return part_of(url.get(), CURLUPART_URL);
}

bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// Whether a retry may help.
bool is_transient(CURLcode code) {
    constexpr CURLcode kTransient[] = {CURLE_COULDNT_RESOLVE_PROXY,
                                       CURLE_COULDNT_RESOLVE_HOST,
                                       CURLE_COULDNT_CONNECT,
                                       CURLE_PARTIAL_FILE,
                                       CURLE_OPERATION_TIMEDOUT,
                                       CURLE_SSL_CONNECT_ERROR,
                                       CURLE_GOT_NOTHING,
                                       CURLE_SEND_ERROR,
                                       CURLE_RECV_ERROR,
                                       CURLE_HTTP2,
                                       CURLE_HTTP2_STREAM,
                                       CURLE_WEIRD_SERVER_REPLY};
    return std::ranges::find(kTransient, code) != std::end(kTransient);
}

/// A running exchange: collects the head, passes the body on, and stores an exception of the
/// receiver until libcurl has returned.
class Transfer {
public:
    Transfer(const HttpRequest& request, HttpReceiver& receiver)
        : request_(request), receiver_(receiver) {}

    static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self) {
        auto& transfer = *static_cast<Transfer*>(self);
        return transfer.guard([&] {
            return transfer.header({data, size * count});
        })
                   ? size * count
                   : CURL_WRITEFUNC_ERROR;
    }
    static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self) {
        auto& transfer = *static_cast<Transfer*>(self);
        return transfer.guard([&] {
            return transfer.body({data, size * count});
        })
                   ? size * count
                   : CURL_WRITEFUNC_ERROR;
    }

    std::uint64_t received() const noexcept { return received_; }
    bool is_unwanted() const noexcept { return is_unwanted_; }
    bool is_complete() const noexcept { return is_complete_; }
    void rethrow() const {
        if (thrown_) {
            std::rethrow_exception(thrown_);
        }
    }
    HttpResponse take() { return std::move(response_); }

private:
    template <class Action>
    bool guard(const Action& action) {
        try {
            return action();
        } catch (...) {
            thrown_ = std::current_exception();
            return false;
        }
    }

    bool header(std::string_view line) {
        received_ += line.size();
        head_size_ += line.size();
        if (head_size_ > kHeadLimit) {
            throw Error(ErrorCode::InvalidFormat,
                        concat("the header of the response of ", quoted(redact_url(request_.url)),
                               " is larger than ", kHeadLimit, " bytes"));
        }
        while (line.ends_with('\n') || line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        if (is_complete_) {
            return true; // a trailer
        }
        if (line.starts_with("HTTP/")) {
            response_ = {};
            const std::size_t blank = std::min(line.find(' '), line.size());
            response_.status = std::atoi(std::string(line.substr(blank)).c_str());
            return true;
        }
        if (line.empty()) {
            return response_.status < 200 || complete();
        }
        if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
            std::string_view value = line.substr(colon + 1);
            value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
            value = value.substr(0, value.find_last_not_of(" \t") + 1);
            response_.headers.push_back({std::string(line.substr(0, colon)), std::string(value)});
        }
        return true;
    }

    bool complete() {
        is_complete_ = true;
        const std::string* location = response_.find("Location");
        if (is_redirect(response_.status) && location != nullptr) {
            response_.redirect = resolve(request_.url, *location);
        }
        is_unwanted_ = !receiver_.on_response(response_);
        return !is_unwanted_;
    }

    bool body(std::string_view bytes) {
        received_ += bytes.size();
        receiver_.on_data(std::as_bytes(std::span(bytes.data(), bytes.size())));
        return true;
    }

    const HttpRequest& request_;
    HttpReceiver& receiver_;
    HttpResponse response_;
    std::size_t head_size_ = 0;
    std::uint64_t received_ = 0;
    bool is_complete_ = false;
    bool is_unwanted_ = false;
    std::exception_ptr thrown_;
};

HeaderList header_list(const HttpRequest& request, CURLU* url) {
    curl_slist* list = nullptr;
    const auto append = [&](const std::string& line) {
        list = curl_slist_append(list, line.c_str());
    };
    for (const HttpHeader& header : request.headers) {
        append(header.name + ": " + header.value);
    }
    // Without this header libcurl signs the host without its port.
    if (const std::string port = part_of(url, CURLUPART_PORT); request.signing && !port.empty()) {
        append("Host: " + part_of(url, CURLUPART_HOST) + ":" + port);
    }
    append("Expect:"); // or a body would wait for status 100
    return HeaderList(list);
}

class CurlClient : public HttpClient {
public:
    explicit CurlClient(Settings settings) : settings_(std::move(settings)) {}

    HttpResponse send(const HttpRequest& request, HttpReceiver& receiver) override {
        // Only when it is needed, since it is slow.
        static std::once_flag once;
        std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
        Channel channel = take_channel();
        Transfer transfer(request, receiver);
        const UrlHandle url = parse_url(request.url);
        const HeaderList headers = header_list(request, url.get());
        std::string message(CURL_ERROR_SIZE, '\0');
        set_up(channel.easy.get(), request, transfer, url.get(), headers.get(), message.data());
        const CURLcode code = perform(channel, request, transfer);
        message.resize(message.find('\0'));
        if (code == CURLE_OK || transfer.is_unwanted()) {
            curl_easy_reset(channel.easy.get());
            give_back(std::move(channel));
        }
        transfer.rethrow();
        if (code != CURLE_OK && !transfer.is_unwanted()) {
            fail(request, code, message);
        }
        if (!transfer.is_complete()) {
            throw TransferError(concat(quoted(redact_url(request.url)),
                                       " ended within the header of its response"));
        }
        return transfer.take();
    }

private:
    void set_up(CURL* easy, const HttpRequest& request, Transfer& transfer, CURLU* url,
                curl_slist* headers, char* message) const {
        const auto set = [&](CURLoption option, auto value) {
            if (const CURLcode code = curl_easy_setopt(easy, option, value); code != CURLE_OK) {
                throw Error(ErrorCode::Unsupported,
                            concat("this libcurl refuses an option that is needed: ",
                                   curl_easy_strerror(code)));
            }
        };
        set(CURLOPT_CURLU, url);
        set(CURLOPT_PROTOCOLS_STR, "http,https");
        set(CURLOPT_PATH_AS_IS, 1L);
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_USERAGENT, "vitrine");
        set(CURLOPT_ERRORBUFFER, message);
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
        set(CURLOPT_HTTPHEADER, headers);
        set(CURLOPT_HEADERFUNCTION, &Transfer::on_header);
        set(CURLOPT_HEADERDATA, static_cast<void*>(&transfer));
        set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
        set(CURLOPT_WRITEDATA, static_cast<void*>(&transfer));
        const milliseconds connect = request.connect_timeout.count() > 0
                                         ? request.connect_timeout
                                         : settings_.connect_timeout;
        set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connect.count()));
        if (settings_.certificates) {
            const bool is_folder = std::filesystem::is_directory(*settings_.certificates);
            set(is_folder ? CURLOPT_CAPATH : CURLOPT_CAINFO, settings_.certificates->c_str());
        }
        if (request.netrc && settings_.netrc) {
            set(CURLOPT_NETRC_FILE, settings_.netrc->c_str());
            set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_OPTIONAL));
        }
        if (request.direct) {
            set(CURLOPT_NOPROXY, "*");
        }
        if (request.method == "HEAD") {
            set(CURLOPT_NOBODY, 1L);
        } else if (!request.body.empty() || request.method == "PUT") {
            set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
            set(CURLOPT_COPYPOSTFIELDS, request.body.c_str());
            set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
        }
        if (const auto& signing = request.signing) {
            set(CURLOPT_AWS_SIGV4,
                concat("aws:amz:", signing->region, ":", signing->service).c_str());
            set(CURLOPT_USERNAME, signing->access_key.c_str());
            set(CURLOPT_PASSWORD, signing->secret_key.c_str());
        }
    }

    /// Performs the transfer, and fails it if it stalls.
    CURLcode perform(const Channel& channel, const HttpRequest& request,
                     const Transfer& transfer) const {
        CURLM* const multi = channel.multi.get();
        curl_multi_add_handle(multi, channel.easy.get());
        struct Detach {
            const Channel& of;
            ~Detach() { curl_multi_remove_handle(of.multi.get(), of.easy.get()); }
        } const detach{channel};
        const std::stop_callback wake(request.stop, [multi] { curl_multi_wakeup(multi); });

        Clock::time_point since = Clock::now();
        std::uint64_t before = 0;
        for (int running = 1; running > 0;) {
            if (request.stop.stop_requested()) {
                throw Error(ErrorCode::Cancelled, "cancelled");
            }
            if (const CURLMcode code = curl_multi_perform(multi, &running); code != CURLM_OK) {
                throw Error(ErrorCode::Io,
                            concat("cannot request ", quoted(redact_url(request.url)), ": ",
                                   curl_multi_strerror(code)));
            }
            const Clock::time_point now = Clock::now();
            if (transfer.received() - before >= kFewBytes) {
                since = now;
                before = transfer.received();
            }
            const auto left =
                std::chrono::ceil<milliseconds>(since + settings_.stall_timeout - now);
            if (running > 0 && left.count() <= 0) {
                throw TransferError(concat(quoted(redact_url(request.url)), " stalls: fewer than ",
                                           kFewBytes, " bytes in ", settings_.stall_timeout.count(),
                                           " ms"));
            }
            if (running > 0) {
                const auto wait = std::min(left, kLongestWait);
                curl_multi_poll(multi, nullptr, 0, static_cast<int>(wait.count()), nullptr);
            }
        }
        return result_of(multi);
    }

    static CURLcode result_of(CURLM* multi) {
        int left = 0;
        while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
            if (message->msg == CURLMSG_DONE) {
                return message->data.result;
            }
        }
        return CURLE_RECV_ERROR;
    }

    [[noreturn]] static void fail(const HttpRequest& request, CURLcode code,
                                  const std::string& message) {
        const std::string text =
            concat("cannot read from ", quoted(redact_url(request.url)), ": ",
                   message.empty() ? curl_easy_strerror(code) : message.c_str());
        if (is_transient(code)) {
            throw TransferError(text);
        }
        throw Error(ErrorCode::Io, text);
    }

    Channel take_channel() {
        const std::lock_guard lock(mutex_);
        if (idle_.empty()) {
            return {};
        }
        Channel channel = std::move(idle_.back());
        idle_.pop_back();
        return channel;
    }
    void give_back(Channel channel) {
        const std::lock_guard lock(mutex_);
        idle_.push_back(std::move(channel));
    }

    const Settings settings_;
    std::mutex mutex_;
    std::vector<Channel> idle_; ///< guarded by mutex_
};

} // namespace

std::shared_ptr<HttpClient> make_curl_client(const RemoteOptions& options) {
    const Environment environment(options);
    Settings settings{
        options.connect_timeout, options.stall_timeout,
        environment.first_of({"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"}),
        environment.in_home(".netrc")};
    if (const auto named = environment.find("NETRC")) {
        settings.netrc = *named;
    }
    std::error_code ignored; // A file that cannot be examined is not used.
    if (settings.netrc && !std::filesystem::is_regular_file(*settings.netrc, ignored)) {
        settings.netrc.reset();
    }
    return std::make_shared<CurlClient>(std::move(settings));
}

} // namespace vitrine
