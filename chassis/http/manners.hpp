#pragma once
// What well-behaved HTTP says besides the thing itself: that nothing has changed, and which part of a
// file is sent. Idempotency keys, versions and cursors belong to the contract and stand in
// contracts/support; quotas are the gateway's.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "chassis/http/message.hpp"
#include "chassis/http/problem.hpp"

namespace madang::http {

// Whether the client has this version already (RFC 9110 section 13.1.2): answer 304 then. The etag
// with its quotes.
bool is_not_modified(const Request&, std::string_view etag);

struct FileFacts {
  std::filesystem::path path;
  std::uint64_t size;
  std::string media_type;
  std::string etag;  // with its quotes; strong
};

// GET of a file: 304, 206, 416, or 200 with all of it. One range of bytes is served; what is not one
// (several, another unit, malformed) is answered with the whole, as RFC 9110 section 14.2 allows, and
// so is a range whose If-Range names another version.
Response file_answer(const Request&, const FileFacts&, const Problems&,
                     std::function<bool()> keep_going = {});

}  // namespace madang::http
