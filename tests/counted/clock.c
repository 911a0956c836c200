/* A clock that is AHEAD seconds ahead, for every program that has this in /etc/ld.so.preload: the
   time of day, the times of files, and what either is set to. What the kernel alone tells (how long
   it is up, how long a process lives, sleeping for so many seconds) is as it was, as on a host whose
   clock is off. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <utime.h>

#define REAL(name) \
  static __typeof__(name) *real; \
  if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

static int of_day(clockid_t which) {
  return which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE || which == CLOCK_TAI;
}

time_t time(time_t *told) {
  REAL(time);
  time_t now = real(0) + AHEAD;
  if (told) *told = now;
  return now;
}

int gettimeofday(struct timeval *told, void *zone) {
  REAL(gettimeofday);
  int code = real(told, zone);
  if (!code) ((struct timeval *)told)->tv_sec += AHEAD;
  return code;
}

int clock_gettime(clockid_t which, struct timespec *told) {
  REAL(clock_gettime);
  int code = real(which, told);
  if (!code && of_day(which)) told->tv_sec += AHEAD;
  return code;
}

int timespec_get(struct timespec *told, int base) {
  REAL(timespec_get);
  int code = real(told, base);
  if (code) told->tv_sec += AHEAD;
  return code;
}

int clock_nanosleep(clockid_t which, int flags, const struct timespec *until, struct timespec *left) {
  REAL(clock_nanosleep);
  struct timespec then = *until;
  if ((flags & TIMER_ABSTIME) && of_day(which)) then.tv_sec -= AHEAD;
  return real(which, flags, &then, left);
}

#define LATER(told) \
  ((told)->st_atim.tv_sec += AHEAD, (told)->st_mtim.tv_sec += AHEAD, (told)->st_ctim.tv_sec += AHEAD)
#define STAT(name, type, declared, given) \
  int name declared { \
    REAL(name); \
    int code = real given; \
    if (!code) LATER(told); \
    return code; \
  }
STAT(stat, stat, (const char *path, struct stat *told), (path, told))
STAT(lstat, stat, (const char *path, struct stat *told), (path, told))
STAT(fstat, stat, (int file, struct stat *told), (file, told))
STAT(fstatat, stat, (int at, const char *path, struct stat *told, int flags), (at, path, told, flags))
STAT(stat64, stat64, (const char *path, struct stat64 *told), (path, told))
STAT(lstat64, stat64, (const char *path, struct stat64 *told), (path, told))
STAT(fstat64, stat64, (int file, struct stat64 *told), (file, told))
STAT(fstatat64, stat64, (int at, const char *path, struct stat64 *told, int flags),
     (at, path, told, flags))

int statx(int at, const char *path, int flags, unsigned mask, struct statx *told) {
  REAL(statx);
  int code = real(at, path, flags, mask, told);
  if (code) return code;
  told->stx_atime.tv_sec += AHEAD;
  told->stx_btime.tv_sec += AHEAD;
  told->stx_ctime.tv_sec += AHEAD;
  told->stx_mtime.tv_sec += AHEAD;
  return code;
}

static const struct timespec *earlier(const struct timespec given[2], struct timespec set[2]) {
  if (!given) return 0;
  for (int each = 0; each < 2; each++) {
    set[each] = given[each];
    if (set[each].tv_nsec != UTIME_NOW && set[each].tv_nsec != UTIME_OMIT) set[each].tv_sec -= AHEAD;
  }
  return set;
}

static const struct timeval *earlier_too(const struct timeval given[2], struct timeval set[2]) {
  if (!given) return 0;
  for (int each = 0; each < 2; each++) set[each] = given[each], set[each].tv_sec -= AHEAD;
  return set;
}

int utimensat(int at, const char *path, const struct timespec times[2], int flags) {
  REAL(utimensat);
  struct timespec set[2];
  return real(at, path, earlier(times, set), flags);
}

int futimens(int file, const struct timespec times[2]) {
  REAL(futimens);
  struct timespec set[2];
  return real(file, earlier(times, set));
}

int utimes(const char *path, const struct timeval times[2]) {
  REAL(utimes);
  struct timeval set[2];
  return real(path, earlier_too(times, set));
}

int lutimes(const char *path, const struct timeval times[2]) {
  REAL(lutimes);
  struct timeval set[2];
  return real(path, earlier_too(times, set));
}

int futimes(int file, const struct timeval times[2]) {
  REAL(futimes);
  struct timeval set[2];
  return real(file, earlier_too(times, set));
}

int utime(const char *path, const struct utimbuf *times) {
  REAL(utime);
  struct utimbuf set;
  if (times) set.actime = times->actime - AHEAD, set.modtime = times->modtime - AHEAD;
  return real(path, times ? &set : 0);
}
