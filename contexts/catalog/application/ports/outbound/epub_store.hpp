#pragma once
// Where the files of e-books are kept, each under the digest of its content.
#include "catalog/domain/words.hpp"
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace madang::catalog {

namespace because {
struct not_an_epub {
  std::string reason;
};
}  // namespace because

class EpubStore {
 public:
  // A file on its way in, piece by piece; nothing is kept of one that is not finished.
  class Incoming {
   public:
    virtual ~Incoming() = default;
    virtual void append(std::string_view bytes) = 0;
    // Whole and durable, and an EPUB as far as can be seen; or why not, and nothing is kept.
    virtual std::variant<EpubFile, because::not_an_epub> finish() = 0;
  };
  virtual ~EpubStore() = default;
  virtual std::unique_ptr<Incoming> receive() = 0;
};

}  // namespace madang::catalog
