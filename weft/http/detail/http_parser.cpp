#include <weft/http/detail/http_parser.hpp>

#include <algorithm>
#include <array>
#include <charconv>

#include <llhttp.h>

namespace weft::http::detail {

// llhttp knows its place by the machine's address; it is given a whole head at once, so each field
// comes in one piece.
struct http_parser::machine {
  llhttp_t state;
  http_parser* owner;
  std::string_view name;
  bool ended = false;

  explicit machine(http_parser* parser) noexcept : owner(parser) { begin(); }
  void begin() noexcept {
    llhttp_init(&state, HTTP_REQUEST, &settings());
    state.data = this;
    name = {};
    ended = false;
  }
  static machine& of(llhttp_t* state) noexcept { return *static_cast<machine*>(state->data); }

  static int on_url(llhttp_t* s, const char* at, std::size_t size) noexcept {
    of(s).owner->head_.target.append(at, size);
    return HPE_OK;
  }
  static int on_field(llhttp_t* s, const char* at, std::size_t size) noexcept {
    of(s).name = std::string_view(at, size);
    return HPE_OK;
  }
  static int on_value(llhttp_t* s, const char* at, std::size_t size) noexcept {
    machine& m = of(s);
    // Trailers are read over: nothing that decides about a message may come after its body.
    if (m.owner->phase_ != phase::head) return HPE_OK;
    m.owner->head_.headers.add_unchecked(m.name, trim(std::string_view(at, size)));
    return HPE_OK;
  }
  static int on_body(llhttp_t* s, const char* at, std::size_t size) noexcept {
    // Empty where a piece of the body ended with the input.
    if (size == 0) return HPE_OK;
    of(s).owner->body_ = std::string_view(at, size);
    return HPE_PAUSED;
  }
  static int on_head_complete(llhttp_t*) noexcept { return HPE_PAUSED; }
  static int on_message_complete(llhttp_t* s) noexcept {
    of(s).ended = true;
    return HPE_PAUSED;
  }

  static const llhttp_settings_t& settings() noexcept {
    static const llhttp_settings_t made = [] {
      llhttp_settings_t s;
      llhttp_settings_init(&s);
      s.on_url = &machine::on_url;
      s.on_header_field = &machine::on_field;
      s.on_header_value = &machine::on_value;
      s.on_headers_complete = &machine::on_head_complete;
      s.on_body = &machine::on_body;
      s.on_message_complete = &machine::on_message_complete;
      return s;
    }();
    return made;
  }
};

namespace {

using char_set = std::array<bool, 256>;

constexpr char_set controls = [] {
  char_set chars{};
  for (std::size_t c = 0; c < 0x20; ++c) chars[c] = c != '\t';
  chars[0x7f] = true;
  return chars;
}();

/// "HTTP/", digit, dot, digit.
bool looks_like_version(std::string_view text) noexcept {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return text.size() == 8 && text.substr(0, 5) == "HTTP/" && digit(text[5]) && text[6] == '.' &&
         digit(text[7]);
}

constexpr char_set host_chars = [] {
  char_set chars{};
  for (std::size_t c = 0x21; c < 256; ++c) chars[c] = c != 0x7f;
  for (const char c : std::string_view("/?#@\\,<>\"")) chars[static_cast<unsigned char>(c)] = false;
  return chars;
}();

bool is_in(const char_set& chars, char c) noexcept { return chars[static_cast<unsigned char>(c)]; }

bool is_host(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return is_in(host_chars, c); });
}

/// So many bytes of framing a body may have for each of its own: a chunk of one byte has five.
constexpr std::uint64_t framing_per_byte = 16;
constexpr std::uint64_t framing_free = 16 * 1024;

}  // namespace

/// The fields of a head that decide about its message, found in one pass.
struct http_parser::framing_fields {
  struct field {
    const std::string* value = nullptr;  // the first one's
    std::size_t count = 0;

    void add(const std::string& another) noexcept {
      if (count++ == 0) value = &another;
    }
  };
  field host, expect, connection, content_length, transfer_encoding;

  void add(const header& h) noexcept {
    const auto is = [&h](std::string_view name) { return equal_ignoring_case(h.name, name); };
    switch (h.name.size()) {
      case 4:
        if (is("Host")) host.add(h.value);
        break;
      case 6:
        if (is("Expect")) expect.add(h.value);
        break;
      case 10:
        if (is("Connection")) connection.add(h.value);
        break;
      case 14:
        if (is("Content-Length")) content_length.add(h.value);
        break;
      case 17:
        if (is("Transfer-Encoding")) transfer_encoding.add(h.value);
        break;
      default:
        break;
    }
  }
};

void request_head::clear() noexcept {
  method.clear();
  target.clear();
  minor_version = 1;
  headers.clear();
  content_length.reset();
  chunked = expects_continue = false;
  keep_alive = true;
}

http_parser::http_parser(const head_limits& limits)
    : limits_(limits), machine_(std::make_unique<machine>(this)) {}

http_parser::~http_parser() = default;

void http_parser::refuse(int status, const char* reason) noexcept {
  if (phase_ == phase::dead) return;
  phase_ = phase::dead;
  status_ = status;
  reason_ = reason;
}

void http_parser::begin_message() noexcept {
  machine_->begin();
  head_bytes_ = lines_ = scanned_ = 0;
  body_bytes_ = framing_bytes_ = 0;
  body_ = {};
  phase_ = phase::head;
}

http_parser::event http_parser::next(std::string_view& input) {
  if (phase_ == phase::head) return next_head(input);
  if (phase_ == phase::body) return next_body(input);
  return event::refused;
}

http_parser::event http_parser::next_head(std::string_view& input) {
  if (head_bytes_ == 0) {
    head_.clear();
    // Empty lines before a request are old clients' habit.
    const std::size_t skip = std::min(input.find_first_not_of("\r\n"), input.size());
    input.remove_prefix(skip);
    if (input.empty()) return event::need_input;
  }
  // A head that lies in the input whole is parsed where it lies.
  const bool in_pieces = !buffered_.empty();
  if (in_pieces) buffered_.append(input);
  const std::string_view text = in_pieces ? std::string_view(buffered_) : input;
  while (true) {
    const std::size_t line_end = text.find('\n', scanned_);
    const std::string_view line = text.substr(scanned_, line_end - scanned_);
    const bool whole = line_end != std::string_view::npos;
    head_bytes_ = scanned_ + line.size() + (whole ? 1 : 0);
    const bool last = take_line(line, whole);
    if (phase_ == phase::dead) return event::refused;
    if (!whole) break;
    scanned_ = line_end + 1;
    ++lines_;
    if (!last) continue;

    const std::size_t earlier = in_pieces ? text.size() - input.size() : 0;
    parse_head(text.substr(0, scanned_));
    input.remove_prefix(scanned_ - earlier);
    if (in_pieces) buffered_ = std::string();
    if (phase_ == phase::dead) return event::refused;
    phase_ = phase::body;
    return event::head;
  }
  if (!in_pieces) buffered_.assign(input);
  input = {};
  return event::need_input;
}

bool http_parser::take_line(std::string_view line, bool whole) {
  if (!line.empty() && line.back() == '\r') {
    line.remove_suffix(1);  // of a piece: its LF may be under way
  } else if (whole) {
    refuse(400, "a line without CR before its LF");
  }
  if (std::any_of(line.begin(), line.end(), [](char c) { return is_in(controls, c); })) {
    refuse(400, "a control character in the head");
  }
  if (lines_ == 0) {
    if (line.size() > limits_.request_line) refuse(414, "the request line is too long");
  } else {
    if (!line.empty() && (line[0] == ' ' || line[0] == '\t')) refuse(400, "a folded header line");
    if (line.size() > limits_.header_line) refuse(431, "a header line is too long");
    if (lines_ > limits_.count && !line.empty()) refuse(431, "too many headers");
  }
  if (head_bytes_ > limits_.total) refuse(431, "the headers are too long");
  return whole && line.empty() && lines_ > 0;
}

void http_parser::parse_head(std::string_view text) {
  const std::string_view first = text.substr(0, text.find('\r'));
  const std::size_t method_end = first.find(' ');
  const std::size_t target_end = first.find(' ', method_end + 1);
  if (target_end == std::string_view::npos || target_end == method_end + 1 ||
      !is_token(first.substr(0, method_end))) {
    return refuse(400, "not a request line");
  }
  const std::string_view version = first.substr(target_end + 1);
  if (!looks_like_version(version)) return refuse(400, "a version that is none");
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    return refuse(505, "not HTTP/1.0 or HTTP/1.1");
  }
  head_.method = first.substr(0, method_end);
  head_.minor_version = version.back() - '0';

  llhttp_t* const state = &machine_->state;
  const llhttp_errno_t error = llhttp_execute(state, text.data(), text.size());
  if (error == HPE_INVALID_METHOD) return refuse(501, "an unknown method");
  if (error != HPE_PAUSED || llhttp_get_error_pos(state) != text.data() + text.size()) {
    return refuse(400, llhttp_get_error_reason(state));
  }
  llhttp_resume(state);
  check_head();
}

void http_parser::check_head() {
  framing_fields fields;
  for (const header& one : head_.headers) {
    if (!is_token(one.name)) return refuse(400, "a header name that is none");
    fields.add(one);
  }
  const auto& host = fields.host;
  if (host.count > 1) return refuse(400, "more than one Host");
  if (host.count == 0 && head_.minor_version == 1) return refuse(400, "no Host");
  if (host.count == 1 && !is_host(*host.value)) return refuse(400, "a Host that is none");
  check_target();
  check_length(fields);
  if (phase_ == phase::dead) return;

  head_.keep_alive = head_.minor_version == 1;
  if (fields.connection.count > 0) {
    if (head_.headers.has_token("Connection", "keep-alive")) head_.keep_alive = true;
    if (head_.headers.has_token("Connection", "close")) head_.keep_alive = false;
  }
  if (fields.expect.count > 0 && head_.minor_version == 1) {
    if (!equal_ignoring_case(*fields.expect.value, "100-continue")) {
      return refuse(417, "an unknown Expect");
    }
    head_.expects_continue = true;
  }
}

void http_parser::check_target() {
  const std::string& target = head_.target;
  if (head_.method == "CONNECT") return refuse(501, "CONNECT is for proxies");
  if (target.find('#') != std::string::npos) return refuse(400, "a fragment in the target");
  if (target == "*") {
    if (head_.method != "OPTIONS") refuse(400, "the target * is for OPTIONS");
    return;
  }
  if (target[0] == '/') return;
  // The absolute form, which names the host again.
  const std::size_t scheme = target.find("://");
  const std::string_view name = std::string_view(target).substr(0, std::min(scheme, target.size()));
  if (scheme == std::string::npos ||
      !(equal_ignoring_case(name, "http") || equal_ignoring_case(name, "https"))) {
    return refuse(400, "a target that is neither a path nor a URL");
  }
  const std::size_t authority = scheme + 3;
  const std::size_t end = std::min(target.find_first_of("/?", authority), target.size());
  if (end == authority || !is_host(std::string_view(target).substr(authority, end - authority))) {
    refuse(400, "a URL without a host");
  }
}

// Two parties that see different ends of a message can be made to disagree about where the next one
// begins. So whatever could be read in two ways is refused, also where llhttp would choose one.
void http_parser::check_length(const framing_fields& fields) {
  const auto& lengths = fields.content_length;
  if (fields.transfer_encoding.count > 0) {
    if (lengths.count > 0) return refuse(400, "both Content-Length and Transfer-Encoding");
    if (head_.minor_version == 0) return refuse(400, "Transfer-Encoding in HTTP/1.0");
    if (fields.transfer_encoding.count > 1) return refuse(400, "more than one Transfer-Encoding");
    const std::string_view encodings = *fields.transfer_encoding.value;
    const std::string_view last = trim(encodings.substr(encodings.rfind(',') + 1));
    if (!equal_ignoring_case(last, "chunked"))
      return refuse(400, "a Transfer-Encoding without end");
    if (last.size() != encodings.size()) {
      return refuse(501, "a Transfer-Encoding beside chunked");
    }
    head_.chunked = true;
    return;
  }
  if (lengths.count == 0) return;
  if (lengths.count > 1) return refuse(400, "more than one Content-Length");
  std::uint64_t value = 0;
  const char* const end = lengths.value->data() + lengths.value->size();
  const auto read = std::from_chars(lengths.value->data(), end, value);
  if (read.ec != std::errc() || read.ptr != end)
    return refuse(400, "a Content-Length that is none");
  head_.content_length = value;
}

http_parser::event http_parser::next_body(std::string_view& input) {
  if (!head_.chunked && head_.content_length.value_or(0) == 0) {
    begin_message();
    return event::end;
  }
  llhttp_t* const state = &machine_->state;
  const char* const begin = input.empty() ? "" : input.data();
  body_ = {};
  const llhttp_errno_t error = llhttp_execute(state, begin, input.size());
  std::size_t taken = input.size();
  if (error != HPE_OK) {
    taken = static_cast<std::size_t>(llhttp_get_error_pos(state) - begin);
  }
  if (error == HPE_PAUSED) llhttp_resume(state);
  input.remove_prefix(std::min(taken, input.size()));
  body_bytes_ += body_.size();
  framing_bytes_ += taken - body_.size();
  const char before_last = taken >= 2 ? begin[taken - 2] : last_byte_;
  if (taken > 0) last_byte_ = begin[taken - 1];
  if (error == HPE_PAUSED && machine_->ended) {
    if (head_.chunked && before_last != '\r') {  // which llhttp lets pass
      refuse(400, "a line without CR before its LF");
      return event::refused;
    }
    begin_message();
    return event::end;
  }
  if (error != HPE_OK && error != HPE_PAUSED) {
    refuse(400, llhttp_get_error_reason(state));
    return event::refused;
  }
  if (framing_bytes_ > framing_free + framing_per_byte * body_bytes_) {
    refuse(400, "more chunk framing than body");
    return event::refused;
  }
  return error == HPE_PAUSED ? event::body : event::need_input;
}

}  // namespace weft::http::detail
