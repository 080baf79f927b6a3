#pragma once
// What an operator can set. Each has a default that suits a shop on one machine.
#include "chassis/http/proxies.hpp"
#include "kernel/money.hpp"
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "identity/domain/words.hpp"

namespace madang::app {

struct Settings {
  std::string data = "data";              // folder; made at the first start
  std::string listen = "127.0.0.1:8080";  // HOST:PORT, port 0: any that is free
  std::string tls_certificate;            // file; empty: plain HTTP
  std::string tls_key;                    // file; there when the certificate is
  std::chrono::milliseconds answer_within = std::chrono::seconds{30};  // of a request's first byte
  http::Proxies proxies;  // in front of the shop, who say whom they ask for
  std::string
      metrics_listen;   // HOST:PORT of /metrics alone; empty: at the shop's door, for this machine
  bool sample = false;  // put sample editions into the catalog
  std::string provider_origin;  // http://HOST:PORT of a payment provider; empty: the sandbox within
  std::string provider_key_file;  // shown to it; empty: none
  std::string
      authorities;  // file of those who may stand for whom the shop calls; empty: the system's
  std::string provider_secret_file;  // signs its webhooks; empty: the shop's own secret
  std::string breached_passwords;    // file that a new password is looked up in; empty: none
  std::string keys_copy;  // what `backup keys` made; each erasure replaces it; empty: it does not
  kernel::Currency currency = kernel::Currency::krw;
  std::string zone = "Asia/Seoul";      // in which loans end with the day
  std::int32_t cancel_within_days = 7;  // of a rental that was never opened
  std::int32_t borrowed_max = 10;       // by one customer
  std::chrono::milliseconds pay_within = std::chrono::minutes{8};   // of asking for a book
  std::chrono::milliseconds hold_lasts = std::chrono::minutes{10};  // longer than pay_within
  std::chrono::milliseconds desk_slow_after =
      std::chrono::seconds{4};  // a payment's answer is slow
  std::chrono::milliseconds desk_closed_for = std::chrono::seconds{5};  // then a few try it again
  std::uint64_t epub_bytes_max = 200ULL * 1024 * 1024;
  std::uint32_t requests_per_minute =
      600;  // of one person; an address may send ten times that; 0: unlimited
  std::chrono::milliseconds session_unused = std::chrono::days{7};     // before it ends by itself
  std::chrono::milliseconds reset_code_lasts = std::chrono::hours{1};  // for who forgot a password
  // Who must have a second factor, and has fewer roles until then.
  identity::SecondFactorFor second_factor_for = identity::SecondFactorFor::nobody;
  std::int32_t keys_turn_after_days = 30;  // those that sign tokens, links and cursors
  std::size_t requests_at_once = 1024;     // of one part of the shop: a context's commands, say
  std::chrono::seconds drain_within{20};   // after SIGTERM
  std::string spans_to;                    // URL of a collector of spans; empty: none
  bool spans_as_otlp = false;              // else as Zipkin takes them
  std::uint64_t trace_one_in = 10;         // of the traces that begin here, one in so many
};

}  // namespace madang::app
