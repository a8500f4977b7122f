// SPDX-License-Identifier: MIT
#include "media/libav.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"

#include <dlfcn.h>

#include <string>

namespace vitrine {

namespace {

/// The result of loading the libraries.
struct Loaded {
    Libav libav;
    std::string problem; ///< why they cannot be used; empty if all functions were found

    Loaded() {
        // The versions of the headers in the build, since structures differ by version.
        void* const util = open("libavutil.so.", LIBAVUTIL_VERSION_MAJOR);
        void* const codec = open("libavcodec.so.", LIBAVCODEC_VERSION_MAJOR);
        void* const format = open("libavformat.so.", LIBAVFORMAT_VERSION_MAJOR);
#define VITRINE_LIBAV_FIND(library, name) find(library, #name, libav.name)
        VITRINE_LIBAV(VITRINE_LIBAV_FIND);
#undef VITRINE_LIBAV_FIND
    }

    void* open(const char* stem, int version) {
        const std::string name = concat(stem, version);
        void* const library = ::dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
        if (library == nullptr && problem.empty()) {
            problem = ::dlerror();
        }
        return library;
    }

    template <class Function>
    void find(void* library, const char* name, Function*& function) {
        function =
            library == nullptr ? nullptr : reinterpret_cast<Function*>(::dlsym(library, name));
        if (function == nullptr && problem.empty()) {
            problem = concat("no function '", name, "'");
        }
    }
};

const Loaded& loaded() {
    static const Loaded once;
    return once;
}

} // namespace

const Libav* Libav::load() {
    return loaded().problem.empty() ? &loaded().libav : nullptr;
}

const Libav& Libav::get() {
    if (const Libav* libav = load()) {
        return *libav;
    }
    throw Error(ErrorCode::Unsupported, concat("libavcodec cannot be used: ", loaded().problem));
}

} // namespace vitrine
