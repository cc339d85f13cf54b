// The catalogue of metrics, read twice from catalogue.def. Never edited: a new metric is a line
// there.
#include "metrics/metric.hpp"

namespace plumbline {

#define METRIC(name) MetricEntry name##_metric();
#include "metrics/catalogue.def"
#undef METRIC

const std::vector<MetricEntry>& metric_catalogue() {
  static const std::vector<MetricEntry> catalogue = {
#define METRIC(name) name##_metric(),
#include "metrics/catalogue.def"
#undef METRIC
  };
  return catalogue;
}

const MetricEntry& find_metric(std::string_view name) {
  std::vector<std::string> known;
  for (const MetricEntry& entry : metric_catalogue()) {
    if (entry.name == name) return entry;
    known.push_back(entry.name);
  }
  throw SpecError("metric", std::string(name), not_one_of(name, known));
}

}  // namespace plumbline
