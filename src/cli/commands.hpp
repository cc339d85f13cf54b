// The subcommands. One file each, of the command's name; main.cpp lists and dispatches them.
#pragma once

#include <string>
#include <vector>

namespace plumbline::cli {

/// What was typed: the words after the subcommand, and the whole line for provenance.
struct Invocation {
  std::vector<std::string> words;
  std::string line;
};

/// Each returns an exit code (cli/README §1): 0 all well, 1 a cell failed or the environment did,
/// 2 usage or spec error, 3 a verdict contradicts a claim, 4 incomplete but resumable.
int run_command(const Invocation& call);
int plan_command(const Invocation& call);
int status_command(const Invocation& call);
int merge_command(const Invocation& call);
int show_command(const Invocation& call);
int compare_command(const Invocation& call);
int verify_command(const Invocation& call);
int list_command(const Invocation& call);
int describe_command(const Invocation& call);
int draw_command(const Invocation& call);
int oracle_command(const Invocation& call);
int export_problem_command(const Invocation& call);
int score_command(const Invocation& call);
int info_command(const Invocation& call);
int version_command(const Invocation& call);  // of info.cpp

}  // namespace plumbline::cli
