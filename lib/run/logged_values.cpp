// SPDX-License-Identifier: MIT
#include "run/logged_values.hpp"

#include <vitrine/core/error.hpp>
#include <vitrine/media/media.hpp>

#include "core/python.hpp"
#include "core/text.hpp"
#include "run/batches.hpp"

#include <set>
#include <string>
#include <string_view>

namespace vitrine {

namespace {

/// The position of a cell in a row.
struct Position {
    Json key;         ///< the innermost one, by which W&B names the file of a single value
    std::string path; ///< all keys from the row on, with dots between; "" for the row's own cells
    bool in_list = false;
};

class Logger {
public:
    Logger(RunSink& run, const Json& step) : run_(run), step_(step) {}

    Json cell(const Position& position, const Cell& cell) {
        switch (cell.kind()) {
        case Cell::Kind::value:
            return value(position, *cell.value());
        case Cell::Kind::list:
            return list(position, cell.items());
        case Cell::Kind::dictionary:
            return dictionary(position, cell.members());
        case Cell::Kind::none:
        case Cell::Kind::boolean:
        case Cell::Kind::integer:
        case Cell::Kind::floating:
        case Cell::Kind::string:
        case Cell::Kind::object:
            break;
        }
        return cell.json();
    }

private:
    void require_step() const {
        if (step_.is_null()) {
            throw Error(ErrorCode::InvalidArgument,
                        "values are logged with a step: a number, or 'summary'");
        }
    }

    Json value(const Position& position, const Value& value) {
        require_step();
        const auto* media = dynamic_cast<const Media*>(&value);
        if (media != nullptr && !media->is_bound()) {
            media->bind_to_run(run_, position.key, step_);
        }
        return value.to_json(run_);
    }

    /// A list of media of one type is logged as one object, unless it is inside a list: the files
    /// of two such lists would have the same names.
    Json list(const Position& position, const Cell::List& items) {
        const Batch* batch = position.in_list ? nullptr : find_batch(items);
        if (batch != nullptr) {
            require_step();
            return batch->log(run_, position.path.empty() ? position.key : Json(position.path),
                              items, step_);
        }
        Json json = Json::array();
        for (const Cell& item : items) {
            json.push_back(cell({position.key, position.path, true}, item));
        }
        return json;
    }

    Json dictionary(const Position& position, const Cell::Dictionary& members) {
        Json json = Json::object();
        const std::string outer = position.path.empty() ? python_text(position.key) : position.path;
        for (const auto& [key, member] : members) {
            json.get_ref<Json::object_t&>().emplace_back(
                key, cell({key, concat(outer, '.', key), position.in_list}, member));
        }
        return json;
    }

    RunSink& run_;
    const Json& step_;
};

} // namespace

Json log_cell(RunSink& run, const Json& key, const Cell& cell, const Json& step) {
    return Logger(run, step).cell({key, {}, false}, cell);
}

Json log_members(RunSink& run, const Cell::Dictionary& members, const Json& step) {
    Json row = Json::object();
    std::set<std::string_view> keys;
    for (const auto& [key, member] : members) {
        if (!keys.insert(key).second) {
            throw Error(ErrorCode::InvalidArgument, concat("key ", quoted(key), " occurs twice"));
        }
        try {
            row.get_ref<Json::object_t&>().emplace_back(key, log_cell(run, key, member, step));
        } catch (Error& error) {
            error.add_context(concat("logging ", quoted(key)));
            throw;
        }
    }
    return row;
}

} // namespace vitrine
