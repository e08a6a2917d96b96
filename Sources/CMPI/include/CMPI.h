/// The few functions of MPI that Impasto needs, from a library that is loaded when it is needed.
///
/// Works with Open MPI 4 and 5 and with MPICH and its relatives, whose handles differ in type and
/// value. Bytes are all that is sent, since the processes of a job have to be alike anyway. An error of
/// MPI itself ends the job, as its default error handler does. Any thread may call these functions,
/// one at a time.
#ifndef CMPI_H
#define CMPI_H

#include <stddef.h>

#pragma clang assume_nonnull begin

/// Loads the library called `name` and joins the job; NULL, or why it cannot be done.
const char *_Nullable cmpi_join(const char *name);

/// Leaves the job, which waits for the other processes.
void cmpi_leave(void);

int cmpi_rank(void);
int cmpi_size(void);

/// Gives each process a part of the bytes of all others: to process r go `counts[r]` bytes from
/// `offsets[r]` on, and from it come `received_counts[r]` to `received_offsets[r]`.
void cmpi_exchange(
    const void *bytes, const int *counts, const int *offsets, void *received,
    const int *received_counts, const int *received_offsets);

/// Gives all processes the `count` bytes of each, in the order of the ranks; INT_MAX in all.
void cmpi_gather(const void *bytes, size_t count, void *all);

/// Sends `count` bytes to a process, which receives what is sent to it in order; INT_MAX at most.
void cmpi_send(const void *bytes, size_t count, int rank);

/// The number of bytes that `cmpi_receive` would get from a process now; -1 where nothing has come.
int cmpi_waiting(int rank);

/// Receives the `count` bytes of a process that `cmpi_waiting` told of.
void cmpi_receive(void *bytes, size_t count, int rank);

#pragma clang assume_nonnull end

#endif
