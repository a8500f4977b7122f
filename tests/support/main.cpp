// SPDX-License-Identifier: MIT
// Runs the test cases of one executable and prints, as its last line,
// "VITRINE-TESTS: N passed, N failed, N skipped", which tools/test adds up.
#include "support/skip.hpp"

#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cstdlib>
#include <iostream>
#include <string>

namespace vitrine::test {

namespace {

struct Counts {
    int passed = 0;
    int failed = 0;
    int skipped = 0;
};

Counts counts;
bool current_is_skipped = false;

struct CountingListener : doctest::IReporter {
    explicit CountingListener(const doctest::ContextOptions&) {}

    void test_case_start(const doctest::TestCaseData&) override { current_is_skipped = false; }

    void test_case_end(const doctest::CurrentTestCaseStats& stats) override {
        if (!stats.testCaseSuccess) {
            ++counts.failed;
        } else if (current_is_skipped) {
            ++counts.skipped;
        } else {
            ++counts.passed;
        }
    }

    void test_case_skipped(const doctest::TestCaseData& test_case) override {
        // Also called for cases that the command line filters out, which are not counted.
        if (test_case.m_skip) {
            ++counts.skipped;
        }
    }

    void report_query(const doctest::QueryData&) override {}
    void test_run_start() override {}
    void test_run_end(const doctest::TestRunStats&) override {}
    void test_case_reenter(const doctest::TestCaseData&) override {}
    void test_case_exception(const doctest::TestCaseException&) override {}
    void subcase_start(const doctest::SubcaseSignature&) override {}
    void subcase_end() override {}
    void log_assert(const doctest::AssertData&) override {}
    void log_message(const doctest::MessageData&) override {}
};

} // namespace

void skip(std::string_view reason) {
    current_is_skipped = true;
    MESSAGE("skipped: " << std::string(reason));
}

} // namespace vitrine::test

REGISTER_LISTENER("counts", 1, vitrine::test::CountingListener);

int main(int argc, char** argv) {
    doctest::Context context(argc, argv);
    const int result = context.run();
    if (context.shouldExit()) {
        return result;
    }
    const auto& counts = vitrine::test::counts;
    std::cout << "VITRINE-TESTS: " << counts.passed << " passed, " << counts.failed << " failed, "
              << counts.skipped << " skipped\n"
              << std::flush;
    return result;
}
