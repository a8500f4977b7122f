// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/value/type_registry.hpp>

#include "reference/reference_handlers.hpp"

#include <memory>

namespace vitrine {

/// The choices of the caller who opened the store.
struct OpenContext {
    std::shared_ptr<const TypeRegistry> types;           ///< how values are restored
    std::shared_ptr<const ReferenceHandlers> references; ///< how references are followed
};

} // namespace vitrine
