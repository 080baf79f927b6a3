#pragma once
// JSON (RFC 8259) as the chassis writes and reads it. A writer appends straight to a string; a
// document is parsed once and looked at through views, which stay valid as long as it does. Both are
// cheap to include: the parser (Boost.JSON) stays behind json.cpp.
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace madang::chassis {

// Appends one JSON value. The caller calls in a sensible order: within an object each value follows
// its member(name).
class JsonWriter {
 public:
  explicit JsonWriter(std::string& to) : to_{to} {}

  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }
  void member(std::string_view name);
  void text(std::string_view);  // must be UTF-8
  void integer(std::int64_t);
  void boolean(bool value) { raw(value ? "true" : "false"); }
  void null() { raw("null"); }
  void raw(std::string_view json);  // one value, already JSON

  // A member with its value.
  void text(std::string_view name, std::string_view value) { member(name), text(value); }
  void integer(std::string_view name, std::int64_t value) { member(name), integer(value); }
  void boolean(std::string_view name, bool value) { member(name), boolean(value); }
  void raw(std::string_view name, std::string_view json) { member(name), raw(json); }

 private:
  void separate() {
    if (comma_) to_ += ',';
    comma_ = true;
  }
  void open(char bracket) {
    separate();
    to_ += bracket;
    comma_ = false;
  }
  void close(char bracket) {
    to_ += bracket;
    comma_ = true;
  }
  std::string& to_;
  bool comma_ = false;
};

// A value within a document. Asking for what it is not throws Corrupt (chassis/ports/failures.hpp).
class JsonView {
 public:
  enum class Kind { null, boolean, integer, number, text, array, object };

  [[nodiscard]] Kind kind() const;
  [[nodiscard]] bool is_null() const { return kind() == Kind::null; }
  [[nodiscard]] bool is_boolean() const { return kind() == Kind::boolean; }
  [[nodiscard]] bool is_integer() const { return kind() == Kind::integer; }  // fits 64 bits, signed
  [[nodiscard]] bool is_text() const { return kind() == Kind::text; }
  [[nodiscard]] bool is_array() const { return kind() == Kind::array; }
  [[nodiscard]] bool is_object() const { return kind() == Kind::object; }

  [[nodiscard]] bool boolean() const;
  [[nodiscard]] std::int64_t integer() const;
  [[nodiscard]] double number() const;  // an integer too
  [[nodiscard]] std::string_view text() const;

  [[nodiscard]] std::size_t size() const;                          // of an array or object
  [[nodiscard]] JsonView at(std::size_t index) const;              // of an array or object
  [[nodiscard]] std::string_view name_at(std::size_t) const;       // of an object's member
  [[nodiscard]] JsonView operator[](std::string_view name) const;  // of an object; must be there
  [[nodiscard]] std::optional<JsonView> find(std::string_view name) const;

  [[nodiscard]] std::string json() const;  // the value as JSON text, without white space

 private:
  friend class JsonDocument;
  explicit JsonView(const void* value) : value_{value} {}
  const void* value_;
};

// A parsed text: one value, at most 32 deep, in UTF-8.
class JsonDocument {
 public:
  // What a client sent. nullopt when it is not JSON, names a member twice, or has
  // a number beyond all doubles.
  [[nodiscard]] static std::optional<JsonDocument> from_outside(std::string_view text);
  // What we wrote ourselves. Throws Corrupt when it is not JSON.
  [[nodiscard]] static JsonDocument stored(std::string_view text);
  JsonDocument(JsonDocument&&) noexcept;
  JsonDocument& operator=(JsonDocument&&) noexcept;
  ~JsonDocument();

  [[nodiscard]] JsonView root() const;

  // For upcasters: each changes a member of the root object.
  void set(std::string_view name, std::string_view json);
  void rename(std::string_view from, std::string_view to);  // must be there
  void remove(std::string_view name);

 private:
  struct Inside;
  explicit JsonDocument(std::unique_ptr<Inside>);
  static std::optional<JsonDocument> try_parse(std::string_view text);
  std::unique_ptr<Inside> inside_;
};

// RFC 4648, with padding. from_base64: nullopt when it is not base64.
std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);

}  // namespace madang::chassis
