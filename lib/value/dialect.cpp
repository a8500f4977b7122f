// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/value/dialect.hpp>

#include "core/text.hpp"

#include <array>
#include <string>

namespace vitrine {

namespace {

constexpr std::size_t kHashDigits = 8;

std::string short_hex(const auto& digest) {
    return digest.hex().substr(0, kHashDigits);
}

/// The dialect of SDK 0.10.14, fixed by the golden data in tests/data/golden.
class Wandb010 final : public Dialect {
public:
    std::string_view name() const override { return "wandb-0.10"; }

    std::string user_media_path(std::string_view folder, const Sha256& sha256,
                                std::string_view file_name) const override {
        return concat(folder, '/', short_hex(sha256), '/', file_name);
    }

    std::string made_media_path(std::string_view folder, const Md5& md5,
                                std::string_view suffix) const override {
        return concat(folder, '/', short_hex(md5), suffix);
    }

    std::string class_set_path() const override { return "media/cls.classes.json"; }

    /// "media/cls.classes.json" -> "media/cls-1a2b3c4d.classes.json": the suffix, by
    /// which the type is found, is kept.
    std::string alternative_path(std::string_view path, const Md5& md5) const override {
        const std::size_t slash = path.rfind('/');
        const std::size_t start = slash == std::string_view::npos ? 0 : slash + 1;
        const std::size_t dot = path.find('.', start);
        const std::size_t end = dot == std::string_view::npos ? path.size() : dot;
        return concat(path.substr(0, end), '-', short_hex(md5), path.substr(end));
    }
};

} // namespace

const Dialect& wandb_0_10() {
    static const Wandb010 dialect;
    return dialect;
}

const Dialect& default_dialect() {
    return wandb_0_10();
}

const Dialect& dialect_named(std::string_view name) {
    const std::array known = {&wandb_0_10()};
    std::string names;
    for (const Dialect* dialect : known) {
        if (dialect->name() == name) {
            return *dialect;
        }
        names += names.empty() ? "" : ", ";
        names += quoted(dialect->name());
    }
    throw Error(ErrorCode::Unsupported,
                concat("expected one of the dialects ", names, ", got ", quoted(name)));
}

} // namespace vitrine
