#!/usr/bin/python3
"""Writes the messages and calls between contexts as plain C++ structs.

    tools/proto_to_cpp.py [--into DIR]

Reads contracts/messages and contracts/grpc; writes, by default in place,
contracts/messages/<context>_v1.hpp and contracts/grpc/<context>_api_v1.hpp. Fields keep their names
and order, comments come along, and the values of madang.kernel.v1 become the types of kernel/.
What the structs cannot say (maps, numbers on the wire, more than 16 fields) is refused here.
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


CALL = """\
// What goes with a call beside its message, as gRPC has it: how long the caller waits, and which trace it is of.
struct Call {
  Call(kernel::Instant until, std::string in_trace = {}) : deadline{until}, traceparent{std::move(in_trace)} {}

  kernel::Instant deadline;
  std::string traceparent;  // W3C trace context; empty: none
};

""".splitlines()


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
        self.include('kernel/instant.hpp')
        self.include('string')
        self.include('utility')
        lines = [*CALL, *self.comment(*path), f'class {service.name} {{', ' public:',
                                       f'  virtual ~{service.name}() = default;', '']
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
        for i, service in enumerate(self.file.service):
            body += self.service(service, (6, i))
        namespace = namespace_of(self.file.package)
        own = sorted(h for h in self.includes if '/' in h)
        system = sorted(self.includes - set(own))
        lines = ['#pragma once', f'// Generated by tools/proto_to_cpp.py from {self.file.name}: do not edit.']
        lines += [f'//{line}'.rstrip() for line in self.file_comment.rstrip().split('\n')] if self.file_comment else []
        lines += [f'#include "{h}"' for h in own] + [f'#include <{h}>' for h in system]
        return '\n'.join([*lines, '', f'namespace {namespace} {{', '', *body, f'}}  // namespace {namespace}', ''])


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
    for file in files.file:
        if file.package in ('google.protobuf', 'madang.kernel.v1'):
            continue
        out = asked.into / header_of(file.package)
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(formatted(Header(file, package_of).text()))


if __name__ == '__main__':
    main()
