#pragma once
// The rules of every session, whoever begins it: see certificate.hpp. Private to this folder.
#include <memory>
#include <string>

struct ssl_ctx_st;
struct ssl_method_st;

namespace madang::tls {

// Throws CannotUse when OpenSSL has not what they ask for.
std::shared_ptr<ssl_ctx_st> rules_for(const ssl_method_st*);

// What OpenSSL says went wrong last on this thread, whose queue is empty then: the next reader would take it for
// its own.
std::string last_error();

}  // namespace madang::tls
