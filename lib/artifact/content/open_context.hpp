// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/value/type_registry.hpp>

#include "reference/reference_handlers.hpp"

#include <memory>

namespace vitrine {

/// What the caller chose when the store was opened.
struct OpenContext {
    std::shared_ptr<const TypeRegistry> types;           ///< how values are restored
    std::shared_ptr<const ReferenceHandlers> references; ///< how references are followed
};

} // namespace vitrine
