// SPDX-License-Identifier: MIT
// What a user of an installed vitrine writes first.
#include <vitrine/core/digest.hpp>
#include <vitrine/core/json.hpp>

#include <iostream>

int main() {
    const vitrine::Json json = {{"sha256", vitrine::digests_of("abc").sha256.hex()}};
    std::cout << vitrine::render_json(json) << '\n';
}
