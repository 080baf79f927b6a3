#!/usr/bin/python3
"""Writes the messages and calls between contexts as plain C++ structs.

    tools/proto_to_cpp.py [--into DIR]

Reads contracts/messages and contracts/grpc; writes, by default in place,
contracts/messages/<context>_v1.hpp and contracts/grpc/<context>_api_v1.hpp. Fields keep their names
and order, comments come along, and the values of madang.kernel.v1 become the types of kernel/.
What the structs cannot say (maps, more than 16 fields) is refused here.

Of services also contracts/grpc/<context>_api_v1_calls.hpp and .cpp: each interface as another process fulfils it, and
what answers that process, both over protobuf's wire form.
"""
import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

from google.protobuf import descriptor_pb2

ROOT = pathlib.Path(__file__).resolve().parent.parent
FIELDS_MAX = 16  # what chassis/forms can name of a struct, and of an enumeration
ENUMERATORS_MAX = 16

FROM_KERNEL = {  # message: (C++ type, header)
    '.google.protobuf.Timestamp': ('kernel::Instant', 'kernel/instant.hpp'),
    '.madang.kernel.v1.Money': ('kernel::Money', 'kernel/money.hpp'),
    '.madang.kernel.v1.PersonalText': ('kernel::Personal<std::string>', 'kernel/personal.hpp'),
}
for an_id in ('PersonId', 'EditionId', 'PaymentId', 'RentalId'):
    FROM_KERNEL[f'.madang.kernel.v1.{an_id}'] = (f'kernel::{an_id}', 'kernel/ids.hpp')

F = descriptor_pb2.FieldDescriptorProto
SCALARS = {F.TYPE_STRING: ('std::string', 'string'), F.TYPE_BYTES: ('std::string', 'string'),
           F.TYPE_INT32: ('std::int32_t', 'cstdint'), F.TYPE_INT64: ('std::int64_t', 'cstdint'),
           F.TYPE_UINT32: ('std::uint32_t', 'cstdint'), F.TYPE_UINT64: ('std::uint64_t', 'cstdint'),
           F.TYPE_BOOL: ('bool', None)}
KEYWORDS = {'and', 'auto', 'bool', 'case', 'class', 'const', 'default', 'delete', 'double', 'enum', 'export', 'float',
            'for', 'int', 'new', 'not', 'operator', 'or', 'private', 'public', 'register', 'return', 'short', 'static',
            'struct', 'switch', 'template', 'this', 'union', 'using', 'virtual', 'void', 'while'}


def fail(sentence):
    sys.exit(f'proto_to_cpp: {sentence}')


def snake(pascal):
    return re.sub(r'(?<=[a-z0-9])(?=[A-Z])', '_', pascal).lower()


def namespace_of(package):
    """madang.rental.messages.v1 -> madang::rental::v1; madang.payment.api.v1 -> madang::payment::api_v1."""
    parts = package.split('.')
    if parts[2] == 'messages':
        return f'madang::{parts[1]}::{parts[3]}'
    if parts[2] == 'api':
        return f'madang::{parts[1]}::api_{parts[3]}'
    return '::'.join(parts)


def header_of(package):
    """The file that holds a package's structs, from the root of the tree."""
    parts = package.split('.')
    if parts[2] == 'api':
        return f'contracts/grpc/{parts[1]}_api_{parts[3]}.hpp'
    return f'contracts/messages/{parts[1]}_{parts[-1]}.hpp'


class Header:
    """One .proto file on its way to one header."""

    def __init__(self, file, package_of):
        self.file = file
        self.package_of = package_of  # full name of a type: its package
        self.includes = set()
        self.comments = {tuple(l.path): l.leading_comments for l in file.source_code_info.location}
        self.file_comment = next((l.leading_comments for l in file.source_code_info.location
                                  if list(l.path) == [12]), '')

    def comment(self, *path, indent=''):
        text = self.comments.get(path, '')
        return [f'{indent}//{line}'.rstrip() for line in text.rstrip().split('\n')] if text else []

    def type_of(self, field, where):
        if field.type in SCALARS:
            cpp, header = SCALARS[field.type]
        elif field.type_name in FROM_KERNEL:
            cpp, header = FROM_KERNEL[field.type_name]
        elif field.type in (F.TYPE_MESSAGE, F.TYPE_ENUM):
            cpp, header = self.named(field.type_name)
        else:
            fail(f'{where}: a field of this type has no form in C++')
        self.include(header)
        if field.label == F.LABEL_REPEATED:
            self.include('vector')
            return f'std::vector<{cpp}>'
        if field.proto3_optional:
            self.include('optional')
            return f'std::optional<{cpp}>'
        return cpp

    def named(self, full):
        package = self.package_of.get(full) or fail(f'{full} is not one of our messages')
        name = full[len(package) + 2:]
        if package == self.file.package:
            return name, None
        mine, other = namespace_of(self.file.package), namespace_of(package)
        shared = '::'.join(mine.split('::')[:2]) + '::'
        return f'{other.removeprefix(shared)}::{name}', header_of(package)

    def include(self, header):
        if header:
            self.includes.add(header)

    def enum(self, enum, path):
        lines = self.comment(*path) + [f'enum class {enum.name} {{']
        prefix = snake(enum.name).upper() + '_'
        numbers = [value.number for value in enum.value]
        if numbers != list(range(len(numbers))) or len(numbers) > ENUMERATORS_MAX + 1:
            fail(f'{enum.name}: number its values 0, 1, 2 … in their order, at most {ENUMERATORS_MAX} and UNSPECIFIED')
        for i, value in enumerate(enum.value):
            if value.name == prefix + 'UNSPECIFIED':
                continue
            lines += self.comment(*path, 2, i, indent='  ')
            name = value.name.removeprefix(prefix).lower()
            if name in KEYWORDS:
                fail(f'{value.name}: {name} is a word of C++; name it by what it says')
            lines.append(f'  {name},')
        return lines + ['};', '']

    def message(self, message, path):
        if message.nested_type or message.enum_type:
            fail(f'{message.name}: types inside a message are not written; put them beside it')
        lines = self.comment(*path) + [f'struct {message.name} {{']
        choices = [o for o in message.oneof_decl if not o.name.startswith('_')]
        of_choice = {i: [] for i in range(len(choices))}
        fields = 0
        for i, field in enumerate(message.field):
            cpp = self.type_of(field, f'{message.name}.{field.name}')
            if field.HasField('oneof_index') and not field.proto3_optional:
                of_choice[field.oneof_index].append(cpp)
                continue
            lines += self.comment(*path, 2, i, indent='  ') + [f'  {cpp} {field.name};']
            fields += 1
        for i, choice in enumerate(choices):
            self.include('variant')
            lines += self.comment(*path, 8, i, indent='  ')
            lines.append(f'  std::variant<{", ".join(of_choice[i])}> {choice.name};')
            fields += 1
        if fields > FIELDS_MAX:
            fail(f'{message.name} has {fields} fields; a message has at most {FIELDS_MAX}')
        lines.append(f'  friend bool operator==(const {message.name}&, const {message.name}&) = default;')
        return lines + ['};', '']

    def service(self, service, path):
        self.include('chassis/calls/call.hpp')
        lines = [*self.comment(*path), f'class {service.name} {{', ' public:', f'  virtual ~{service.name}() = default;', '']
        for i, rpc in enumerate(service.method):
            asked, answer = self.named(rpc.input_type)[0], self.named(rpc.output_type)[0]
            lines += self.comment(*path, 2, i, indent='  ')
            lines.append(f'  virtual {answer} {snake(rpc.name)}(const {asked}&, '
                         'const Call& call) = 0;')
        return lines + ['};', '']

    def text(self):
        body = []
        for i, enum in enumerate(self.file.enum_type):
            body += self.enum(enum, (5, i))
        for _, i in in_order_of_use(self.file):
            body += self.message(self.file.message_type[i], (4, i))
        if self.file.service:
            body += ['using chassis::Call;', '']
        for i, service in enumerate(self.file.service):
            body += self.service(service, (6, i))
        namespace = namespace_of(self.file.package)
        own = sorted(h for h in self.includes if '/' in h)
        system = sorted(self.includes - set(own))
        lines = ['#pragma once', f'// Generated by tools/proto_to_cpp.py from {self.file.name}: do not edit.']
        lines += [f'//{line}'.rstrip() for line in self.file_comment.rstrip().split('\n')] if self.file_comment else []
        lines += [f'#include "{h}"' for h in own] + [f'#include <{h}>' for h in system]
        return '\n'.join([*lines, '', f'namespace {namespace} {{', '', *body, f'}}  // namespace {namespace}', ''])


class Calls:
    """The services of one .proto file over protobuf's wire form, on both ends."""

    def __init__(self, file, enums):
        self.file = file
        self.enums = enums  # full name: its package, its name and how many values it has
        self.struct_header = header_of(file.package)
        self.namespace = namespace_of(file.package)

    def name(self):
        return self.struct_header.removesuffix('.hpp') + '_calls'

    def cpp_of(self, field, where):
        """The type of a field that is no choice."""
        if field.label == F.LABEL_REPEATED or field.proto3_optional:
            fail(f'{where}: lists and optional fields have no form in a call yet')
        if field.type in SCALARS:
            return SCALARS[field.type][0]
        if field.type_name in FROM_KERNEL:
            return FROM_KERNEL[field.type_name][0]
        if field.type_name in self.enums:
            package, name, _ = self.enums[field.type_name]
            return f'{namespace_of(package)}::{name}'
        return self.own(field.type_name, where)

    def own(self, full, where):
        if not full.startswith(f'.{self.file.package}.'):
            fail(f'{where}: a message of another package has no form in a call yet')
        return f'{self.namespace}::{full.rpartition(".")[2]}'

    def message(self, message):
        cpp = f'{self.namespace}::{message.name}'
        choices = [o.name for o in message.oneof_decl]
        writes, reads, locals_, parts = [], [], [], []
        of_choice = {name: [] for name in choices}
        for field in message.field:
            where = f'{message.name}.{field.name}'
            if field.HasField('oneof_index') and not field.proto3_optional:
                one, choice = self.own(field.type_name, where), choices[field.oneof_index]
                of_choice[choice].append(f'[&](const {one}& one) {{ to.message({field.number}, one); }}')
                reads.append(f'case {field.number}: {choice} = from.value<{one}>(); break;')
                continue
            locals_.append(f'std::optional<{self.cpp_of(field, where)}> {field.name};')
            writes.append(f'to.put({field.number}, it.{field.name});')
            reads.append(f'case {field.number}: from.take({field.name}); break;')
            parts.append(f'given(std::move({field.name}), "{field.name}")')
        for choice in choices:
            locals_.append(f'std::optional<decltype({cpp}::{choice})> {choice};')
            writes.append(f'kernel::match(it.{choice}, {", ".join(of_choice[choice])});')
            parts.append(f'given(std::move({choice}), "{choice}")')
        if not message.field:
            return ['template <>', f'struct Message<{cpp}> {{', f'static void write(Writer&, const {cpp}&) {{}}',
                    f'static {cpp} read(Reader from) {{', 'while (from.next()) {', '}', 'return {};', '}', '};', '']
        return ['template <>', f'struct Message<{cpp}> {{', f'static void write(Writer& to, const {cpp}& it) {{', *writes, '}',
                f'static {cpp} read(Reader from) {{', *locals_, 'while (from.next()) switch (from.field()) {', *reads,
                'default: break;', '}', f'return {{{", ".join(parts)}}};', '}', '};', '']

    def methods(self, service):
        for rpc in service.method:
            yield (snake(rpc.name), rpc.input_type.rpartition('.')[2], rpc.output_type.rpartition('.')[2],
                   f'{self.file.package}.{service.name}/{rpc.name}')

    def header(self):
        body = []
        for service in self.file.service:
            name = f'{service.name}Elsewhere'
            body += [f'// A {service.name} in another process. What it throws, chassis::Calls says; Corrupt for an answer that is none.',
                     f'class {name} final : public {service.name} {{', ' public:',
                     f'  explicit {name}(chassis::Calls calls) : calls_{{std::move(calls)}} {{}}']
            body += [f'  {answer} {method}(const {asked}&, const Call&) override;'
                     for method, asked, answer, _ in self.methods(service)]
            body += ['', ' private:', '  chassis::Calls calls_;', '};',
                     '// What comes from another process for this one. Nothing: the method is not one of its. Throws what the desk throws,',
                     '// and Corrupt for bytes that are not what the method takes.',
                     f'std::optional<std::string> answer({service.name}&, std::string_view method, std::string_view message, const Call&);',
                     '']
        return '\n'.join(['#pragma once', self.generated(), f'#include "{self.struct_header}"', '#include <optional>',
                          '#include <string>', '#include <string_view>', '#include <utility>', '', f'namespace {self.namespace} {{', '', *body,
                          f'}}  // namespace {self.namespace}', ''])

    def generated(self):
        return f'// Generated by tools/proto_to_cpp.py from {self.file.name}: do not edit.'

    def enums_met(self):
        met = {field.type_name for m in self.file.message_type for field in m.field if field.type_name in self.enums}
        for full in sorted(met):
            package, name, count = self.enums[full]
            yield f'template <>\ninline constexpr std::uint64_t last_value<{namespace_of(package)}::{name}> = {count - 1};'

    def source(self):
        forms = [line for _, i in in_order_of_use(self.file) for line in self.message(self.file.message_type[i])]
        ends = []
        for service in self.file.service:
            methods = list(self.methods(service))
            for method, asked, answer, full in methods:
                ends += [f'{answer} {service.name}Elsewhere::{method}(const {asked}& asked, const Call& call) {{',
                         f'return decode<{answer}>(calls_("{full}", encode(asked), call));', '}', '']
            ends += [f'std::optional<std::string> answer({service.name}& desk, std::string_view method, std::string_view message, const Call& call) {{',
                     *(f'if (method == "{full}") return encode(desk.{method}(decode<{asked}>(message), call));'
                       for method, asked, _, full in methods), 'return std::nullopt;', '}', '']
        return '\n'.join([self.generated(), f'#include "{self.name()}.hpp"', '', '#include "chassis/calls/wire.hpp"',
                          '#include "kernel/match.hpp"', '', 'namespace madang::chassis::wire {', '', *self.enums_met(), '', *forms,
                          '}  // namespace madang::chassis::wire', '', f'namespace {self.namespace} {{', '',
                          'using chassis::wire::decode, chassis::wire::encode;', '', *ends, f'}}  // namespace {self.namespace}', ''])


def in_order_of_use(file):
    """Messages in the file's order, save that what is inside another comes before it."""
    index = {f'.{file.package}.{m.name}': i for i, m in enumerate(file.message_type)}
    done = []

    def visit(i, above):
        if i in above:
            fail(f'{file.message_type[i].name} contains itself')
        for field in file.message_type[i].field:
            if field.type_name in index:
                visit(index[field.type_name], above | {i})
        if i not in done:
            done.append(i)
    for i in range(len(file.message_type)):
        visit(i, frozenset())
    return [(file.message_type[i].name, i) for i in done]


def formatted(text):
    return subprocess.run(['clang-format-19', '--style=file', '--assume-filename', str(ROOT / 'contracts/x.hpp')],
                          input=text, capture_output=True, text=True, check=True, cwd=ROOT).stdout


def descriptors(folders):
    protos = [str(p.relative_to(f)) for f in folders for p in sorted(f.rglob('*.proto'))]
    with tempfile.NamedTemporaryFile() as out:
        subprocess.run(['protoc', *(f'-I{f}' for f in folders), '--include_source_info', '--include_imports',
                        f'--descriptor_set_out={out.name}', *protos], check=True)
        return descriptor_pb2.FileDescriptorSet.FromString(pathlib.Path(out.name).read_bytes())


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument('--into', type=pathlib.Path, default=ROOT, help='where contracts/… is written')
    options.add_argument('--contracts', type=pathlib.Path, default=ROOT / 'contracts')
    asked = options.parse_args()
    files = descriptors([asked.contracts / f for f in ('messages', 'grpc') if (asked.contracts / f).is_dir()])
    package_of = {f'.{f.package}.{t.name}': f.package for f in files.file for t in [*f.message_type, *f.enum_type]}
    enums = {f'.{f.package}.{e.name}': (f.package, e.name, len(e.value)) for f in files.file for e in f.enum_type}
    for file in files.file:
        if file.package in ('google.protobuf', 'madang.kernel.v1'):
            continue
        out = asked.into / header_of(file.package)
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(formatted(Header(file, package_of).text()))
        if file.service:
            calls = Calls(file, enums)
            (asked.into / f'{calls.name()}.hpp').write_text(formatted(calls.header()))
            (asked.into / f'{calls.name()}.cpp').write_text(formatted(calls.source()))


if __name__ == '__main__':
    main()
