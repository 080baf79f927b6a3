#pragma once
// Breached passwords in a file that whoever runs the shop has put there and replaces as a whole, by renaming.
//
//   file = 1*(digest [":" *character] [CR] LF)      the last LF may be missing
//   digest = 40 hexadecimal digits: SHA-1 of the password in UTF-8; each line's after the one before
//
// As the lists are that "Have I Been Pwned" gives out. It may be of any size: what is asked for is found by
// halving it, in some forty reads, with nothing kept between two questions, and each sees the file that is
// there by then.
#include <string>

#include "chassis/ports/failures.hpp"
#include "chassis/storage/files.hpp"
#include "chassis/subscriptions/log.hpp"
#include "identity/application/ports/outbound/breached_passwords.hpp"

namespace madang::identity {

// Any thread.
class BreachedPasswordsFile final : public BreachedPasswords {
 public:
  // Empty path: there is no file, and no password is in it. Throws Corrupt when the file is not there or, seen
  // from samples, is not such a file: a shop that is told to ask it does not open without it.
  BreachedPasswordsFile(storage::FileSystem&, std::string path, chassis::Log&);

  // Later, what is wrong with the file is told to the log, and is Unavailable to whoever asks.
  bool has(std::string_view password) override;

 private:
  storage::FileSystem& files_;
  const std::string path_;
  chassis::Log& log_;
};

}  // namespace madang::identity
