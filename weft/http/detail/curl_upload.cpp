#include <weft/http/detail/curl_upload.hpp>

#include <curl/curl.h>

#include <algorithm>
#include <cstring>

#include <weft/http/detail/curl_engine.hpp>
#include <weft/http/detail/curl_transfer.hpp>

namespace weft::http::detail {
namespace {

/// libcurl may go on: there is a piece, or the end.
void offer(curl_upload& upload) {
  if (upload.stalled && upload.transfer) {
    upload.stalled = false;
    upload.transfer->resume_upload();
  }
}

coro<> send_pieces(std::shared_ptr<curl_upload> upload, body_source source) {
  while (upload->transfer) {
    std::string piece = co_await source();
    if (!upload->transfer) co_return;
    if (piece.empty()) break;
    upload->piece = std::move(piece);
    upload->offset = 0;
    offer(*upload);
    while (upload->transfer && upload->offset < upload->piece.size()) {
      upload->taken = make_future<>();
      future<> taken = upload->taken;
      co_await taken;
    }
  }
  upload->ended = true;
  offer(*upload);
}

coro<> run_source(std::shared_ptr<curl_upload> upload, body_source source) {
  // A source that fails or is cancelled ends the request: half a body must not look whole.
  try {
    co_await send_pieces(upload, std::move(source));
  } catch (const cancelled_error&) {
    if (upload->transfer) upload->transfer->fail(std::current_exception());
    throw;
  } catch (...) {
    if (upload->transfer) upload->transfer->fail(std::current_exception());
  }
}

}  // namespace

std::shared_ptr<curl_upload> curl_upload::start(curl_transfer& transfer, body_source source) {
  auto made = std::make_shared<curl_upload>(&transfer);
  made->source_task = create_task(run_source(made, std::move(source)));
  return made;
}

void curl_upload::abandon() noexcept {
  transfer = nullptr;
  // The task drops its upload when it ends, and the upload its handle to the task.
  task<> ending = std::move(source_task);
  if (ending && !ending.done()) ending.cancel();
}

std::size_t curl_upload::on_read(char* to, std::size_t size, std::size_t count,
                                 void* self) noexcept {
  auto& upload = *static_cast<curl_upload*>(self);
  const std::size_t left = upload.piece.size() - upload.offset;
  if (left == 0) {
    if (upload.ended) return 0;
    upload.stalled = true;
    return CURL_READFUNC_PAUSE;
  }
  const std::size_t taken = std::min(left, size * count);
  std::memcpy(to, upload.piece.data() + upload.offset, taken);
  upload.offset += taken;
  if (taken == left && upload.taken && !upload.taken.done()) upload.taken.set_result();
  return taken;
}

}  // namespace weft::http::detail
