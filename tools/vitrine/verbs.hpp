// SPDX-License-Identifier: MIT
#pragma once

#include "command_line.hpp"

namespace vitrine::tool {

// Each function adds a verb and its arguments to the command line, and has a file of its own.
void add_init(CommandLine& line);
void add_add(CommandLine& line);
void add_import(CommandLine& line);
void add_list(CommandLine& line);
void add_log(CommandLine& line);
void add_show(CommandLine& line);
void add_ls(CommandLine& line);
void add_cat(CommandLine& line);
void add_diff(CommandLine& line);
void add_checkout(CommandLine& line);
void add_alias(CommandLine& line);
void add_rm(CommandLine& line);
void add_verify(CommandLine& line);
void add_repair(CommandLine& line);
void add_gc(CommandLine& line);
void add_stats(CommandLine& line);

} // namespace vitrine::tool
