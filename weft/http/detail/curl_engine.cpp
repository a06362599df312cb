#include <weft/http/detail/curl_engine.hpp>

#include <curl/curl.h>
#include <unistd.h>

#include <new>
#include <string>

#include <weft/http/detail/curl_setup.hpp>
#include <weft/http/detail/curl_upload.hpp>
#include <weft/http/http_error.hpp>

namespace weft::http::detail {
namespace {

/// Easy handles kept for later transfers.
constexpr std::size_t idle_handles = 256;

}  // namespace

curl_handle::curl_handle() : easy(nullptr) {
  start_curl();
  easy = curl_easy_init();
  if (!easy) throw std::bad_alloc();
}

curl_handle::~curl_handle() {
  curl_easy_cleanup(easy);
  curl_slist_free_all(static_cast<curl_slist*>(header_list));
}

curl_engine::curl_engine(const client_options& options)
    : options_(options), gate_(options.max_connections, options.max_connections_per_host) {
  start_curl();
}

curl_engine::~curl_engine() { close(); }

void curl_engine::attach() {
  weft::detail::scheduler& here = weft::detail::running_scheduler();
  if (loop_ == here.loop) return;
  if (loop_) throw usage_error("this http::client belongs to another event loop");
  loop_ = here.loop;
  enlist(here);
}

void curl_engine::open_multi() {
  if (multi_) return;
  CURLM* multi = curl_multi_init();
  if (!multi) throw std::bad_alloc();
  curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &curl_engine::on_socket);
  curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &curl_engine::on_timer);
  curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
  // The gate keeps the limits; these close idle connections to other hosts where one is needed.
  const auto limit = static_cast<long>(options_.max_connections);
  curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, limit);
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, limit);
  curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS,
                    static_cast<long>(options_.max_connections_per_host));
  multi_ = multi;
}

// ---- transfers

void curl_engine::start(curl_transfer& transfer) {
  if (retired_) {
    throw client_closed_error(transfer.what_for("the client was destroyed before it was sent"),
                              transfer.request().url);
  }
  attach();
  open_multi();
  started_.push_back(&transfer);
  transfer.index = started_.size();
  const bool multiplexed = options_.versions == http_versions::http_2_prior_knowledge &&
                           may_share_connection(options_, transfer.url().secure);
  if (gate_.enter(transfer, transfer.url().origin, multiplexed)) begin(transfer);
}

void curl_engine::begin(curl_transfer& transfer) noexcept {
  try {
    open_multi();
    if (idle_.empty()) idle_.push_back(std::make_unique<curl_handle>());
    set_up_handle(*idle_.back(), options_, *this);
    set_up_request(*idle_.back(), transfer, options_);
    if (const CURLMcode bad = curl_multi_add_handle(multi_, idle_.back()->easy)) {
      throw std::runtime_error(transfer.what_for(curl_multi_strerror(bad)));
    }
    transfer.handle = idle_.back().release();
    idle_.pop_back();
  } catch (...) {
    transfer.fail(std::current_exception());
  }
}

void curl_engine::let_in_waiting() noexcept {
  while (connection_gate::entry* next = gate_.next()) begin(static_cast<curl_transfer&>(*next));
}

void curl_engine::release_handle(curl_transfer& transfer) noexcept {
  if (!transfer.handle) return;
  std::unique_ptr<curl_handle> handle(std::exchange(transfer.handle, nullptr));
  curl_multi_remove_handle(multi_, handle->easy);
  if (idle_.size() < idle_handles) idle_.push_back(std::move(handle));
}

void curl_engine::stop(curl_transfer& transfer) noexcept {
  if (transfer.index == 0) return;
  release_handle(transfer);
  started_.back()->index = transfer.index;
  started_[transfer.index - 1] = started_.back();
  started_.pop_back();
  transfer.index = 0;
  gate_.leave(transfer);
  if (multi_) let_in_waiting();
}

void curl_engine::finish(curl_transfer& transfer, int code) noexcept {
  std::exception_ptr error;
  try {
    read_result(*transfer.handle, transfer.response());
    if (transfer.response().version == http_version::http_2 &&
        may_share_connection(options_, transfer.url().secure)) {
      gate_.mark_multiplexed(transfer);
    }
    if (code != CURLE_OK && !transfer.has_error()) {
      error = make_curl_error(code, *transfer.handle, transfer);
    }
  } catch (...) {
    error = std::current_exception();
  }
  stop(transfer);
  transfer.complete(std::move(error));
}

void curl_engine::collect() noexcept {
  int left = 0;
  while (CURLMsg* message = multi_ ? curl_multi_info_read(multi_, &left) : nullptr) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;  // gone when the handle is taken out
    curl_transfer* transfer = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    finish(*transfer, code);
  }
}

void curl_engine::update_pause(curl_transfer& transfer) noexcept {
  if (!transfer.handle) return;
  const bool upload_stalled = transfer.upload() && transfer.upload()->stalled;
  const int held_up = (transfer.held_up() ? CURLPAUSE_RECV : CURLPAUSE_CONT) |
                      (upload_stalled ? CURLPAUSE_SEND : CURLPAUSE_CONT);
  const CURLcode code = curl_easy_pause(transfer.handle->easy, held_up);
  if (code != CURLE_OK) return finish(transfer, code);
  if (held_up == CURLPAUSE_CONT) look_again_later(transfer);
}

// What libcurl has read for a stream of HTTP/2 while that was held up, it may leave where it is
// when the stream goes on (7.88, mended in 8.1: curl/curl#10988). Then the server, whose window is
// used up, says no more, and nothing wakes anybody. So libcurl is told that the socket can be read.
void curl_engine::look_again_later(curl_transfer& unpaused) noexcept {
  curl_socket_t fd = CURL_SOCKET_BAD;
  curl_easy_getinfo(unpaused.handle->easy, CURLINFO_ACTIVESOCKET, &fd);
  if (fd == CURL_SOCKET_BAD) return;
  try {
    to_look_at_.push_back(fd);
    if (to_look_at_.size() == 1) look_soon_ = loop_->call_soon([this] { look_again(); });
  } catch (const std::exception&) {  // no memory: it is left to the next bytes that come
    to_look_at_.clear();
  }
}

void curl_engine::look_again() noexcept {
  for (const int fd : std::exchange(to_look_at_, {})) {
    if (multi_ && watch_of(fd).wants_read) act(fd, CURL_CSELECT_IN);
  }
}

// ---- the loop calls libcurl

void curl_engine::act(int fd, int events) noexcept {
  if (!multi_) return;
  int running = 0;
  const CURLMcode code = curl_multi_socket_action(multi_, fd, events, &running);
  if (code != CURLM_OK) {
    break_down(code);
  } else {
    collect();
  }
}

void curl_engine::readable(int fd) noexcept {
  watch& w = watch_of(fd);
  if (w.wants_read) return act(fd, CURL_CSELECT_IN);
  // Something came on an idle connection, most likely its end: libcurl looks before it uses it.
  w.reading = false;
  loop_->remove_reader(fd);
}

int curl_engine::on_timer(void*, long milliseconds, void* self) noexcept {
  auto& engine = *static_cast<curl_engine*>(self);
  engine.soon_.cancel();
  engine.later_.cancel();
  auto fire = [&engine] { engine.act(CURL_SOCKET_TIMEOUT, 0); };
  try {
    if (milliseconds == 0) {
      engine.soon_ = engine.loop_->call_soon(fire);
    } else if (milliseconds > 0) {
      engine.later_ = engine.loop_->call_later(std::chrono::milliseconds(milliseconds), fire);
    }
    return 0;
  } catch (const std::exception&) {  // no memory: see break_down
    return -1;
  }
}

// ---- descriptors

curl_engine::watch& curl_engine::watch_of(int fd) {
  const auto place = static_cast<std::size_t>(fd);
  if (place >= watches_.size()) watches_.resize(place + 1);
  return watches_[place];
}

void curl_engine::note_socket(int fd) {
  watch fresh;
  fresh.ours = true;
  watch_of(fd) = fresh;
}

int curl_engine::on_socket(void*, int fd, int what, void* self, void*) noexcept {
  auto& engine = *static_cast<curl_engine*>(self);
  try {
    const bool removed = what == CURL_POLL_REMOVE;
    engine.set_watches(fd, !removed && (what & CURL_POLL_IN), !removed && (what & CURL_POLL_OUT));
    // The resolver's descriptors are opened and closed behind our back: removed is closed.
    if (removed && !engine.watch_of(fd).ours) engine.forget(fd);
    return 0;
  } catch (const std::exception&) {  // no memory: see break_down
    return -1;
  }
}

void curl_engine::set_watches(int fd, bool read, bool write) {
  watch& w = watch_of(fd);
  w.wants_read = read;
  w.wants_write = write;
  if (read && !w.reading) {
    w.reading = true;
    loop_->add_reader(fd, [this, fd] { readable(fd); });
  }
  // A reader that isn't wanted stays: between two requests on a connection libcurl lets go of it
  // for a moment. It goes when it fires, or with the socket.
  if (write == w.writing) return;
  w.writing = write;
  if (write) {
    loop_->add_writer(fd, [this, fd] { act(fd, CURL_CSELECT_OUT); });
  } else {
    loop_->remove_writer(fd);
  }
}

void curl_engine::forget(int fd) noexcept {
  watch& w = watches_[static_cast<std::size_t>(fd)];
  if (w.reading) loop_->remove_reader(fd);
  if (w.writing) loop_->remove_writer(fd);
  w = watch();
  loop_->detach(fd);
}

int curl_engine::on_close_socket(void* self, int fd) noexcept {
  auto& engine = *static_cast<curl_engine*>(self);
  const auto place = static_cast<std::size_t>(fd);
  if (place < engine.watches_.size()) engine.forget(fd);
  return ::close(fd);
}

// ---- the end

void curl_engine::fail_all(error_kind kind, const char* why) noexcept {
  // What starts when another stops would be failed too: nothing is to start.
  CURLM* multi = std::exchange(multi_, nullptr);
  while (!started_.empty()) {
    curl_transfer& transfer = *started_.back();
    if (transfer.handle) curl_multi_remove_handle(multi, transfer.handle->easy);
    std::exception_ptr error;
    try {
      error = make_http_error(kind, transfer.what_for(why), transfer.request().url);
    } catch (...) {
      error = std::current_exception();
    }
    transfer.fail(std::move(error));
  }
  multi_ = multi;
}

void curl_engine::shut_down() noexcept {
  if (!multi_) return;
  fail_all(error_kind::client_closed, "the client was closed in mid-request");
  idle_.clear();
  curl_multi_cleanup(multi_);
  multi_ = nullptr;
  soon_.cancel();
  later_.cancel();
  look_soon_.cancel();
  to_look_at_.clear();
}

void curl_engine::break_down(int code) noexcept {
  // A callback of ours failed, for want of memory: libcurl's multi handle is of no more use.
  fail_all(error_kind::other, curl_multi_strerror(static_cast<CURLMcode>(code)));
  shut_down();
}

void curl_engine::close() noexcept {
  if (!loop_) return;
  shut_down();
  delist(loop_->get_scheduler());
  loop_ = nullptr;
}

void curl_engine::retire() noexcept {
  close();
  retired_ = true;
}

void curl_engine::loop_closing() noexcept {
  shut_down();
  loop_ = nullptr;
}

}  // namespace weft::http::detail
