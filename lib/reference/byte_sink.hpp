// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace vitrine {

/// Receives fetched bytes.
class ByteSink {
public:
    virtual ~ByteSink() = default;

    virtual void write(std::span<const std::byte> bytes) = 0;
    /// Discards everything written so far: the bytes follow again from the first.
    virtual void restart() = 0;
};

class StringSink : public ByteSink {
public:
    void write(std::span<const std::byte> bytes) override {
        text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
    void restart() override { text.clear(); }

    std::string text;
};

} // namespace vitrine
