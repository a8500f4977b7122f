// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>
#include <vitrine/core/json.hpp>
#include <vitrine/image/array_view.hpp>
#include <vitrine/value/value.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace vitrine {

/// Counts of numbers between edges. Immutable; a cheap handle; safe to use from many threads.
///
/// Its JSON has no file and is the same in an artifact, a table's cell and a run: {"_type":
/// "histogram", "values", "bins"}. As in W&B an artifact calls it "<name>.json", without the type:
/// Artifact::get finds it by that whole name. Source: wandb/data_types.py, Histogram.
class VITRINE_EXPORT Histogram : public Value {
public:
    static constexpr std::string_view artifact_type = "histogram";
    /// A histogram has at most this many bins.
    static constexpr std::size_t MAX_LENGTH = 512;

    /// Bins the numbers of an array of any shape as numpy.histogram 1.24 does, bit for bit: bins of
    /// equal width from the least to the greatest number, which the last bin includes. Without
    /// numbers the range is 0 to 1; if all are equal, half a unit to both sides. Edges have the
    /// array's type for floats, else float64.
    /// Throws: InvalidArgument unless there are 1 to MAX_LENGTH bins, for numbers that are not
    /// finite, or too far apart for their type.
    explicit Histogram(const ArrayView& sequence, std::size_t num_bins = 64);
    /// The same for numbers in memory. Throws: as the other constructor.
    explicit Histogram(std::span<const double> sequence, std::size_t num_bins = 64);
    /// From what numpy.histogram returns: a list of counts (or densities), and of the edges, one
    /// more. Integers stay integers. Throws: InvalidArgument for other than lists of numbers, more
    /// than MAX_LENGTH of them, or another number of edges.
    static Histogram from_bins(const Json& values, const Json& bins);

    std::string_view type() const override { return artifact_type; }
    std::string_view class_name() const override { return "Histogram"; }

    /// Counts (or densities), one for each bin. Valid while a copy of this handle lives.
    const std::vector<double>& histogram() const noexcept;
    /// The edges of the bins in order, one more than there are bins. Valid as histogram().
    const std::vector<double>& bins() const noexcept;

    /// Writes nothing to the sink; see the other to_json.
    Json to_json(ValueSink& sink) const override;
    /// The JSON, which is the same for every sink.
    Json to_json() const;
    /// Inverse of to_json. Throws: InvalidFormat that names the member.
    static Histogram from_json(const Json& json, std::shared_ptr<const ValueSource> source);

    /// Whether the JSON is equal.
    bool equals(const Value& other) const override;

private:
    struct Body;
    explicit Histogram(std::shared_ptr<const Body> body);
    std::shared_ptr<const Body> body_;
};

} // namespace vitrine
