// Enums with a text for every value: what a setting, a result file and a message call it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace plumbline {

/// Choices are enums 0…n−1 with an overload, found by argument-dependent lookup,
///     constexpr auto names(Context) { return std::array{"fixed", "forward", "fresh"}; }
template <class E>
concept NamedEnum = std::is_enum_v<E> && requires(E e) {
  names(e).size();
};

template <NamedEnum E>
std::string name_of(E e) {
  return names(e)[static_cast<std::size_t>(e)];
}

template <NamedEnum E>
std::vector<std::string> all_names() {
  const auto list = names(E{});
  return {list.begin(), list.end()};
}

/// The value of that name; none when there is no such name.
template <NamedEnum E>
std::optional<E> named(std::string_view text) {
  const auto list = names(E{});
  for (std::size_t i = 0; i < list.size(); ++i)
    if (text == list[i]) return static_cast<E>(i);
  return std::nullopt;
}

}  // namespace plumbline
