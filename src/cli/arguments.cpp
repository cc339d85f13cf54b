// Boost.Program_options with guessing off: an abbreviation that works today must not become
// ambiguous tomorrow.
#include "cli/arguments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <charconv>
#include <cmath>

#include "cli/console.hpp"
#include "core/errors.hpp"
#include "core/text/numbers.hpp"

namespace plumbline::cli {
namespace {

constexpr std::size_t help_width = 100;

std::string option_text(const std::string& name, const std::string& doc) {
  constexpr int column = 27;
  return fmt::format("  {:<24} {}", name, wrapped(doc, help_width, column).substr(column));
}

namespace po = boost::program_options;

/// Long options only: "-1" is a value, not an option.
constexpr int style = po::command_line_style::allow_long |
                      po::command_line_style::long_allow_adjacent |
                      po::command_line_style::long_allow_next;

bool parse_whole(std::string_view text, Index& out) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, out);
  return error == std::errc() && stopped == end;
}

}  // namespace

std::string did_you_mean(const std::string& typed, const std::vector<std::string>& known) {
  const std::string near = nearest(typed, known);
  return near.empty() ? "" : fmt::format("; did you mean '{}'?", near);
}

Arguments::Arguments(std::string command, std::string synopsis, std::string about)
    : command_(std::move(command)), synopsis_(std::move(synopsis)), about_(std::move(about)) {}

Arguments& Arguments::flag(const std::string& name, const std::string& doc) {
  options_.push_back({name, "", doc, false});
  return *this;
}

Arguments& Arguments::option(const std::string& name, const std::string& argument,
                             const std::string& doc) {
  options_.push_back({name, argument, doc, false});
  return *this;
}

Arguments& Arguments::repeated(const std::string& name, const std::string& argument,
                               const std::string& doc) {
  options_.push_back({name, argument, doc, true});
  repeated_[name];
  return *this;
}

UsageError Arguments::mistake(const std::string& what) const {
  return UsageError(
      fmt::format("plumbline {}: {} (see plumbline {} --help)", command_, what, command_));
}

std::string Arguments::help() const {
  std::string text = fmt::format("usage: plumbline {} {}\n\n{}\noptions:\n", command_, synopsis_,
                                 wrapped(about_, help_width, 0));
  for (const Option& option : options_)
    text += option_text("--" + option.name + (option.argument.empty() ? "" : " ") + option.argument,
                        option.doc);
  return text + option_text("--help", "this text");
}

bool Arguments::parse(const std::vector<std::string>& typed, std::size_t least, std::size_t most) {
  if (std::any_of(typed.begin(), typed.end(),
                  [](const std::string& word) { return word == "--help" || word == "-h"; })) {
    print(help());
    return false;
  }
  po::options_description known;
  for (const Option& option : options_)
    if (option.argument.empty())
      known.add_options()(option.name.c_str(), "");
    else
      known.add_options()(option.name.c_str(), po::value<std::string>(), "");

  std::vector<std::string> names;
  for (const Option& option : options_) names.push_back("--" + option.name);
  try {
    const auto parsed =
        po::basic_command_line_parser<char>(typed).options(known).style(style).run();
    for (const auto& option : parsed.options) {
      if (option.position_key >= 0)
        words_.insert(words_.end(), option.value.begin(), option.value.end());
      else if (const auto list = repeated_.find(option.string_key); list != repeated_.end())
        list->second.push_back(option.value.front());
      else if (!values_.emplace(option.string_key, option.value.empty() ? "" : option.value[0])
                    .second)
        throw mistake(fmt::format("--{} is given twice", option.string_key));
    }
  } catch (const po::unknown_option& error) {
    const std::string name = error.get_option_name();
    throw mistake(fmt::format("unknown option '{}'{}", name, did_you_mean(name, names)));
  } catch (const po::error& error) {
    throw mistake(error.what());
  }
  for (const std::string& word : words_)
    if (word.size() > 1 && word[0] == '-' && !std::isdigit(static_cast<unsigned char>(word[1])))
      throw mistake(fmt::format("unknown option '{}'{}", word, did_you_mean("-" + word, names)));
  if (words_.size() < least) throw mistake(fmt::format("needs {}", synopsis_));
  if (words_.size() > most)
    throw mistake(fmt::format("'{}' is one word too many; takes {}", words_[most], synopsis_));
  return true;
}

std::optional<std::string> Arguments::text(const std::string& name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return std::nullopt;
  return found->second;
}

std::string Arguments::required(const std::string& name) const {
  if (const auto value = text(name); value && !value->empty()) return *value;
  throw mistake(fmt::format("needs --{}", name));
}

std::vector<std::string> Arguments::texts(const std::string& name) const {
  const auto found = repeated_.find(name);
  if (found == repeated_.end() || found->second.empty())
    throw mistake(fmt::format("needs --{}", name));
  return found->second;
}

std::optional<Real> Arguments::number(const std::string& name) const {
  const auto value = text(name);
  if (!value) return std::nullopt;
  const std::optional<Real> out = parse_number(*value);
  if (!out || !std::isfinite(*out)) throw SpecError("--" + name, *value, "must be a finite number");
  return out;
}

std::optional<Index> Arguments::whole(const std::string& name, Index least) const {
  const auto value = text(name);
  if (!value) return std::nullopt;
  Index out = 0;
  if (!parse_whole(*value, out) || out < least)
    throw SpecError("--" + name, *value, fmt::format("must be a whole number ≥ {}", least));
  return out;
}

void Arguments::exclusive(const std::string& a, const std::string& b) const {
  if (has(a) && has(b)) throw mistake(fmt::format("--{} and --{} exclude each other", a, b));
}

}  // namespace plumbline::cli
