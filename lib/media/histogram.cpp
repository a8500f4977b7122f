// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/media/histogram.hpp>

#include "core/refuse.hpp"
#include "core/text.hpp"
#include "media/json_fields.hpp"
#include "media/numpy_histogram.hpp"

#include <utility>

namespace vitrine {

namespace {

std::vector<double> numbers_of(const Json& list, std::string_view name) {
    if (!list.is_array()) {
        refuse(expected_message(name, "a list of numbers", list));
    }
    std::vector<double> numbers;
    numbers.reserve(list.size());
    for (const Json& item : list) {
        if (!item.is_number()) {
            refuse(expected_message(name, "a list of numbers", item));
        }
        numbers.push_back(item.get<double>());
    }
    return numbers;
}

void check_length(std::size_t length) {
    if (length > Histogram::MAX_LENGTH) {
        refuse(concat("expected a histogram of at most ", Histogram::MAX_LENGTH, " values, got ",
                      length));
    }
}

} // namespace

struct Histogram::Body {
    Json values; ///< as in the JSON
    Json bins;
    std::vector<double> value_numbers;
    std::vector<double> bin_numbers;

    static std::shared_ptr<const Body> make(Json values, Json bins) {
        auto body = std::make_shared<Body>();
        check_length(values.is_array() ? values.size() : 0);
        body->value_numbers = numbers_of(values, "values");
        check_length(bins.is_array() && !bins.empty() ? bins.size() - 1 : 0);
        body->bin_numbers = numbers_of(bins, "bins");
        if (bins.size() != values.size() + 1) {
            refuse(concat("expected one more edge than values, got ", bins.size(), " edges and ",
                          values.size(), " values"));
        }
        body->values = std::move(values);
        body->bins = std::move(bins);
        return body;
    }

    static std::shared_ptr<const Body> of(const ArrayView& sequence, std::size_t num_bins) {
        if (num_bins == 0) {
            refuse("expected at least one bin, got 0");
        }
        check_length(num_bins);
        BinnedCounts binned = numpy_histogram(sequence, num_bins);
        return make(std::move(binned.counts), std::move(binned.edges));
    }
};

Histogram::Histogram(std::shared_ptr<const Body> body) : body_(std::move(body)) {}

Histogram::Histogram(const ArrayView& sequence, std::size_t num_bins)
    : Histogram(Body::of(sequence, num_bins)) {}

Histogram::Histogram(std::span<const double> sequence, std::size_t num_bins)
    : Histogram(ArrayView(sequence.data(), DType::float64, {sequence.size()}), num_bins) {}

Histogram Histogram::from_bins(const Json& values, const Json& bins) {
    return Histogram(Body::make(values, bins));
}

const std::vector<double>& Histogram::histogram() const noexcept {
    return body_->value_numbers;
}

const std::vector<double>& Histogram::bins() const noexcept {
    return body_->bin_numbers;
}

Json Histogram::to_json(ValueSink& /*sink*/) const {
    return to_json();
}

Json Histogram::to_json() const {
    Json json = Json::object();
    json["_type"] = artifact_type;
    json["values"] = body_->values;
    json["bins"] = body_->bins;
    return json;
}

Histogram Histogram::from_json(const Json& json, std::shared_ptr<const ValueSource> /*source*/) {
    expect_type(json, artifact_type);
    for (const std::string_view name : {"values", "bins"}) {
        if (!json.contains(name)) {
            throw Error(ErrorCode::InvalidFormat, concat(quoted(name), " is missing"));
        }
    }
    return restoring("histogram", [&] { return from_bins(json.at("values"), json.at("bins")); });
}

bool Histogram::equals(const Value& other) const {
    const auto* histogram = dynamic_cast<const Histogram*>(&other);
    return histogram != nullptr && (body_ == histogram->body_ ||
                                    render_json(to_json()) == render_json(histogram->to_json()));
}

} // namespace vitrine
