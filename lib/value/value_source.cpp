// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/value/value_source.hpp>

namespace vitrine {

bool ValueSource::contains(std::string_view path) const {
    try {
        file(path);
        return true;
    } catch (const Error& error) {
        // There is no such file, or the text cannot be a path.
        if (error.code() == ErrorCode::NotFound || error.code() == ErrorCode::InvalidArgument) {
            return false;
        }
        throw;
    }
}

} // namespace vitrine
