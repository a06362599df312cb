// Runs a program and says what it took: timed FILE PROGRAM [ARGUMENT...] writes the line that the
// other programs print into FILE. A process starts with the peak memory of the one that made it, so
// that a script can't ask for its child's; this is small.
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double nanoseconds(struct timeval t) {
  return (double)t.tv_sec * 1e9 + (double)t.tv_usec * 1e3;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const double start = now();
  const pid_t child = fork();
  if (child == 0) {
    execvp(argv[2], argv + 2);
    perror(argv[2]);
    _exit(127);
  }
  int status;
  struct rusage used;
  if (child < 0 || wait4(child, &status, 0, &used) != child) return 1;
  const double taken = now() - start;
  FILE* file = fopen(argv[1], "we");
  if (!file) return 1;
  fprintf(file, "timed run n=1 ns=%.0f cpu_ns=%.0f peak_bytes=%ld\n", taken,
          nanoseconds(used.ru_utime) + nanoseconds(used.ru_stime), used.ru_maxrss * 1024);
  fclose(file);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
