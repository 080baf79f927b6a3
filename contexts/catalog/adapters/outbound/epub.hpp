#pragma once
// Whether a file is an EPUB (EPUB Open Container Format 3.3): a ZIP whose first entry is `mimetype`,
// stored as it is and saying application/epub+zip, with a META-INF/container.xml that names a package
// document which is there. Archives made to fill a disk when they are unpacked, or to write outside of
// their folder, are refused, and so is what has anything that would run (active_content.hpp).
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chassis/storage/files.hpp"

namespace madang::catalog {

// Nothing: it is one. Otherwise why not, for a person. Throws what reading throws: a file that the disk does not
// give is not judged.
std::optional<std::string> why_no_epub(storage::FileReader&);

// A small valid EPUB 3, for samples and tests: its bytes.
struct Chapter {
  std::string title, text;
};
std::string make_epub(std::string_view identifier, std::string_view title,
                      std::string_view language, const std::vector<Chapter>&);

}  // namespace madang::catalog
