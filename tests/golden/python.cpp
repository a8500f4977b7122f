// SPDX-License-Identifier: MIT
#include "golden/python.hpp"

#include "golden/report.hpp"

#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>

namespace vitrine::golden {

namespace {

struct Row {
    std::string_view type;
    std::string_view message; ///< a part of it; "" matches every message
    ErrorCode code;
};

/// The first row that matches is used.
constexpr Row kExceptions[] = {
    {"ValueError", "Cannot add the same path twice", ErrorCode::AlreadyExists},
    {"ValueError", "already exists at", ErrorCode::AlreadyExists},
    {"ValueError", "Path is not a", ErrorCode::NotFound},
    {"ValueError", "must be a valid file or directory path", ErrorCode::NotFound},
    {"ValueError", "", ErrorCode::InvalidArgument},
    {"TypeError", "path to Bokeh json file", ErrorCode::NotFound},
    {"TypeError", "", ErrorCode::InvalidArgument},
    {"UnicodeDecodeError", "", ErrorCode::InvalidFormat},
    {"json.decoder.JSONDecodeError", "", ErrorCode::InvalidFormat},
    {"KeyError", "Path not contained in artifact", ErrorCode::NotFound},
    {"KeyError", "", ErrorCode::InvalidArgument},
    {"AttributeError", "'NoneType' object has no attribute 'ref'", ErrorCode::NotFound},
    {"AttributeError", "", ErrorCode::InvalidArgument},
    {"AssertionError", "", ErrorCode::InvalidArgument},
    {"RuntimeError", "", ErrorCode::InvalidArgument},
    {"IndexError", "", ErrorCode::InvalidArgument},
    {"SystemError", "tile cannot extend outside image", ErrorCode::InvalidArgument},
    {"FileNotFoundError", "", ErrorCode::NotFound},
    {"IsADirectoryError", "", ErrorCode::InvalidArgument},
    {"PIL.UnidentifiedImageError", "", ErrorCode::InvalidFormat},
    {"OSError", "runcated", ErrorCode::InvalidFormat},
    {"OSError", "cannot write mode", ErrorCode::InvalidArgument},
    {"shutil.SameFileError", "", ErrorCode::InvalidArgument},
    {"soundfile.LibsndfileError", "SF_INFO struct incomplete", ErrorCode::InvalidArgument},
};

Json special_float(const std::string& text) {
    const double infinity = std::numeric_limits<double>::infinity();
    if (text == "nan") {
        return std::numeric_limits<double>::quiet_NaN();
    }
    return text == "inf" ? infinity : -infinity;
}

/// A dictionary's key as Python's json writes it.
std::string key_text(const Json& key) {
    if (key.is_string()) {
        return key.get<std::string>();
    }
    return key.is_number_integer() ? integer_text(key) : render_json(key);
}

Json plain_tag(const std::string& tag, const Json& held) {
    if (tag == "$tuple") {
        return plain(held);
    }
    if (tag == "$float") {
        return special_float(held.get<std::string>());
    }
    if (tag == "$int") {
        return big_integer(held.get<std::string>());
    }
    if (tag == "$dict") {
        Json object = Json::object();
        for (const auto& item : held) {
            object[key_text(item.at(0))] = plain(item.at(1));
        }
        return object;
    }
    // numpy's float64 is a Python float; its other scalars are not Python numbers.
    if (tag == "$np" && held.at(0) == "float64") {
        return plain(held.at(1));
    }
    if (tag == "$np") {
        throw NotExpressible{"a numpy scalar"};
    }
    if (tag == "$npy" || tag == "$nparr") {
        throw NotExpressible{"a numpy array inside a dictionary"};
    }
    throw NotExpressible{"the Python value " + tag};
}

} // namespace

bool is_tag(const Json& recorded, const char* name) {
    return recorded.is_object() && recorded.size() == 1 && recorded.contains(name);
}

Json plain(const Json& recorded) {
    if (recorded.is_array()) {
        Json list = Json::array();
        for (const auto& item : recorded) {
            list.push_back(plain(item));
        }
        return list;
    }
    if (!recorded.is_object()) {
        return recorded;
    }
    if (recorded.size() == 1 && recorded.begin().key().starts_with("$")) {
        return plain_tag(recorded.begin().key(), recorded.begin().value());
    }
    Json object = Json::object();
    for (const auto& [key, value] : recorded.items()) {
        object[key] = plain(value);
    }
    return object;
}

ErrorCode code_of_exception(const Json& error) {
    const auto type = error.at("type").get<std::string>();
    const auto message = error.at("message").get<std::string>();
    for (const auto& row : kExceptions) {
        if (type == row.type && message.find(row.message) != std::string::npos) {
            return row.code;
        }
    }
    throw std::runtime_error("no error code stands for " + type + ": " + message);
}

} // namespace vitrine::golden
