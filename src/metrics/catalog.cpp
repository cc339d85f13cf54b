// The catalogue of metrics, read twice from catalog.def. Never edited: a new metric is a line
// there.
#include "metrics/metric.hpp"

namespace plumbline {

#define METRIC(name) MetricEntry name##_metric();
#include "metrics/catalog.def"
#undef METRIC

const std::vector<MetricEntry>& metric_catalog() {
  static const std::vector<MetricEntry> catalog = {
#define METRIC(name) name##_metric(),
#include "metrics/catalog.def"
#undef METRIC
  };
  return catalog;
}

const MetricEntry& find_metric(std::string_view name) {
  std::vector<std::string> known;
  for (const MetricEntry& entry : metric_catalog()) {
    if (entry.name == name) return entry;
    known.push_back(entry.name);
  }
  throw SpecError("metric", std::string(name), not_one_of(name, known));
}

}  // namespace plumbline
