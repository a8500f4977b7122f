// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>
#include <vitrine/value/value_sink.hpp>

#include <string>
#include <vector>

namespace vitrine::golden {

/// An artifact with prescribed paths: it returns the paths of a recorded JSON, in their order
/// there. So a value's JSON can be compared in its insertion order, which the sorted file does not
/// show.
class ScriptedSink : public ArtifactSink {
public:
    explicit ScriptedSink(const Json& recorded);

    std::string add_media(const MediaFile& file, std::string_view folder) override;
    AddedValue add_shared(const Value& value, std::string_view path) override;
    AddedValue add_value(const Value& value, std::string_view path) override;
    AddedValue add_entry(const SourcePath& entry, std::string_view path) override;
    bool contains(std::string_view) const override { return true; }
    void annotate(std::string_view, Json) override {}
    const Dialect& dialect() const noexcept override { return wandb_0_10(); }

private:
    void collect(const Json& recorded);

    std::vector<std::string> media_;
    std::size_t next_ = 0;
    AddedValue classes_;
    std::string table1_; ///< of a joined table
    std::string table2_;
};

/// A sink that is neither a run nor an artifact, as Python's None is.
class NoSink : public ValueSink {};

} // namespace vitrine::golden
