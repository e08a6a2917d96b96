#include "CKernels.h"

#if defined(__linux__)
#include <errno.h>
#include <stddef.h>
#include <sys/auxv.h>
#include <sys/wait.h>
#include <unistd.h>

const char *kernels_program_of_loader(void) {
  // What the system itself starts with a loader tells where that lies.
  return getauxval(AT_BASE) == 0 ? (const char *)getauxval(AT_EXECFN) : NULL;
}

bool kernels_may_start_programs(void) {
  // A filter may end whoever asks, so that a child does: it asks for what no system can start.
  const pid_t child = fork();
  if (child < 0) return false;
  if (child == 0) {
    char *const none[] = {NULL};
    execve("/", none, none);
    _exit(0);
  }
  int status = 0;
  pid_t ended;
  do ended = waitpid(child, &status, 0);
  while (ended < 0 && errno == EINTR);
  return ended == child && WIFEXITED(status);
}

#else

const char *kernels_program_of_loader(void) { return 0; }
bool kernels_may_start_programs(void) { return false; }

#endif
