// Sweep files and KEY=VALUE: everything that happens to them before a gallery is asked.
#include <string>

#include "fuzz/targets.hpp"
#include "harness/sweep/axes.hpp"
#include "harness/sweep/overrides.hpp"
#include "harness/sweep/toml.hpp"

namespace plumbline::fuzz {
namespace {

std::string text_of(Input input) {
  return {input.begin(), input.end()};
}

/// Fields of every type that a gallery has.
const std::vector<FieldDoc>& fields() {
  static const std::vector<FieldDoc> all = [] {
    std::vector<FieldDoc> list;
    for (const auto& [name, type] : {std::pair{"steps", "whole number"},
                                     {"particles", "whole number"},
                                     {"dim", "whole number"},
                                     {"scale", "number"},
                                     {"eta", "number"},
                                     {"noise_stddev", "number"},
                                     {"kind", "text"},
                                     {"grid", "one of uniform, log-snr"},
                                     {"stochastic", "true or false"},
                                     {"y", "list of number"},
                                     {"A", "list of list of number"},
                                     {"covariance", "number or list of list of number"}})
      list.push_back({name, type, "", "", ""});
    return list;
  }();
  return all;
}

void span_grid(Table table, const std::string& folder) {
  const std::vector<Axis> axes = zip_axes(take_axes(table, fields(), folder), table.find("zip"));
  for (const Axis& axis : axes) describe_axis(axis);
  const Table root = folder.empty() ? table : Table{{{folder, Value{table}}}};
  for (const Index flat : {Index{0}, grid_size(axes) - 1})
    to_text(Value{at_point(root, axes, grid_indices(axes, flat))});
}

}  // namespace

void sweep(Input input) {
  refusals_are_fine([&] {
    Table root = parse_toml(text_of(input), "sweep.toml");
    const Value* quick = root.find("quick");
    if (const auto* table = quick ? quick->get_if<Table>() : nullptr)
      for (const Override& change : quick_overrides(Table(*table))) apply(change, root);
    for (const auto& [key, value] : root.members) {
      to_text(value, 60);
      if (const auto* table = value.get_if<Table>()) span_grid(*table, "prior");
      const auto* list = value.get_if<Array>();
      for (const Value& entry : list ? *list : Array{})
        if (const auto* table = entry.get_if<Table>()) span_grid(*table, "");
    }
  });
}

void override_argument(Input input) {
  static const Table root = parse_toml(
      "schema = \"plumbline/1\"\nreplicates = 4\n[problem]\nprior = { kind = \"grid\", dim = 2 }\n"
      "[[sampler]]\nkind = \"smc\"\nlabel = \"a.b\"\nparticles = [8, 16]\n"
      "[[sampler]]\nkind = \"smc\"\n[quick]\n\"sampler.smc.steps\" = 2\n",
      "sweep.toml");
  refusals_are_fine([&] {
    const Override change = parse_override(text_of(input));
    expand_generators(change.path, change.value, true);
    expand_generators(change.path, change.value, false);
    Table changed = root;
    apply(change, changed);
    to_text(Value{std::move(changed)});
  });
}

}  // namespace plumbline::fuzz
