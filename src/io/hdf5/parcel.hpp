// Records as three flat arrays – text, whole numbers, reals – and the two walks over a list of
// fields, which write and read alike: what a part stores, and what a child process sends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace plumbline {

struct Parcel {
  std::string text;                 ///< all strings, one after the other
  std::vector<std::int64_t> whole;  ///< numbers, and the lengths of what follows them
  std::vector<double> real;
};

/// Appends to a parcel what it is led through.
class Packing {
 public:
  explicit Packing(Parcel& parcel) : parcel_(parcel) {}

  void whole(std::int64_t number) { parcel_.whole.push_back(number); }
  void real(double number) { parcel_.real.push_back(number); }
  void text(std::string_view text) {
    whole(static_cast<std::int64_t>(text.size()));
    parcel_.text += text;
  }
  void reals(const std::vector<double>& values) {
    whole(static_cast<std::int64_t>(values.size()));
    parcel_.real.insert(parcel_.real.end(), values.begin(), values.end());
  }
  /// Without a copy where there are no others yet.
  void reals(std::vector<double>&& values) {
    if (!parcel_.real.empty()) return reals(std::as_const(values));
    whole(static_cast<std::int64_t>(values.size()));
    parcel_.real = std::move(values);
  }
  /// An enumeration with names.
  template <class Choice>
  void choice(Choice value) {
    whole(static_cast<std::int64_t>(value));
  }
  template <class T, class Each>
  void list(const std::vector<T>& values, const Each& each) {
    whole(static_cast<std::int64_t>(values.size()));
    for (const T& value : values) each(value);
  }
  template <class T, class Each>
  void optional(const std::optional<T>& value, const Each& each) {
    whole(value.has_value());
    if (value) each(*value);
  }

 private:
  Parcel& parcel_;
};

/// Takes off the front, in the order in which it was packed. IoError where the arrays end too early
/// or hold what was never packed.
class Unpacking {
 public:
  explicit Unpacking(Parcel parcel) : parcel_(std::move(parcel)) {}

  void whole(std::int64_t& number) { number = next(); }
  void real(double& number);
  void text(std::string& text);
  /// Without a copy where these are all.
  void reals(std::vector<double>& values);
  template <class Choice>
  void choice(Choice& value) {
    value = static_cast<Choice>(length(names(Choice{}).size() - 1));
  }
  template <class T, class Each>
  void list(std::vector<T>& values, const Each& each) {
    values.resize(length(parcel_.whole.size() - whole_));  // each takes at least one
    for (T& value : values) each(value);
  }
  template <class T, class Each>
  void optional(std::optional<T>& value, const Each& each) {
    if (length(1) == 1) each(value.emplace());
  }

 private:
  std::int64_t next();
  /// A length of what there are at most `most` of.
  std::size_t length(std::size_t most);

  Parcel parcel_;
  std::size_t text_ = 0, whole_ = 0, real_ = 0;
};

}  // namespace plumbline
