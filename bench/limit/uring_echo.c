// The limit of the servers on io_uring: TCP echo, or HTTP with a canned reply, on one thread,
// without coroutines and without an allocation a request. Accepts and receives are multishot,
// received bytes stay in the ring's buffers until they are sent back, and one send a connection is
// on its way. uring_echo echo|http PORT [BYTES OF A BUFFER]
#include <errno.h>
#include <liburing.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum operation { accepting = 1, receiving, sending };
enum { most_connections = 20000, most_buffers = 32768 };

static const char canned[] =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nHello, World!";

static struct io_uring ring;
static struct io_uring_buf_ring* buffers;
static char* memory;
static int buffer_count;
static int buffer_size;
static int is_http;

// A connection's buffers that wait to be sent: a list by their numbers, -1 at its end.
static int following[most_buffers];
static int length[most_buffers];
static struct {
  int first;
  int last;
  int sent;  // of the first
  int ended;
} connections[most_connections];

static struct io_uring_sqe* prepare(void) {
  struct io_uring_sqe* entry = io_uring_get_sqe(&ring);
  if (entry) return entry;
  io_uring_submit(&ring);
  return io_uring_get_sqe(&ring);
}

static void label(struct io_uring_sqe* entry, enum operation what, int fd) {
  entry->user_data = ((__u64)what << 56) | (unsigned)fd;
}

static char* bytes_of(int buffer) { return memory + (size_t)buffer * (size_t)buffer_size; }

static void give_back(int buffer) {
  io_uring_buf_ring_add(buffers, bytes_of(buffer), (unsigned)buffer_size, (unsigned short)buffer,
                        buffer_count - 1, 0);
  io_uring_buf_ring_advance(buffers, 1);
}

static void receive(int fd) {
  struct io_uring_sqe* entry = prepare();
  io_uring_prep_recv(entry, fd, NULL, 0, 0);
  entry->ioprio |= IORING_RECV_MULTISHOT;
  entry->flags |= IOSQE_BUFFER_SELECT;
  entry->buf_group = 0;
  label(entry, receiving, fd);
}

static void send_first(int fd) {
  const int buffer = connections[fd].first;
  const int sent = connections[fd].sent;
  const char* from = is_http ? canned : bytes_of(buffer) + sent;
  const size_t size = is_http ? sizeof canned - 1 : (size_t)(length[buffer] - sent);
  struct io_uring_sqe* entry = prepare();
  io_uring_prep_send(entry, fd, from, size, MSG_WAITALL | MSG_NOSIGNAL);
  label(entry, sending, fd);
}

static void on_accepted(int fd) {
  if (fd < 0) return;
  if (fd >= most_connections) {
    close(fd);
    return;
  }
  const int one = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  connections[fd].first = connections[fd].last = -1;
  connections[fd].sent = connections[fd].ended = 0;
  receive(fd);
}

static void on_received(int fd, int result, unsigned flags) {
  if (result == -ENOBUFS) {
    receive(fd);
    return;
  }
  if (result <= 0) {
    connections[fd].ended = 1;
    if (connections[fd].first < 0) close(fd);
    return;
  }
  const int buffer = (int)(flags >> IORING_CQE_BUFFER_SHIFT);
  length[buffer] = result;
  following[buffer] = -1;
  if (connections[fd].first < 0) {
    connections[fd].first = connections[fd].last = buffer;
    send_first(fd);
  } else {
    following[connections[fd].last] = buffer;
    connections[fd].last = buffer;
  }
  if (!(flags & IORING_CQE_F_MORE)) receive(fd);
}

static void on_sent(int fd, int result) {
  const int buffer = connections[fd].first;
  if (result > 0 && !is_http && connections[fd].sent + result < length[buffer]) {
    connections[fd].sent += result;
    send_first(fd);
    return;
  }
  connections[fd].sent = 0;
  connections[fd].first = following[buffer];
  give_back(buffer);
  if (connections[fd].first >= 0) {
    send_first(fd);
  } else if (connections[fd].ended) {
    close(fd);
  }
}

static int set_up_ring(void) {
  struct io_uring_params parameters;
  memset(&parameters, 0, sizeof parameters);
  parameters.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_CQSIZE;
  parameters.cq_entries = 16384;
  if (io_uring_queue_init_params(4096, &ring, &parameters)) return 0;
  io_uring_register_ring_fd(&ring);
  buffers = mmap(NULL, (size_t)buffer_count * sizeof(struct io_uring_buf), PROT_READ | PROT_WRITE,
                 MAP_ANONYMOUS | MAP_PRIVATE, -1, 0);
  memory = malloc((size_t)buffer_count * (size_t)buffer_size);
  struct io_uring_buf_reg registration;
  memset(&registration, 0, sizeof registration);
  registration.ring_addr = (unsigned long)buffers;
  registration.ring_entries = (unsigned)buffer_count;
  if (io_uring_register_buf_ring(&ring, &registration, 0)) return 0;
  io_uring_buf_ring_init(buffers);
  for (int i = 0; i < buffer_count; ++i) give_back(i);
  return 1;
}

static int listen_on(int port) {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  const int one = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  const struct sockaddr_in address = {.sin_family = AF_INET,
                                      .sin_port = htons((unsigned short)port),
                                      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (bind(listener, (const struct sockaddr*)&address, sizeof address)) return -1;
  return listen(listener, 4096) ? -1 : listener;
}

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  is_http = !strcmp(argv[1], "http");
  buffer_size = argc > 3 ? atoi(argv[3]) : 2048;
  buffer_count = buffer_size > 8192 ? 512 : 4096;
  const int listener = listen_on(atoi(argv[2]));
  if (listener < 0 || !set_up_ring()) {
    perror("uring_echo");
    return 1;
  }
  struct io_uring_sqe* entry = prepare();
  io_uring_prep_multishot_accept(entry, listener, NULL, NULL, 0);
  label(entry, accepting, 0);
  for (;;) {
    io_uring_submit_and_wait(&ring, 1);
    struct io_uring_cqe* completion;
    unsigned head;
    unsigned count = 0;
    io_uring_for_each_cqe(&ring, head, completion) {
      ++count;
      const int fd = (int)(completion->user_data & 0xffffff);
      switch (completion->user_data >> 56) {
        case accepting:
          on_accepted(completion->res);
          break;
        case receiving:
          on_received(fd, completion->res, completion->flags);
          break;
        default:
          on_sent(fd, completion->res);
      }
    }
    io_uring_cq_advance(&ring, count);
  }
}
