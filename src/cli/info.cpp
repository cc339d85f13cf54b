// plumbline info: which program on which machine.
#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/json.hpp"
#include "cli/processor.hpp"
#include "harness/run/provenance.hpp"

namespace plumbline::cli {

int version_command(const Invocation& call) {
  Arguments arguments("version", "", "The version of this program; info says more.");
  if (!arguments.parse(call.words, 0, 0)) return 0;
  print(fmt::format("plumbline {}\n", program_version()));
  return 0;
}

int info_command(const Invocation& call) {
  Arguments arguments("info", "", "Version, commit, backend, devices, threads, library versions.");
  arguments.flag("json", "for programs");
  if (!arguments.parse(call.words, 0, 0)) return 0;
  const Provenance p = provenance(Exec(), call.line);
  Table libraries;
  for (const auto& [name, version] : p.libraries) libraries.set(name, {version});
  if (arguments.has("json")) {
    print_json(object({{"version", {p.plumbline_version}},
                       {"commit", {p.git_commit}},
                       {"dirty", {p.git_dirty}},
                       {"compiler", {p.compiler}},
                       {"build_flags", {p.build_flags}},
                       {"kokkos", {p.kokkos_version}},
                       {"backend", {p.backend}},
                       {"device", {p.device}},
                       {"threads", {std::int64_t{p.threads}}},
                       {"waiting", {std::string(waiting().spin ? "spin" : "sleep")}},
                       {"host", {p.host}},
                       {"libraries", {std::move(libraries)}}}));
    return 0;
  }
  std::vector<std::vector<std::string>> rows = {
      {"plumbline", p.plumbline_version},
      {"commit", p.git_commit + (p.git_dirty ? " + uncommitted changes" : "")},
      {"compiler", p.compiler},
      {"flags", p.build_flags},
      {"kokkos", p.kokkos_version},
      {"backend", p.backend},
      {"device", p.device},
      {"threads", fmt::format("{}; they {} while they wait ({})", p.threads,
                              waiting().spin ? "spin" : "sleep", waiting().why)},
      {"host", p.host}};
  for (const auto& [name, version] : p.libraries) rows.push_back({name, version});
  print(columns(rows));
  return 0;
}

}  // namespace plumbline::cli
