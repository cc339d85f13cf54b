// priors/digits.cpp – 1797 handwritten digits as a mixture: every image a component, so the exact
// score of real data, and the exact posterior of any masked digit. The optimum a network trained on
// these images approaches (De Bortoli 2022: it learns the training set).
#include <algorithm>

#include "priors/detail/digits.hpp"
#include "priors/prior.hpp"

namespace plumbline::digits {

struct Settings {
  Real bandwidth = 0.1;
  std::vector<int> exclude, labels;
  int per_label = 0;

  void visit(auto&& field) {
    field("bandwidth", bandwidth,
          "standard deviation of every component; pixels are scaled to [0, 1]. 0: the images alone",
          at_least(0));
    field("exclude", exclude,
          "images left out, by their line in the data from 0 (scikit-learn's numbering): observe "
          "one of them and the prior has not seen it",
          Range{.low = 0, .high = 1796});
    field("labels", labels, "digits kept; empty: all ten", Range{.low = 0, .high = 9});
    field("per_label", per_label, "images kept of each digit, the first ones; 0: all", at_least(0));
  }

  void validate() const {
    if (kept().empty())
      throw SpecError("exclude", to_text(settings::write(exclude), 40), "at least one image left");
  }

  GaussianMixture make(Rng, const std::string&) const {
    const std::vector<int> components = kept();
    HostMatrix mu(static_cast<Index>(components.size()), 64);
    for (Index k = 0; k < mu.rows(); ++k)
      for (int i = 0; i < 64; ++i) mu(k, i) = digit_images()[components[k]].pixels[i] / Real(16);
    const HostVector one = HostVector::Ones(mu.rows());
    return GaussianMixture::isotropic(one, mu, bandwidth * bandwidth * one);
  }

  /// One class per digit that is there, ascending.
  ComponentClasses classes(const std::string&) const {
    const std::vector<int> components = kept();
    ComponentClasses out;
    for (std::size_t k = 0; k < components.size(); ++k) {
      const auto label = [&](std::size_t j) { return digit_images()[components[j]].label; };
      if (k == 0 || label(k) != label(k - 1)) out.emplace_back();
      out.back().push_back(static_cast<int>(k));
    }
    return out;
  }

 private:
  /// The images that become components: by digit, then by their number, so that the components of
  /// a digit are a range.
  std::vector<int> kept() const {
    const auto holds = [](const std::vector<int>& list, int value) {
      return std::find(list.begin(), list.end(), value) != list.end();
    };
    std::vector<int> list;
    for (int label = 0; label < 10; ++label) {
      if (!labels.empty() && !holds(labels, label)) continue;
      int count = 0;
      for (int image = 0; image < static_cast<int>(digit_images().size()); ++image) {
        if (digit_images()[image].label != label || holds(exclude, image)) continue;
        if (per_label == 0 || count++ < per_label) list.push_back(image);
      }
    }
    return list;
  }
};

}  // namespace plumbline::digits

namespace plumbline {

PriorEntry digits_prior() {
  return prior_entry<digits::Settings>(
      {.name = "digits",
       .summary = "1797 images of 8×8 pixels (dimension 64, rows from the top) as components of "
                  "equal weight, ordered by digit: 178 zeros first, then 182, 177, 183, 181, 182, "
                  "181, 179, 174 and 180 nines",
       .reference = "Alpaydin & Kaynak 1998, UCI optical digits, CC BY 4.0",
       .example = "per_label = 3"});
}

}  // namespace plumbline
