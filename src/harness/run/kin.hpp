// Finished work that is the plan's but for its metrics or its number of replicates: the same draws,
// of which other numbers were taken, or more or fewer of them. A hash tells by which metrics it was
// made, because everything else of it is known.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "harness/sweep/plan.hpp"
#include "record/cell.hpp"

namespace plumbline {

class Kin {
 public:
  /// The plan must outlive it.
  explicit Kin(const Plan& plan) : plan_(plan) {}

  /// Settings of metrics that a result file says; of others the plan's and the defaults are tried.
  void learn(const SweepLayout& file);

  /// What a record of other metrics, or of another count, is worth.
  struct Found {
    std::size_t index = 0;   ///< in Plan::cells, or of the problem point
    bool whole = false;      ///< it has all metrics of the plan: nothing is to be run
    bool some = false;       ///< it has some of them
    bool checkable = false;  ///< and digests, which tell whether draws made again are the same
    bool same = false;       ///< it has no others
    Index replicates = 0;    ///< or sets, of the record
  };
  /// Nothing for a record of other draws. Else the record keeps the metrics that the plan has too,
  /// with the same settings, in the plan's order; when it has as many replicates as the plan asks
  /// for, it gets the plan's hash.
  std::optional<Found> adopt(CellRecord& record);
  std::optional<Found> adopt(NullRecord& record);

 private:
  /// The hashes of the whole plan, had it these metrics.
  struct Family {
    std::vector<MetricKey> metrics;
    std::unordered_map<std::string, std::size_t> index_of;
  };
  const std::vector<Family>& families(const std::vector<std::string>& names, MetricChoice choice,
                                      Index replicates);
  std::vector<std::vector<MetricKey>> guesses(const std::vector<std::string>& names) const;
  std::optional<Found> adopt(std::vector<Series>& metrics, std::string& hash, MetricChoice choice,
                             Index replicates);

  const Plan& plan_;
  std::map<std::string, std::string> in_file_, in_text_;  ///< metric → settings
  std::map<std::string, std::vector<Family>> families_;   ///< by choice, count and names
};

}  // namespace plumbline
