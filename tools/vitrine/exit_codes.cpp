// SPDX-License-Identifier: MIT
#include "exit_codes.hpp"

namespace vitrine::tool {

ExitCode exit_code_of(ErrorCode code) {
    switch (code) {
    case ErrorCode::NotAStore:
        return kNoStore;
    case ErrorCode::Locked:
        return kLocked;
    case ErrorCode::Cancelled:
        return kInterrupted;
    case ErrorCode::NotFound:
    case ErrorCode::AlreadyExists:
    case ErrorCode::InvalidArgument:
    case ErrorCode::InvalidFormat:
    case ErrorCode::Corruption:
    case ErrorCode::Conflict:
    case ErrorCode::Io:
    case ErrorCode::Database:
    case ErrorCode::Unsupported:
        return kFailed;
    }
    return kFailed;
}

} // namespace vitrine::tool
