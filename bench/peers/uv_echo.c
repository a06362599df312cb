// A peer: TCP echo on libuv, by callbacks, on one thread; what a full socket does not take at once
// is queued. uv_echo echo|hot PORT; hot has an idle handle, so that the loop never sleeps.
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

static void give_buffer(uv_handle_t* handle, size_t suggested, uv_buf_t* buffer) {
  static char bytes[65536];
  (void)handle;
  (void)suggested;
  *buffer = uv_buf_init(bytes, sizeof bytes);
}

static void on_closed(uv_handle_t* handle) { free(handle); }

static void on_written(uv_write_t* request, int status) {
  (void)status;
  free(request->data);
  free(request);
}

static void on_read(uv_stream_t* stream, ssize_t size, const uv_buf_t* buffer) {
  if (size < 0) {
    uv_close((uv_handle_t*)stream, on_closed);
    return;
  }
  if (size == 0) return;
  uv_buf_t out = uv_buf_init(buffer->base, (unsigned)size);
  int taken = uv_try_write(stream, &out, 1);
  if (taken < 0) taken = 0;
  if (taken == size) return;
  const size_t rest = (size_t)(size - taken);
  uv_write_t* request = malloc(sizeof *request);
  request->data = malloc(rest);
  memcpy(request->data, buffer->base + taken, rest);
  out = uv_buf_init(request->data, (unsigned)rest);
  uv_write(request, stream, &out, 1, on_written);
}

static void on_connection(uv_stream_t* listener, int status) {
  (void)status;
  uv_tcp_t* connection = malloc(sizeof *connection);
  uv_tcp_init(listener->loop, connection);
  if (uv_accept(listener, (uv_stream_t*)connection)) {
    uv_close((uv_handle_t*)connection, on_closed);
    return;
  }
  uv_tcp_nodelay(connection, 1);
  uv_read_start((uv_stream_t*)connection, give_buffer, on_read);
}

static void spin(uv_idle_t* handle) { (void)handle; }

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const int hot = !strcmp(argv[1], "hot");
  if (!hot && strcmp(argv[1], "echo")) return 2;
  signal(SIGPIPE, SIG_IGN);
  uv_loop_t* loop = uv_default_loop();
  uv_tcp_t listener;
  struct sockaddr_in address;
  uv_tcp_init(loop, &listener);
  uv_ip4_addr("127.0.0.1", atoi(argv[2]), &address);
  if (uv_tcp_bind(&listener, (const struct sockaddr*)&address, 0)) return 1;
  if (uv_listen((uv_stream_t*)&listener, 4096, on_connection)) return 1;
  uv_idle_t idle;
  uv_idle_init(loop, &idle);
  if (hot) uv_idle_start(&idle, spin);
  return uv_run(loop, UV_RUN_DEFAULT);
}
