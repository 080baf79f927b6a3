#pragma once
// CHECK(condition, "what is no longer to be believed"): aborts with its place. Only where memory or
// journal can no longer be trusted; whatever a person or a neighbour can cause is a refusal or an
// exception instead.
#include <cstdio>
#include <cstdlib>

#define CHECK(condition, sentence)                                                         \
  do {                                                                                     \
    if (!(condition)) {                                                                    \
      std::fprintf(stderr, "%s:%d: CHECK failed: %s (%s)\n", __FILE__, __LINE__, sentence, \
                   #condition);                                                            \
      std::abort();                                                                        \
    }                                                                                      \
  } while (false)
