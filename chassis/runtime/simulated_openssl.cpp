// OpenSSL 3 knows another way, a provider of its own; this one is deprecated there, and ten times shorter.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "chassis/runtime/simulated_openssl.hpp"

#include <openssl/rand.h>

namespace madang::runtime {
namespace {

Simulator* source = nullptr;

int draw(unsigned char* into, int size) {
  source->fill_random({reinterpret_cast<std::byte*>(into), static_cast<std::size_t>(size)});
  return 1;
}
int always_seeded() { return 1; }

constexpr RAND_METHOD drawn_by_the_simulator{nullptr, draw, nullptr, nullptr, draw, always_seeded};

}  // namespace

SimulatedOpenssl::SimulatedOpenssl(Simulator& simulator) {
  CHECK(!source, "one simulation at a time draws OpenSSL's randomness");
  source = &simulator;
  CHECK(RAND_set_rand_method(&drawn_by_the_simulator) == 1, "OpenSSL takes its randomness from us");
}

SimulatedOpenssl::~SimulatedOpenssl() {
  RAND_set_rand_method(nullptr);
  source = nullptr;
}

}  // namespace madang::runtime
