// The limit of a crawl: fetches a list of URLs over 64 connections that stay, by epoll on one
// thread, and looks at nothing but where an answer ends. epoll_fetch PORT FILE; the file has a path
// a line. For servers on 127.0.0.1 that send Content-Length.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { most_connections = 64, most_paths = 1 << 20, head_size = 8192, buffer_size = 65536 };

struct connection {
  int fd;
  int waits;    // for an answer
  size_t left;  // of the body; SIZE_MAX while the head is read
  size_t head;  // bytes of it that came
  char bytes[head_size];
};

static struct connection connections[most_connections];
static char* paths[most_paths];
static size_t count, asked, answered;
static unsigned long long received;
static int epoll;

static void fail(const char* what) {
  perror(what);
  exit(1);
}

static void read_paths(const char* name) {
  FILE* file = fopen(name, "re");
  if (!file) fail(name);
  char* line = NULL;
  size_t size = 0;
  ssize_t length;
  while (count < most_paths && (length = getline(&line, &size, file)) > 0) {
    line[strcspn(line, "\n")] = 0;
    paths[count++] = strdup(line);
  }
  free(line);
  fclose(file);
}

static void connect_to(struct connection* one, int port) {
  const struct sockaddr_in address = {.sin_family = AF_INET,
                                      .sin_port = htons((unsigned short)port),
                                      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  one->fd = socket(AF_INET, SOCK_STREAM, 0);
  if (one->fd < 0 || connect(one->fd, (const struct sockaddr*)&address, sizeof address))
    fail("connect");
  struct epoll_event event = {EPOLLIN, {.ptr = one}};
  epoll_ctl(epoll, EPOLL_CTL_ADD, one->fd, &event);
}

static void ask(struct connection* one) {
  one->waits = asked < count;
  if (!one->waits) return;
  char request[4096];
  const int size = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n",
                            paths[asked++]);
  if (size >= (int)sizeof request || send(one->fd, request, (size_t)size, MSG_NOSIGNAL) != size)
    fail("send");
  one->left = SIZE_MAX;
  one->head = 0;
}

// The body's bytes that came with the head; SIZE_MAX while that has not ended.
static size_t read_head(struct connection* one) {
  const char* end = memmem(one->bytes, one->head, "\r\n\r\n", 4);
  if (!end) return SIZE_MAX;
  one->bytes[end - one->bytes] = 0;
  const char* length = strcasestr(one->bytes, "\r\nContent-Length:");
  if (!length) {
    fprintf(stderr, "an answer without its length\n");
    exit(1);
  }
  one->left = strtoull(length + 17, NULL, 10);
  return one->head - (size_t)(end + 4 - one->bytes);
}

static void receive(struct connection* one) {
  static char buffer[buffer_size];
  const int in_head = one->left == SIZE_MAX;
  char* to = in_head ? one->bytes + one->head : buffer;
  const ssize_t size = recv(one->fd, to, in_head ? head_size - 1 - one->head : buffer_size, 0);
  if (size <= 0) fail("recv");
  received += (unsigned long long)size;
  size_t of_body = (size_t)size;
  if (in_head) {
    one->head += (size_t)size;
    of_body = read_head(one);
    if (of_body == SIZE_MAX) return;
  }
  one->left -= of_body;
  if (one->left) return;
  ++answered;
  ask(one);
}

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  read_paths(argv[2]);
  epoll = epoll_create1(0);
  for (int i = 0; i < most_connections; ++i) {
    connect_to(&connections[i], atoi(argv[1]));
    ask(&connections[i]);
  }
  struct epoll_event events[most_connections];
  while (answered < count) {
    const int ready = epoll_wait(epoll, events, most_connections, -1);
    for (int i = 0; i < ready; ++i) receive(events[i].data.ptr);
  }
  printf("%zu URLs, %llu bytes\n", answered, received);
}
