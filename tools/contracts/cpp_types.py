"""The bodies of a context's requests and responses as plain structs: their reading, with every rule, and writing."""
import json
import re

from .model import Fault, Node, pascal, snake

KEYWORDS = {'and', 'auto', 'bool', 'case', 'class', 'const', 'default', 'delete', 'double', 'enum', 'export', 'float',
            'for', 'int', 'new', 'not', 'operator', 'or', 'private', 'public', 'register', 'return', 'short', 'static',
            'struct', 'switch', 'template', 'this', 'typename', 'union', 'using', 'virtual', 'void', 'while'}
KNOWN = {'title', 'description', 'type', 'format', 'properties', 'required', 'additionalProperties', 'items', 'enum',
         'minLength', 'maxLength', 'pattern', 'minimum', 'maximum', 'minItems', 'maxItems', 'default', 'examples',
         '$ref', 'x-cpp', 'x-secret', 'x-personal'}
IDS = ('kernel::PersonId', 'kernel::EditionId', 'kernel::PaymentId', 'kernel::RentalId')


def word(text):
    name = snake(text)
    return name + '_' if name in KEYWORDS else name


def literal(text):
    return json.dumps(text, ensure_ascii=False)


class Types:
    """The types that one context's operations name, found from its requests and responses."""

    def __init__(self, contract, context):
        self.contract = contract
        self.sources = contract.sources
        self.context = context
        self.found = {}  # name: Node, what it is made of before it
        self.read, self.written, self.fingerprinted = set(), set(), set()
        self.patterns = {}  # text: name
        for operation in contract.of(context):
            for parameter in operation.parameters:
                self.visit(parameter.schema, self.read)
            if operation.body and not operation.says('raw-body') and operation.body_media_type == 'application/json':
                self.visit(operation.body, self.read)
                if operation.is_effect:
                    self.visit(operation.body, self.fingerprinted)
            for answer in operation.answers:
                if answer.body and not operation.is_raw:
                    self.visit(answer.body, self.written)
        # What has no secrets is written the same for a client and for a fingerprint.
        self.written |= {name for name in self.fingerprinted if not self.has_secrets(self.found[name])}
        self.fingerprinted -= self.written

    # ---- finding

    def visit(self, node, uses):
        node = self.sources.resolve(node)
        unknown = set(node.value) - KNOWN
        if unknown:
            raise Fault(f'{node.file}: the generator does not know {", ".join(sorted(unknown))}')
        if 'x-cpp' in node.value:
            return
        if node.get('type') == 'array':
            self.visit(node.at('items'), uses)
        elif node.get('type') == 'object':
            if node.name is None or node.get('additionalProperties') is not False:
                raise Fault(f'{node.file}: an object has a name and additionalProperties: false')
            for member in node.get('properties', {}):
                self.visit(node.at('properties').at(member), uses)
            self.found.setdefault(node.name, node)
            uses.add(node.name)
        elif 'enum' in node.value and not self.is_constant(node):
            if node.name is None:
                raise Fault(f'{node.file}: give the values {", ".join(node.value["enum"])} a name of their own')
            self.found.setdefault(node.name, node)
            uses.add(node.name)

    @staticmethod
    def is_constant(node):
        return len(node.get('enum', [])) == 1

    def has_secrets(self, node):
        node = self.sources.resolve(node)
        if node.get('x-secret'):
            return True
        if node.get('type') == 'array':
            return self.has_secrets(node.at('items'))
        return any(self.has_secrets(node.at('properties').at(m)) for m in node.get('properties', {}))

    def members(self, node):
        """(name, Node, required) of an object's members that are not constants."""
        for name in node.get('properties', {}):
            member = self.sources.resolve(node.at('properties').at(name))
            yield name, member, name in node.get('required', [])

    # ---- types

    def cpp(self, node):
        node = self.sources.resolve(node)
        if 'x-cpp' in node.value:
            return node.value['x-cpp']
        if node.name in self.found:
            return node.name
        kind = node.get('type')
        if isinstance(kind, list):
            inner = [k for k in kind if k != 'null']
            return f'std::optional<{self.cpp(Node({**node.value, "type": inner[0]}, node.file))}>'
        if kind == 'array':
            return f'std::vector<{self.cpp(node.at("items"))}>'
        if kind == 'integer':
            return 'std::int32_t' if node.get('format') == 'int32' else 'std::int64_t'
        if kind in ('string', 'boolean'):
            return {'string': 'std::string', 'boolean': 'bool'}[kind]
        raise Fault(f'{node.file}: the generator does not know the type {kind}')

    def field(self, node, required):
        inner = self.cpp(node)
        return inner if required or inner.startswith('std::optional') else f'std::optional<{inner}>'

    # ---- rules

    def rule(self, node, patterns):
        """The rule that reads such a value; the patterns that it needs are added to `patterns`."""
        node = self.sources.resolve(node)
        cpp = self.cpp(node)
        if cpp in IDS:
            return f'Identity<{cpp}>{{}}'
        if cpp == 'kernel::Instant':
            return 'Time{}'
        if cpp == 'kernel::Money':
            amount = node.value['properties']['amount']
            return f'Amount{{.least = {amount["minimum"]}, .most = {amount["maximum"]}}}'
        if cpp == 'bool':
            return 'Boolean{}'
        if cpp.startswith('std::int'):
            return f'Integer<{cpp}>{self.limits(node, "minimum", "maximum")}'
        if cpp == 'std::string':
            given = self.limits(node, 'minLength', 'maxLength')[1:-1]
            if 'pattern' in node.value:
                given += (', ' if given else '') + f'.pattern = &{pattern_of(node, patterns)}'
            return f'Text{{{given}}}'
        if cpp.startswith('std::vector'):
            item = self.rule(node.at('items'), patterns)
            given = self.limits(node, 'minItems', 'maxItems')[1:-1]
            return f'List{{.item = {item}{", " + given if given else ""}}}'
        if 'enum' in node.value:
            return f'Choice<{cpp}>{{{snake(cpp)}_names}}'
        return f'Object<{cpp}>{{read_{snake(cpp)}}}'

    @staticmethod
    def limits(node, least, most):
        given = [f'.{name} = {node.value[key]}' for name, key in (('least', least), ('most', most)) if key in node.value]
        return f'{{{", ".join(given)}}}'

    # ---- text

    def header(self):
        yield '#pragma once'
        yield f'// Generated by tools/openapi_to_cpp.py from contracts/http/{self.context}.yaml: do not edit.'
        yield '// What is read adds a fault for each rule that is broken, and is a value only when there is none.'
        yield from ('#include <cstdint>', '#include <optional>', '#include <string>', '#include <string_view>',
                    '#include <vector>', '', '#include "chassis/json/json.hpp"',
                    '#include "contracts/support/faults.hpp"', '#include "kernel/ids.hpp"',
                    '#include "kernel/instant.hpp"', '#include "kernel/money.hpp"', '')
        yield f'namespace madang::{self.context}::http_v1 {{'
        yield ''
        for name, node in self.found.items():
            yield from self.declared(name, node)
        yield f'}}  // namespace madang::{self.context}::http_v1'

    def declared(self, name, node):
        yield from comment(node.get('description'))
        if 'enum' in node.value:
            yield f'enum class {name} {{ {", ".join(word(v) for v in node.value["enum"])} }};'
            yield f'std::string_view text_of({name});'
            yield ''
            return
        yield f'struct {name} {{'
        for member, of, required in self.members(node):
            if self.is_constant(of):
                continue
            if of.name is None or of.get('description') != self.sources.components.get(
                    ('schemas', of.name), of).get('description'):
                yield from comment(of.get('description'), '  ')
            yield f'  {self.field(of, required)} {word(member)};'
        yield f'  friend bool operator==(const {name}&, const {name}&) = default;'
        yield '};'
        if name in self.read:
            yield (f'std::optional<{name}> read_{snake(name)}(chassis::JsonView, const contracts::Place&, '
                   'contracts::Faults&);')
        if name in self.written:
            yield f'void write(chassis::JsonWriter&, const {name}&);'
        if name in self.fingerprinted:
            yield f'void write_without_secrets(chassis::JsonWriter&, const {name}&);'
        yield ''

    def source(self):
        functions = [line for name, node in self.found.items() for line in self.defined(name, node)]
        yield f'// Generated by tools/openapi_to_cpp.py from contracts/http/{self.context}.yaml: do not edit.'
        yield f'#include "contracts/generated/{self.context}/types.hpp"'
        yield ''
        yield from ('#include <array>', '#include <utility>', '', '#include "contracts/support/rules.hpp"',
                    '#include "contracts/support/writing.hpp"', '')
        yield f'namespace madang::{self.context}::http_v1 {{'
        yield 'namespace {'
        yield ''
        yield 'using namespace contracts;'
        yield 'using contracts::write;'
        yield ''
        for name, node in self.found.items():
            if 'enum' in node.value:
                names = ', '.join(literal(v) for v in node.value['enum'])
                yield f'constexpr std::array<std::string_view, {len(node.value["enum"])}> {snake(name)}_names{{{names}}};'
        for text, name in self.patterns.items():
            yield f'const Pattern {name}{{R"x({text})x"}};'
        yield ''
        yield '}  // namespace'
        yield ''
        yield from functions
        yield f'}}  // namespace madang::{self.context}::http_v1'

    def defined(self, name, node):
        if 'enum' in node.value:
            yield f'std::string_view text_of({name} value) {{'
            yield f'  return {snake(name)}_names.at(static_cast<std::size_t>(value));'
            yield '}'
            yield ''
            return
        if name in self.read:
            yield from self.reader(name, node)
        if name in self.written:
            yield from self.writer('write', name, node)
        if name in self.fingerprinted:
            yield from self.writer('write_without_secrets', name, node)

    def reader(self, name, node):
        members = list(self.members(node))
        yield f'std::optional<{name}> read_{snake(name)}(chassis::JsonView from, const Place& place, Faults& faults) {{'
        names = ', '.join(literal(m) for m, _, _ in members)
        yield f'  static constexpr std::array<std::string_view, {len(members)}> names{{{names}}};'
        yield '  const Members in{from, place, faults, names};'
        for member, of, required in members:
            how = 'required' if required else 'optional'
            yield f'  auto {word(member)} = in.{how}({literal(member)}, {self.rule(of, self.patterns)});'
        yield '  if (!in.sound()) return std::nullopt;'
        values = ', '.join(f'std::move({"*" if required else ""}{word(member)})' for member, _, required in members)
        yield f'  return {name}{{{values}}};'
        yield '}'
        yield ''

    def writer(self, function, name, node):
        told = [it for it in self.members(node)
                if function != 'write_without_secrets' or not it[1].get('x-secret')]
        yield f'void {function}(chassis::JsonWriter& to, const {name}&{" it" if told else ""}) {{'
        yield '  to.begin_object();'
        for member, of, required in told:
            if function != 'write' and of.get('type') == 'array' and self.has_secrets(of):
                raise Fault(f'{of.file}: the generator cannot leave secrets out of a list')
            put = function if self.sources.resolve(of).name in self.fingerprinted and \
                function != 'write' else 'write'
            if self.is_constant(of):
                yield f'  to.member({literal(member)});'
                yield f'  to.text({literal(of.value["enum"][0])});'
            elif required:
                yield f'  to.member({literal(member)});'
                yield f'  {self.put(put, of, f"it.{word(member)}")}'
            else:
                yield f'  if (it.{word(member)}) {{'
                yield f'    to.member({literal(member)});'
                yield f'    {self.put(put, of, f"*it.{word(member)}")}'
                yield '  }'
        yield '  to.end_object();'
        yield '}'
        yield ''

    @staticmethod
    def put(function, node, value):
        if 'enum' in node.value:
            return f'to.text(text_of({value}));'
        return f'{function}(to, {value});'


def pattern_of(node, patterns):
    text = node.value['pattern']
    if not (text.startswith('^') and text.endswith('$') and text.isascii()):
        raise Fault(f'{node.file}: a pattern is ASCII, begins with ^ and ends with $: {text}')
    if text not in patterns:
        patterns[text] = f'{snake(node.name)}_pattern' if node.name else f'pattern_{len(patterns) + 1}'
    return patterns[text]


def comment(text, indent=''):
    if not text:
        return
    line = indent + '//'
    for piece in re.split(r'\s+', text.strip()):
        if len(line) + 1 + len(piece) > 98:
            yield line
            line = indent + '//'
        line += ' ' + piece
    yield line
