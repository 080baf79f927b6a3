#pragma once
// The inbound edge of a context over HTTP, the same for every operation: checks role, media types and
// form, runs an effect once at a time under its key, and writes refusals in the reader's language.
// Generated code reads the request with Reading and calls the context's adapter.
//
// Any thread. What a refusal or malformed request changes: nothing.
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "chassis/ports/commands.hpp"
#include "chassis/runtime/runtime.hpp"
#include "chassis/security/secrets.hpp"
#include "chassis/telemetry/tracer.hpp"
#include "contracts/support/faults.hpp"
#include "contracts/support/operation.hpp"
#include "contracts/support/rules.hpp"

namespace madang::contracts {

class Reading;

class Edge {
 public:
  // `fingerprints` recognises repeated requests: the same key in every process of the shop, and for
  // as long as outcomes are kept. `positions` signs what clients carry from effects to queries.
  // Each operation is a span among `spans`, if there are any and its trace is recorded.
  Edge(runtime::Runtime&, const std::string& fingerprints, const security::RotatingKey& positions,
       telemetry::Spans* spans = nullptr);
  ~Edge();

  [[nodiscard]] const http::Problems& problems() const;
  [[nodiscard]] http::Response refusal(const http::Problem&, http::Language) const;

  // What carries an operation out; the reading stands until it is answered.
  using Carry = std::function<Later<http::Response>(Reading&)>;
  http::Later<http::Response> answer(const Operation&, const http::Request&, const Carry&) const;

 private:
  friend class Reading;
  struct Inside;
  [[nodiscard]] http::Response response_to(const Reading&, Result<http::Response>) const;
  std::unique_ptr<Inside> inside_;
};

// One request while it is read. Each part is read once; after the last, `sound` says whether the
// request is as the contract has it, and `refused` why not.
class Reading {
 public:
  Reading(const Edge&, const Operation&, const http::Request&, Caller);
  ~Reading();
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

  [[nodiscard]] const Caller& caller() const { return caller_; }
  [[nodiscard]] const http::Request& request() const { return request_; }

  template <class Rule>
  std::optional<typename Rule::Value> path(std::string_view name, const Rule& rule) {
    return rule.from_text(segment(name), Place::parameter(In::path, name), faults_);
  }
  // A parameter that the operation does not have is a fault: a misspelt filter must not be ignored.
  void only_queries(std::initializer_list<std::string_view> names);
  template <class Rule>
  std::optional<typename Rule::Value> query(std::string_view name, const Rule& rule,
                                            bool required = false) {
    return parameter(In::query, name, the_query(name, required), rule);
  }
  template <class Rule>
  std::optional<typename Rule::Value> header(std::string_view name, const Rule& rule,
                                             bool required = false) {
    return parameter(In::header, name, the_header(name, required), rule);
  }
  std::optional<std::int64_t> if_match();
  chassis::Positions after();  // Madang-Position; empty when it was not sent
  template <class Rule>
  std::optional<typename Rule::Value> body(const Rule& rule) {
    return read_body(request_.body, rule, faults_);
  }

  [[nodiscard]] bool sound() const { return faults_.count() == 0 && !problem_; }
  [[nodiscard]] std::unexpected<http::Problem> refused() const;

  // Begins an effect: false when the request is not sound, or the same one is still running. `body` is
  // what a repeat must say again: without secrets. `keyed_by` stands for the person where nobody is
  // signed in; it is kept only as a digest.
  [[nodiscard]] bool begin(std::string_view body, std::string_view keyed_by = {});
  [[nodiscard]] const chassis::RequestKey& key() const { return *key_; }

 private:
  friend class Edge;
  template <class Rule>
  std::optional<typename Rule::Value> parameter(In in, std::string_view name,
                                                std::optional<std::string_view> value,
                                                const Rule& rule) {
    return value ? rule.from_text(*value, Place::parameter(in, name), faults_) : std::nullopt;
  }
  std::string_view segment(std::string_view name) const;
  std::optional<std::string_view> the_query(std::string_view name, bool required);
  std::optional<std::string_view> the_header(std::string_view name, bool required);
  std::optional<std::string> idempotency_key();
  void refuse(std::string_view slug);

  const Edge& edge_;
  const Operation& operation_;
  const http::Request& request_;
  telemetry::Tracer tracer_;
  telemetry::Stretch stretch_;  // as long as the request is being carried out
  Caller caller_;
  Faults faults_;
  std::optional<http::Problem> problem_;
  std::optional<chassis::RequestKey> key_;
  std::optional<chassis::Digest128> running_;
};

}  // namespace madang::contracts
