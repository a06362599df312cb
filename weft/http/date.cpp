#include <weft/http/date.hpp>

#include <array>
#include <cstddef>

namespace weft::http {
namespace {

using names = std::string_view;
constexpr names days = "SunMonTueWedThuFriSat";
constexpr names months = "JanFebMarAprMayJunJulAugSepOctNovDec";

void put(std::string& out, unsigned value, unsigned digits) {
  std::array<char, 10> text{};
  for (unsigned i = digits; i-- > 0; value /= 10) text[i] = static_cast<char>('0' + value % 10);
  out.append(text.data(), digits);
}

/// Reads a text from its front; a failure sticks.
class reader {
 public:
  explicit reader(std::string_view text) noexcept : rest_(text) {}

  void literal(std::string_view expected) noexcept {
    if (rest_.substr(0, expected.size()) != expected) ok_ = false;
    skip(expected.size());
  }
  /// Exactly so many digits; a space may stand for a leading zero where told.
  int number(std::size_t digits, bool padded = false) noexcept {
    std::string_view text = rest_.substr(0, digits);
    skip(digits);
    if (padded && text.size() > 1 && text[0] == ' ') text.remove_prefix(1);
    int value = 0;
    for (const char c : text) {
      if (c < '0' || c > '9') ok_ = false;
      value = value * 10 + (c - '0');
    }
    return value;
  }
  /// The place of a three-letter name.
  int name(names all) noexcept {
    const std::string_view text = rest_.substr(0, 3);
    skip(3);
    for (std::size_t i = 0; i < all.size(); i += 3) {
      if (all.substr(i, 3) == text) return static_cast<int>(i / 3);
    }
    ok_ = false;
    return 0;
  }
  void skip_to(std::string_view mark) noexcept { skip(rest_.find(mark)); }
  bool at_end() const noexcept { return ok_ && rest_.empty(); }

 private:
  void skip(std::size_t n) noexcept {
    if (n > rest_.size()) {
      ok_ = false;
      n = rest_.size();
    }
    rest_.remove_prefix(n);
  }
  std::string_view rest_;
  bool ok_ = true;
};

struct fields {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
};

void read_clock(reader& r, fields& f) noexcept {
  f.hour = r.number(2);
  r.literal(":");
  f.minute = r.number(2);
  r.literal(":");
  f.second = r.number(2);
}

std::optional<date> to_date(const reader& r, const fields& f) noexcept {
  using namespace std::chrono;
  const year_month_day ymd(year(f.year), month(static_cast<unsigned>(f.month) + 1),
                           day(static_cast<unsigned>(f.day)));
  if (!r.at_end() || !ymd.ok() || f.hour > 23 || f.minute > 59 || f.second > 60) return {};
  return sys_days(ymd) + hours(f.hour) + minutes(f.minute) + seconds(f.second);
}

/// A year of two digits lies at most 50 years ahead.
int full_year(int two_digits) noexcept {
  using namespace std::chrono;
  const int now =
      static_cast<int>(year_month_day(floor<std::chrono::days>(system_clock::now())).year());
  int full = now / 100 * 100 + two_digits;
  if (full > now + 50) full -= 100;
  return full;
}

}  // namespace

std::string format_date(date when) {
  using namespace std::chrono;
  const auto midnight = floor<std::chrono::days>(when);
  const year_month_day ymd(midnight);
  const hh_mm_ss clock(when - midnight);
  std::string out;
  out.reserve(29);
  out += days.substr(weekday(midnight).c_encoding() * 3, 3);
  out += ", ";
  put(out, static_cast<unsigned>(ymd.day()), 2);
  out += ' ';
  out += months.substr((static_cast<unsigned>(ymd.month()) - 1) * 3, 3);
  out += ' ';
  put(out, static_cast<unsigned>(static_cast<int>(ymd.year())), 4);
  out += ' ';
  put(out, static_cast<unsigned>(clock.hours().count()), 2);
  out += ':';
  put(out, static_cast<unsigned>(clock.minutes().count()), 2);
  out += ':';
  put(out, static_cast<unsigned>(clock.seconds().count()), 2);
  out += " GMT";
  return out;
}

std::optional<date> parse_date(std::string_view text) noexcept {
  fields f;
  reader r(text);
  const std::size_t comma = text.find(',');
  if (comma == 3) {  // Sun, 06 Nov 1994 08:49:37 GMT
    r.name(days);
    r.literal(", ");
    f.day = r.number(2);
    r.literal(" ");
    f.month = r.name(months);
    r.literal(" ");
    f.year = r.number(4);
  } else if (comma != std::string_view::npos) {  // Sunday, 06-Nov-94 08:49:37 GMT
    r.skip_to(",");
    r.literal(", ");
    f.day = r.number(2);
    r.literal("-");
    f.month = r.name(months);
    r.literal("-");
    f.year = full_year(r.number(2));
  } else {  // Sun Nov  6 08:49:37 1994
    r.name(days);
    r.literal(" ");
    f.month = r.name(months);
    r.literal(" ");
    f.day = r.number(2, true);
    r.literal(" ");
    read_clock(r, f);
    r.literal(" ");
    f.year = r.number(4);
    return to_date(r, f);
  }
  r.literal(" ");
  read_clock(r, f);
  r.literal(" GMT");
  return to_date(r, f);
}

}  // namespace weft::http
