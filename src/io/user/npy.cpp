// .npy: magic, version, length of the header, a Python dictionary {'descr', 'fortran_order',
// 'shape'}, raw numbers. numpy.lib.format.
#include "io/user/npy.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <limits>
#include <optional>
#include <string_view>

#include "core/errors.hpp"
#include "io/user/user_file.hpp"

namespace plumbline {
namespace {

constexpr std::string_view magic = "\x93NUMPY";

struct Header {
  std::string descr;
  bool fortran = false;
  std::vector<std::int64_t> shape;
};

/// The little of Python's grammar that a header uses. Every function moves on by what it takes and
/// gives nothing when the text is something else.
class Dictionary {
 public:
  explicit Dictionary(std::string_view text) : text_(text) {}

  std::optional<Header> read() {
    Header header;
    int seen = 0;
    if (!take('{')) return {};
    while (!take('}')) {
      const auto key = quoted();
      if (!key || !take(':')) return {};
      const bool known = *key == "descr"           ? value(header.descr)
                         : *key == "fortran_order" ? value(header.fortran)
                         : *key == "shape"         ? value(header.shape)
                                                   : false;
      if (!known) return {};
      ++seen;
      if (!take(',') && !peek('}')) return {};
    }
    skip();
    if (seen != 3 || !text_.empty()) return {};
    return header;
  }

 private:
  void skip() { text_.remove_prefix(std::min(text_.find_first_not_of(" \t\n"), text_.size())); }
  bool peek(char c) {
    skip();
    return text_.starts_with(c);
  }
  bool take(char c) {
    if (!peek(c)) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool take(std::string_view word) {
    skip();
    if (!text_.starts_with(word)) return false;
    text_.remove_prefix(word.size());
    return true;
  }
  std::optional<std::string> quoted() {
    for (const char quote : {'\'', '"'})
      if (take(quote)) {
        const std::size_t end = text_.find(quote);
        if (end == text_.npos) return {};
        std::string out(text_.substr(0, end));
        text_.remove_prefix(end + 1);
        return out;
      }
    return {};
  }
  bool value(std::string& out) {
    if (peek('[')) {  // a list of fields: the rest need not be understood to be refused
      out = "a structured type";
      const std::size_t end = text_.find("],");
      text_.remove_prefix(end == text_.npos ? text_.size() : end + 1);
      return end != text_.npos;
    }
    const auto text = quoted();
    if (text) out = *text;
    return text.has_value();
  }
  bool value(bool& out) {
    out = take("True");
    return out || take("False");
  }
  bool value(std::vector<std::int64_t>& out) {
    out.clear();
    if (!take('(')) return false;
    while (!take(')')) {
      skip();
      std::int64_t size = 0;
      const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), size);
      if (error != std::errc() || size < 0) return false;
      text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
      take('L');  // Python 2
      out.push_back(size);
      if (!take(',') && !peek(')')) return false;
    }
    return true;
  }

  std::string_view text_;
};

/// One stored number: 'f', 'i' or 'u' of so many bytes.
struct Element {
  char kind = 'f';
  std::size_t size = 8;
  bool swapped = false;
};

std::optional<Element> element(const std::string& descr) {
  static const std::vector<std::string> allowed = {"f4", "f8", "i1", "i2", "i4",
                                                   "i8", "u1", "u2", "u4", "u8"};
  if (descr.size() != 3 ||
      std::find(allowed.begin(), allowed.end(), descr.substr(1)) == allowed.end())
    return {};
  const char order = descr[0];
  Element out{descr[1], static_cast<std::size_t>(descr[2] - '0')};
  if (out.size == 1 ? order != '|' && order != '<' && order != '>' : order != '<' && order != '>')
    return {};
  constexpr char native = std::endian::native == std::endian::little ? '<' : '>';
  out.swapped = out.size > 1 && order != native;
  return out;
}

template <class T>
double as_double(const std::byte* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return static_cast<double>(value);
}

double decode(const std::byte* bytes, Element element) {
  std::byte native[8];
  std::copy_n(bytes, element.size, native);
  if (element.swapped) std::reverse(native, native + element.size);
  switch (element.size * 256 + static_cast<unsigned char>(element.kind)) {
    case 4 * 256 + 'f':
      return as_double<float>(native);
    case 1 * 256 + 'i':
      return as_double<std::int8_t>(native);
    case 2 * 256 + 'i':
      return as_double<std::int16_t>(native);
    case 4 * 256 + 'i':
      return as_double<std::int32_t>(native);
    case 8 * 256 + 'i':
      return as_double<std::int64_t>(native);
    case 1 * 256 + 'u':
      return as_double<std::uint8_t>(native);
    case 2 * 256 + 'u':
      return as_double<std::uint16_t>(native);
    case 4 * 256 + 'u':
      return as_double<std::uint32_t>(native);
    case 8 * 256 + 'u':
      return as_double<std::uint64_t>(native);
    default:
      return as_double<double>(native);
  }
}

/// Where entry `flat` of the row-major array lies when the first index runs fastest.
std::size_t fortran_offset(std::size_t flat, const std::vector<std::int64_t>& shape) {
  std::size_t offset = 0, total = 1;
  for (const std::int64_t size : shape) total *= static_cast<std::size_t>(size);
  for (std::size_t i = shape.size(); i-- > 0;) {
    const auto size = static_cast<std::size_t>(shape[i]);
    total /= size;
    offset += flat % size * total;
    flat /= size;
  }
  return offset;
}

/// Number of entries; nothing when there are more than `max_input_values`.
std::optional<std::size_t> count(const std::vector<std::int64_t>& shape) {
  std::int64_t product = 1;
  for (const std::int64_t size : shape) {
    if (size == 0) return 0;
    if (product > max_input_values / size) return {};
    product *= size;
  }
  return static_cast<std::size_t>(product);
}

}  // namespace

namespace {

struct Opened {
  Header header;
  std::size_t data = 0;  ///< where the numbers begin
};

Opened opened(std::span<const std::byte> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (!text.starts_with(magic) || text.size() < 10)
    throw SpecError("file", fmt::format("{} bytes", text.size()),
                    "a .npy file begins with \\x93NUMPY and a version");
  const auto byte = [&](std::size_t at) { return std::to_integer<std::size_t>(bytes[at]); };
  const std::size_t version = byte(6), start = version == 1 ? 10 : 12;
  if (version < 1 || version > 3)
    throw SpecError("version", fmt::format("{}.{}", version, byte(7)), "1.0, 2.0 or 3.0");
  if (text.size() < start) throw SpecError("header", "cut off", "a whole .npy file");
  std::size_t length = byte(8) + 256 * byte(9);
  if (version > 1) length += 65536 * (byte(10) + 256 * byte(11));
  if (length > longest_npy_header || length > text.size() - start)
    throw SpecError("header", fmt::format("{} bytes announced", length),
                    fmt::format("at most {}, and the file ends after {}", longest_npy_header,
                                text.size() - start));
  const auto header = Dictionary(text.substr(start, length)).read();
  if (!header)
    throw SpecError("header", printable(text.substr(start, length)),
                    "a dictionary of 'descr', 'fortran_order' and 'shape'");
  return {*header, start + length};
}

}  // namespace

StoredArray parse_npy(std::span<const std::byte> bytes) {
  const auto [header, data] = opened(bytes);
  const auto stored = element(header.descr);
  if (!stored)
    throw SpecError("descr", printable(header.descr),
                    header.descr.ends_with("O")
                        ? "numbers; pickled Python objects are never read"
                        : "numbers: f4, f8, or i or u of 1, 2, 4 or 8 bytes, as in '<f8'");
  const std::string shape = fmt::format("({})", fmt::join(header.shape, ", "));
  const auto entries = count(header.shape);
  if (!entries || *entries == 0)
    throw SpecError("shape", shape, fmt::format("1 to {} numbers", max_input_values));
  const std::size_t held = bytes.size() - data;
  if (*entries * stored->size != held)
    throw SpecError("shape", shape,
                    fmt::format("promises {} bytes of numbers, the file holds {}",
                                *entries * stored->size, held));
  StoredArray out{{header.shape, std::vector<double>(*entries)}};
  if (stored->kind == 'f' && stored->size == 4) out.epsilon = 0x1p-23;
  for (std::size_t i = 0; i < *entries; ++i) {
    const std::size_t at = header.fortran ? fortran_offset(i, out.shape) : i;
    out.values[i] = decode(bytes.data() + data + at * stored->size, *stored);
  }
  return out;
}

std::string parse_npy_text(std::span<const std::byte> bytes) {
  const auto [header, data] = opened(bytes);
  const std::string& descr = header.descr;  // <U64, >U64, |S64
  const bool wide = descr.size() > 2 && descr[1] == 'U',
             narrow = descr.size() > 2 && descr[1] == 'S';
  std::size_t length = 0;
  const auto [end, error] = std::from_chars(descr.data() + std::min<std::size_t>(2, descr.size()),
                                            descr.data() + descr.size(), length);
  const bool one = count(header.shape) == std::size_t{1};
  if (!(wide || narrow) || error != std::errc() || end != descr.data() + descr.size() || !one)
    throw SpecError("descr", printable(descr), "one text, as np.savez writes a str");
  const std::size_t size = wide ? 4 : 1;
  if (length > longest_npy_header || length * size != bytes.size() - data)
    throw SpecError("descr", printable(descr),
                    fmt::format("a text of the {} bytes that the file holds", bytes.size() - data));
  std::string text;
  for (std::size_t i = 0; i < length; ++i) {
    const std::size_t at = data + i * size + (wide && descr[0] == '>' ? 3 : 0);
    text.push_back(static_cast<char>(bytes[at]));  // beyond ASCII: another text, as it should be
  }
  return text.substr(0, text.find('\0'));
}

StoredArray read_npy(const std::filesystem::path& path) {
  const std::vector<std::byte> bytes = read_user_file(path, largest_npy);
  try {
    return parse_npy(bytes);
  } catch (const SpecError& error) {
    throw error.at(Location{path.string()});
  }
}

}  // namespace plumbline
