// SPDX-License-Identifier: MIT
// A first program with an installed vitrine: makes a version in the store at argv[1].
#include <vitrine/core/error.hpp>
#include <vitrine/store/store.hpp>

#include <iostream>
#include <utility>

int main(int, char** argv) {
    const auto store = vitrine::Store::open_or_create(argv[1]);
    auto draft = store.new_artifact("greetings", "dataset");
    draft.add_bytes("hello", "hello.txt");
    const vitrine::Artifact version = store.commit(std::move(draft));
    try {
        (void)store.artifact("no-such-artifact");
        return 1;
    } catch (const vitrine::Error& error) { // thrown by the library, caught here
        if (error.code() != vitrine::ErrorCode::NotFound) {
            return 1;
        }
    }
    std::cout << version.name() << ' ' << version.get_path("hello.txt").read() << '\n';
}
