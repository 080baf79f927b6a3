#include "rental/application/fetch_file.hpp"

namespace madang::rental {

void fetch_file(const FileExpected& file, const chassis::RequestKey& request,
                chassis::Gives<NoteFileReady> rental, EditionFiles& files) {
  files.fetch(file.edition, file.sha256, file.size);
  rental.give(NoteFileReady{file.edition, file.sha256, file.size}, request, "ready");
}

}  // namespace madang::rental
