"""Gives a process a wall clock that is off, by a library loaded before libc's. Changes no code of ours.

libfaketime does more and has to be installed; these few lines need a C compiler only.
Only the wall clock is shifted: timeouts run on the monotonic one, as on a machine with a wrong date.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

COMPILE_SECONDS_MAX = 60
SECONDS_VARIABLE = "WALL_CLOCK_OFF_SECONDS"
SOURCE = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static long off(void) {
    const char *text = getenv("WALL_CLOCK_OFF_SECONDS");
    return text ? atol(text) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *at) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int failed = real(clock, at);
    if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) at->tv_sec += off();
    return failed;
}

int gettimeofday(struct timeval *at, void *zone) {
    struct timespec now;
    int failed = clock_gettime(CLOCK_REALTIME, &now);
    at->tv_sec = now.tv_sec;
    at->tv_usec = now.tv_nsec / 1000;
    return failed;
}

time_t time(time_t *at) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (at) *at = now.tv_sec;
    return now.tv_sec;
}
"""


class NoCompiler(Exception):
    """There is no C compiler; the clock of a process cannot be shifted here."""


@contextmanager
def skewed(seconds: int) -> Iterator[Mapping[str, str]]:
    """Give the environment of a process whose wall clock is that many seconds ahead.

    Raises:
        NoCompiler: if there is no `cc`.
    """
    compiler = shutil.which("cc")
    if compiler is None:
        raise NoCompiler("a wrong clock needs a C compiler, `cc`")
    with tempfile.TemporaryDirectory(prefix="acr-clock-") as folder:
        source, library = Path(folder, "clock.c"), Path(folder, "clock.so")
        source.write_text(SOURCE, encoding="utf-8")
        subprocess.run(
            [compiler, "-O2", "-shared", "-fPIC", "-o", library, source, "-ldl"],
            check=True,
            capture_output=True,
            timeout=COMPILE_SECONDS_MAX,
        )
        yield {"LD_PRELOAD": str(library), SECONDS_VARIABLE: str(seconds)}
