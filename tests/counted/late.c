/* A cron daemon that is late in some minutes, by 5 to 50 s, and is not stopped. SHARE of 100 minutes
   are such. WHERE is SLEEP: it wakes late, as on a host that has no time for it; or READ: it wakes
   in time, and its disk lets it wait before it has read anything, in state D. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SLEEP 1
#define READ 2

/* Seconds by which it is late in that minute: the same, however often it is asked. */
static unsigned lateness(long minute) {
  unsigned long mixed = (unsigned long)minute * 2654435761ul + SEED * 40503ul;
  mixed = (mixed ^ (mixed >> 15)) * 2246822519ul;
  mixed ^= mixed >> 13;
  return mixed % 100 < SHARE ? 5 + (unsigned)((mixed / 100) % 46) : 0;
}

static void note(long minute, unsigned seconds) {
  char text[64];
  int length = snprintf(text, sizeof text, "%ld %u\n", minute * 60, seconds);
  int file = open("/mnt/late", O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (file >= 0 && write(file, text, (size_t)length) >= 0) close(file);
}

static void rest(unsigned seconds) {
  struct timespec left = {.tv_sec = seconds};
  while (nanosleep(&left, &left));
}

unsigned sleep(unsigned seconds) {
  struct timespec left = {.tv_sec = seconds};
  long next = time(0) / 60 + 1;
  unsigned late = WHERE == SLEEP && time(0) + seconds >= next * 60 ? lateness(next) : 0;
  left.tv_sec += late;
  if (nanosleep(&left, &left) == 0) {
    if (late) note(next, late);
    return 0;
  }
  return left.tv_sec > late ? (unsigned)left.tv_sec - late : 1;
}

int stat(const char *path, struct stat *told) {
  static int (*real)(const char *, struct stat *);
  static long done;
  if (!real) real = (int (*)(const char *, struct stat *))dlsym(RTLD_NEXT, "stat");
  long minute = time(0) / 60;
  if (WHERE == READ && minute != done && strstr(path, "cron")) {
    if (done && lateness(minute)) {
      /* whoever waits for what vfork has started is in state D */
      if (vfork() == 0) {
        rest(lateness(minute));
        _exit(0);
      }
      note(minute, lateness(minute));
    }
    done = minute;
  }
  return real(path, told);
}
