#pragma once
// Bytes that clients send, well-meaning ones and others, and what they are to be told. One table for
// the parser alone, for a server behind a real socket, and as seeds for the fuzzer.
#include <array>
#include <ostream>
#include <string_view>

namespace madang::http {

struct RawRequest {
  std::string_view name;
  std::string_view bytes;
  int status;  // 200: it is a request, and complete

  friend std::ostream& operator<<(std::ostream& out, const RawRequest& raw) {
    return out << raw.name;
  }
};

// Limits of the table: targets to 8 KiB, heads to 16 KiB and 64 fields.
inline constexpr std::array raw_requests = std::to_array<RawRequest>({
    {"simplest", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 200},
    {"http_1_0", "GET / HTTP/1.0\r\n\r\n", 200},
    {"one_empty_line_before", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 200},
    {"empty_value", "GET / HTTP/1.1\r\nHost:\r\nX:\r\n\r\n", 200},
    {"blanks_around_value", "GET / HTTP/1.1\r\nHost: \t a \t \r\n\r\n", 200},
    {"utf8_value", "GET / HTTP/1.1\r\nHost: a\r\nX: \xec\xb1\x85\r\n\r\n", 200},
    {"with_length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 200},
    {"length_zero", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", 200},
    {"chunked",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
     "3\r\nabc\r\n0A;x=\"y\"\r\n0123456789\r\n0\r\n\r\n",
     200},
    {"chunked_with_trailer",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
     "1\r\na\r\n0\r\nDigest: x\r\n\r\n",
     200},

    {"absolute", "GET http://a/b?c=d HTTP/1.1\r\nHost: a\r\n\r\n", 200},
    {"absolute_https", "GET HTTPS://a:443/b HTTP/1.1\r\nHost: a\r\n\r\n", 200},
    {"absolute_of_another_host", "GET http://[::1]:80/ HTTP/1.1\r\nHost: a\r\n\r\n", 200},
    {"absolute_without_path", "GET http://a HTTP/1.1\r\nHost: a\r\n\r\n", 200},
    {"absolute_without_path_but_query", "GET http://a?b HTTP/1.1\r\nHost: a\r\n\r\n", 200},
    {"absolute_1_0", "GET http://a/ HTTP/1.0\r\n\r\n", 200},

    {"not_http", "\x16\x03\x01\x02", 400},
    {"two_empty_lines", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"bare_lf_everywhere", "GET / HTTP/1.1\nHost: a\n\n", 400},
    {"bare_lf_in_header", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400},
    {"bare_lf_at_end", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400},
    {"bare_cr_in_value", "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", 400},
    {"bare_cr_in_request_line", "GET /\r HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"bare_cr_hiding_a_field", "GET / HTTP/1.1\r\nHost: a\r\nX: a\rContent-Length: 5\r\n\r\n", 400},
    {"zero_byte_in_value", {"GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", 35}, 400},
    {"no_version", "GET /\r\nHost: a\r\n\r\n", 400},
    {"lower_case_version", "GET / http/1.1\r\nHost: a\r\n\r\n", 400},
    {"long_version", "GET / HTTP/1.10\r\nHost: a\r\n\r\n", 400},
    {"two_spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"tab_for_space", "GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"space_at_line_end", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400},
    {"space_in_target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"method_no_token", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"space_before_colon", "GET / HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n", 400},
    {"no_colon", "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n", 400},
    {"no_name", "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", 400},
    {"folded", "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n", 400},
    {"folded_with_tab", "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n\tc\r\n\r\n", 400},
    {"folded_first", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
    {"not_utf8_value", "GET / HTTP/1.1\r\nHost: a\r\nX: \xc3\x28\r\n\r\n", 400},
    {"no_host", "GET / HTTP/1.1\r\n\r\n", 400},
    {"two_hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
    {"two_hosts_1_0", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400},
    {"odd_host", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
    {"list_host", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400},
    {"absolute_no_host_field", "GET http://a/ HTTP/1.1\r\n\r\n", 400},
    {"absolute_two_host_fields", "GET http://a/ HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
    {"absolute_odd_host_field", "GET http://a/ HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
    {"absolute_of_nobody", "GET http:///b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"absolute_of_nothing", "GET http:// HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"absolute_port_alone", "GET http://:80/b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"absolute_userinfo", "GET http://b@a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"absolute_password", "GET http://b:c@a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"absolute_odd_host", "GET http://a\\b/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"absolute_fragment", "GET http://a#b HTTP/1.1\r\nHost: a\r\n\r\n", 400},

    {"cl_te",
     "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
     "0\r\n\r\n",
     400},
    {"te_cl",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n"
     "0\r\n\r\n",
     400},
    {"te_te",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n"
     "0\r\n\r\n",
     400},
    {"te_twice",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
     "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     400},
    {"te_list", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
     400},
    {"te_identity", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
     400},
    {"te_quoted", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n",
     400},
    {"te_vertical_tab",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \x0b"
     "chunked\r\n\r\n0\r\n\r\n",
     400},
    {"te_in_1_0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    {"te_space_before_colon",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400},
    {"cl_twice_the_same",
     "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na", 400},
    {"cl_twice_different",
     "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400},
    {"cl_list", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\na", 400},
    {"cl_negative", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400},
    {"cl_plus", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\na", 400},
    {"cl_hexadecimal", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\na", 400},
    {"cl_empty", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", 400},
    {"cl_space_within", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1 0\r\n\r\n", 400},
    {"cl_huge", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551617\r\n\r\n", 400},

    {"chunk_size_no_hex", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
     400},
    {"chunk_size_prefix",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n", 400},
    {"chunk_size_negative",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", 400},
    {"chunk_size_empty", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
     400},
    {"chunk_size_overflow",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000001\r\na", 400},
    {"chunk_size_space",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1 \r\na\r\n0\r\n\r\n", 400},
    {"chunk_size_bare_lf",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n", 400},
    {"chunk_extension_bare_cr",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;a\rb\r\na\r\n0\r\n\r\n",
     400},
    {"chunk_too_long",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n", 400},
    {"chunk_end_bare_lf",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\n0\r\n\r\n", 400},
    {"trailer_bare_lf",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: a\n\r\n", 400},
    {"trailer_folded",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: a\r\n b\r\n\r\n",
     400},

    {"expects_something_else",
     "POST / HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\nContent-Length: 1\r\n\r\na", 417},
    {"unknown_method", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501},
    {"lower_case_method", "get / HTTP/1.1\r\nHost: a\r\n\r\n", 501},
    {"connect", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", 501},
    {"http_2_preface", "PRI * HTTP/2.0\r\n\r\n", 505},
    {"http_1_2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505},
    {"http_0_9", "GET / HTTP/0.9\r\n\r\n", 505},
});

}  // namespace madang::http
