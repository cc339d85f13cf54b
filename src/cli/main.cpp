// plumbline: dispatch to a subcommand, and the exit codes of cli/README §1.
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <functional>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/processor.hpp"
#include "cli/selection.hpp"
#include "core/errors.hpp"
#include "core/kokkos.hpp"
#include "core/steps/stop.hpp"
#include "harness/run/provenance.hpp"
#include "harness/sweep/stopwatch.hpp"

namespace plumbline::cli {
namespace {

struct Command {
  const char* name;
  const char* summary;
  int (*run)(const Invocation&);
};

constexpr Command commands[] = {
    {"run", "run what is missing of a sweep; resume is the default", run_command},
    {"plan", "every resolved cell, done or pending, with predicted cost; runs nothing",
     plan_command},
    {"status", "how far a sweep is", status_command},
    {"merge", "finished parts, or result files of shards → one result file", merge_command},
    {"show", "cells of a result file, and the command that runs one again", show_command},
    {"verify", "does every sampler do what it claims? Verdicts at a stated level", verify_command},
    {"compare", "do two result files agree?", compare_command},
    {"list", "samplers, priors, metrics, processes, kernels, observations", list_command},
    {"describe", "what a name means, with every setting", describe_command},
    {"draw", "draws of one sampler, or exact ones, for one cell", draw_command},
    {"oracle", "exact quantities at given points", oracle_command},
    {"export-problem", "a problem as HDF5 and JSON, for samplers written elsewhere",
     export_problem_command},
    {"score", "metrics and verdict for draws made elsewhere", score_command},
    {"version", "the version alone", version_command},
    {"info", "version, commit, backend, devices, threads, library versions", info_command},
};

std::string help() {
  std::string text =
      "usage: plumbline COMMAND …\n\n"
      "Measures whether conditional diffusion samplers sample their posterior.\n\ncommands:\n";
  std::vector<std::vector<std::string>> rows;
  for (const Command& command : commands) rows.push_back({command.name, command.summary});
  return text + columns(rows, 2) +
         "\n`plumbline COMMAND --help` says more. Exit codes: 0 all well; 1 a cell failed, files "
         "or\n"
         "disk did, or files that are compared disagree; 2 usage, sweep-file or input-file error; "
         "3\n"
         "a verdict contradicts a claim, or draws that are scored were found out; 4 incomplete, "
         "the\n"
         "same command resumes.\n";
}

const Command& find_command(const std::string& name) {
  std::vector<std::string> names;
  for (const Command& command : commands) {
    if (command.name == name) return command;
    names.push_back(command.name);
  }
  throw UsageError(fmt::format("plumbline: unknown command '{}'{} (see plumbline --help)", name,
                               did_you_mean(name, names)));
}

/// Drops nothing, and says once that what takes seconds is still at work: a plan of many cells, a
/// problem that is costly to build. Who reports progress has a scope of its own.
std::function<bool()> word_when_long(const std::string& name) {
  return [name, watch = WorkWatch(), said = false]() mutable {
    constexpr Real long_silence = 5;  // s
    if (said || watch.seconds() < long_silence) return false;
    said = true;
    message(fmt::format("{}: still at work; Ctrl-C ends it", name));
    return false;
  };
}

int dispatch(const std::vector<std::string>& typed) {
  if (typed.empty()) throw UsageError("plumbline: needs a command (see plumbline --help)");
  if (typed[0] == "--help" || typed[0] == "-h" || typed[0] == "help") {
    print(help());
    return 0;
  }
  const Command& command = find_command(typed[0] == "--version" ? "version" : typed[0]);
  Invocation call{{typed.begin() + 1, typed.end()}, "plumbline"};
  for (const std::string& word : typed) {
    call.line += ' ';
    call.line += quote(anonymous() ? without_folders(word) : word);
  }
  const Kokkos::ScopeGuard kokkos(Kokkos::InitializationSettings().set_disable_warnings(true));
  const StopScope patience(word_when_long(command.name));
  return command.run(call);
}

int guarded(const std::vector<std::string>& typed) {
  try {
    return dispatch(typed);
  } catch (const ReaderGone&) {
    return 128 + SIGPIPE;  // what a shell reports of a program that the signal ended
  } catch (const UsageError& error) {
    message(error.what());
    return 2;
  } catch (const SpecError& error) {
    message(error.where().known() ? error.what() : std::string("plumbline: ") + error.what());
    return 2;
  } catch (const IoError& error) {
    message(std::string("plumbline: ") + error.what());
    return 1;
  } catch (const std::bad_alloc&) {
    message("plumbline: out of memory");
    return 1;
  } catch (const std::exception& error) {
    message(std::string("plumbline: ") + error.what());
    return 1;
  }
}

/// Arrays of a few MB come and go with every step of a sampler and every metric; giving each back
/// to the system costs a fifth of `score`'s time in page faults.
void keep_freed_memory() {
#ifdef __GLIBC__
  constexpr int megabyte = 1 << 20;
  mallopt(M_MMAP_THRESHOLD, 32 * megabyte);
  mallopt(M_TRIM_THRESHOLD, 64 * megabyte);
#endif
}

}  // namespace
}  // namespace plumbline::cli

int main(int argc, char** argv) {
  // A reader that leaves (| head) must not kill a run: writes report it instead.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGCHLD, SIG_DFL);  // ignored, nobody would know how a child ended
  plumbline::cli::require_instruction_set();
  plumbline::cli::start_as_waiting(argv);
  plumbline::cli::keep_freed_memory();
  return plumbline::cli::guarded({argv + std::min(argc, 1), argv + argc});
}
