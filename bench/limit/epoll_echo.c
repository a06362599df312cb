// The limit of the servers on epoll: TCP echo, or HTTP with a canned reply, on one thread, without
// an allocation a request: the best that read, send and epoll_wait can do. epoll_echo echo|http
// PORT
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { most_connections = 20000, buffer_size = 65536, most_events = 1024 };

static const char canned[] =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nHello, World!";

static int epoll;
static int is_http;
// What a full socket did not take; while there is some, the connection is not read.
static char* rest[most_connections];
static size_t rest_size[most_connections];

static void watch(int operation, int fd, unsigned events) {
  struct epoll_event event = {events, {.fd = fd}};
  epoll_ctl(epoll, operation, fd, &event);
}

static void end(int fd) {
  free(rest[fd]);
  rest[fd] = NULL;
  rest_size[fd] = 0;
  close(fd);
}

static void accept_one(int listener) {
  const int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
  if (fd < 0) return;
  if (fd >= most_connections) {
    close(fd);
    return;
  }
  const int one = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  watch(EPOLL_CTL_ADD, fd, EPOLLIN);
}

static void send_rest(int fd) {
  const ssize_t sent = send(fd, rest[fd], rest_size[fd], MSG_NOSIGNAL);
  if (sent < 0) {
    if (errno != EAGAIN) end(fd);
    return;
  }
  rest_size[fd] -= (size_t)sent;
  memmove(rest[fd], rest[fd] + sent, rest_size[fd]);
  if (!rest_size[fd]) watch(EPOLL_CTL_MOD, fd, EPOLLIN);
}

static void answer(int fd) {
  static char buffer[buffer_size];
  const ssize_t received = read(fd, buffer, sizeof buffer);
  if (received <= 0) {
    end(fd);
    return;
  }
  const char* from = is_http ? canned : buffer;
  const size_t size = is_http ? sizeof canned - 1 : (size_t)received;
  ssize_t sent = send(fd, from, size, MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) {
    end(fd);
    return;
  }
  if (sent < 0) sent = 0;
  if ((size_t)sent == size) return;
  if (!rest[fd]) rest[fd] = malloc(buffer_size);
  rest_size[fd] = size - (size_t)sent;
  memcpy(rest[fd], from + sent, rest_size[fd]);
  watch(EPOLL_CTL_MOD, fd, EPOLLOUT);
}

static int listen_on(int port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  const int one = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  const struct sockaddr_in address = {.sin_family = AF_INET,
                                      .sin_port = htons((unsigned short)port),
                                      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (bind(listener, (const struct sockaddr*)&address, sizeof address)) return -1;
  return listen(listener, 4096) ? -1 : listener;
}

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  is_http = !strcmp(argv[1], "http");
  const int listener = listen_on(atoi(argv[2]));
  epoll = epoll_create1(0);
  if (listener < 0 || epoll < 0) {
    perror("epoll_echo");
    return 1;
  }
  watch(EPOLL_CTL_ADD, listener, EPOLLIN);
  static struct epoll_event events[most_events];
  for (;;) {
    const int count = epoll_wait(epoll, events, most_events, -1);
    for (int i = 0; i < count; ++i) {
      const int fd = events[i].data.fd;
      if (fd == listener) {
        accept_one(listener);
      } else if (rest_size[fd]) {
        send_rest(fd);
      } else {
        answer(fd);
      }
    }
  }
}
