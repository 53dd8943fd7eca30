/* extent.h - how much of a long check to run: all of it, but for the sanitizers' build and on request (`test_truth part`), where a part of
 * the points serves. */
#ifndef TESTS_SUPPORT_EXTENT_H
#define TESTS_SUPPORT_EXTENT_H
#include <string.h>

static inline int extent_is_whole(int argc, char **argv)
{
#if defined(__SANITIZE_ADDRESS__)
    (void)argc, (void)argv;
    return 0;
#else
    return !(argc > 1 && strcmp(argv[1], "part") == 0);
#endif
}

#endif
