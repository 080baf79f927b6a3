#include "identity/domain/keepers_of_keys.hpp"

namespace madang::identity {

const std::set<std::string> keepers_of_keys{MADANG_KEEPERS_OF_KEYS};

}  // namespace madang::identity
