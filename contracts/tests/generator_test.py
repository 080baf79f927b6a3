#!/usr/bin/python3
"""What the generators make of a small contract, and what they refuse.

    generator_test.py            compares with contracts/tests/golden
    generator_test.py --update   writes it anew, to be read before it is committed
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
GOLDEN = HERE / 'golden'

HEAD = '''
openapi: 3.1.0
info: {title: Sample, version: 1.0.0, summary: A sample., description: For tests., license: {name: None, identifier: Apache-2.0}}
servers: [{url: /}]
x-contexts: [desk]
'''
PROBLEMS_OF_ITS_OWN = '''
  seat-taken:
    from: [desk]
    status: 409
    title: {en: The seat is taken, ko: 이미 찬 자리입니다}
    detail: {en: 'Seat {seat} is taken.', ko: '{seat}번 자리는 찼습니다.'}
    data: {seat: Integer}
'''
DESK = '''
tag: desk
description: A desk with seats.
paths:
  /v1/seats: {$ref: desk/seats.yaml}
  /v1/seats/{seat}/{operator}: {$ref: desk/seat.yaml}
  /v1/picture: {$ref: desk/picture.yaml}
'''
SEATS = '''
post:
  operationId: take_seat
  summary: Take a seat
  x-roles: [anyone]
  x-effect: true
  x-keyed-by: name
  x-refuses: [seat-taken]
  requestBody: {required: true, content: {application/json: {schema: {$ref: 'schemas.yaml#/Guest'}}}}
  responses:
    '201':
      description: Taken.
      headers:
        Location: {$ref: '../shared/headers.yaml#/Location', required: true}
        ETag: {$ref: '../shared/headers.yaml#/ETag'}
      content: {application/json: {schema: {$ref: 'schemas.yaml#/Seat'}}}
get:
  operationId: list_seats
  summary: Who sits where
  x-roles: [customer, operator]
  parameters:
    - {name: free, in: query, schema: {type: boolean}}
    - {name: side, in: query, schema: {$ref: 'schemas.yaml#/Side'}}
    - {name: X-Row, in: header, required: true, schema: {type: string, pattern: '^[A-Z]$'}}
    - {$ref: '../shared/parameters.yaml#/Limit'}
    - {$ref: '../shared/parameters.yaml#/Position'}
  responses:
    '200': {description: Seats., content: {application/json: {schema: {$ref: 'schemas.yaml#/Seats'}}}}
'''
SEAT = '''
parameters:
  - {name: seat, in: path, required: true, schema: {type: integer, format: int32, minimum: 1, maximum: 40}}
  - {name: operator, in: path, required: true, schema: {$ref: '../shared/schemas.yaml#/PersonId'}}
put:
  operationId: change_seat
  summary: Sit elsewhere
  x-roles: [operator]
  x-effect: true
  x-edits: true
  requestBody: {required: true, content: {application/json: {schema: {$ref: '../shared/schemas.yaml#/Price'}}}}
  responses:
    '204': {description: Changed., headers: {ETag: {$ref: '../shared/headers.yaml#/ETag'}}}
'''
PICTURE = '''
get:
  operationId: get_picture
  summary: The room
  x-roles: [anyone]
  x-raw-response: true
  responses:
    '200': {description: A picture., content: {image/png: {schema: {type: string, format: binary}}}}
put:
  operationId: put_picture
  summary: Another picture
  x-roles: [operator]
  x-effect: true
  x-streaming: true
  requestBody: {required: true, content: {image/png: {schema: {type: string, format: binary}}}}
  responses:
    '204': {description: It hangs there.}
'''
SCHEMAS = '''
Side:
  type: string
  enum: [left, default, right]
Guest:
  type: object
  additionalProperties: false
  required: [name, secret, friends]
  properties:
    name: {description: How the guest is called., type: string, minLength: 1, maxLength: 20}
    secret: {type: string, x-secret: true}
    friends: {type: array, maxItems: 3, items: {type: string, maxLength: 20}}
    side: {$ref: '#/Side'}
    until: {$ref: '../shared/schemas.yaml#/Instant'}
    pays: {$ref: '../shared/schemas.yaml#/Money'}
Seat:
  type: object
  additionalProperties: false
  required: [kind, number, guest]
  properties:
    kind: {type: string, enum: [seat]}
    number: {type: integer, format: int64}
    guest: {type: [string, 'null']}
    since: {$ref: '../shared/schemas.yaml#/Instant'}
Seats:
  type: object
  additionalProperties: false
  required: [items]
  properties:
    items: {type: array, items: {$ref: '#/Seat'}}
'''
SAMPLE = {'madang.yaml': HEAD, 'desk.yaml': DESK, 'desk/seats.yaml': SEATS, 'desk/seat.yaml': SEAT,
          'desk/picture.yaml': PICTURE, 'desk/schemas.yaml': SCHEMAS}
PROTO = '''syntax = "proto3";
package madang.desk.messages.v1;
import "google/protobuf/timestamp.proto";
import "madang/kernel/v1/kernel.proto";

// Which side.
enum Side {
  SIDE_UNSPECIFIED = 0;
  SIDE_LEFT = 1;
  // Where the window is.
  SIDE_RIGHT = 2;
}
// Someone sits there.
message SeatTaken {
  Seat seat = 1;
  madang.kernel.v1.PersonId guest = 2;
  optional google.protobuf.Timestamp until = 3;
  repeated string friends = 4;
  oneof how {
    Seat by_swap = 5;
    Walked walked = 6;
  }
}
// A seat.
message Seat {
  Side side = 1;
  int32 number = 2;
}
// By themselves.
message Walked {}
'''

SERVICE = '''syntax = "proto3";
package madang.desk.api.v1;
import "madang/desk/messages/v1/desk.proto";
import "madang/kernel/v1/kernel.proto";

// Where seats are given.
service SeatDesk {
  // One that is free.
  rpc GiveSeat(GiveSeatRequest) returns (GiveSeatResponse);
}
// Who wants to sit where.
message GiveSeatRequest {
  madang.kernel.v1.PersonId guest = 1;
  madang.desk.messages.v1.Side side = 2;
  bytes wish = 4;
}
// Exactly one of these.
message GiveSeatResponse {
  oneof result {
    Given given = 1;
    Full full = 2;
  }
}
// This one.
message Given {
  int32 number = 1;
}
// None is left.
message Full {}
'''


def write(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding='utf-8')


def run(tool, *arguments):
    return subprocess.run([ROOT / 'tools' / tool, *map(str, arguments)], capture_output=True, text=True, check=False)


def http_of(changes=()):
    """Generates from the sample with some texts changed: (the folder with its output, what it said)."""
    folder = pathlib.Path(tempfile.mkdtemp())
    shutil.copytree(ROOT / 'contracts/http/shared', folder / 'http/shared')
    files = {**SAMPLE, 'problems.yaml': (ROOT / 'contracts/http/problems.yaml').read_text(encoding='utf-8').replace(
        'problems:\n', 'problems:' + PROBLEMS_OF_ITS_OWN, 1)}
    for name, old, new in changes:
        assert old in files[name], f'{name} has no {old}'
        files[name] = files[name].replace(old, new)
    write(folder / 'http', files)
    return folder, run('openapi_to_cpp.py', '--contract', folder / 'http', '--into', folder / 'out')


def messages_of(proto, service=''):
    folder = pathlib.Path(tempfile.mkdtemp())
    shutil.copytree(ROOT / 'contracts/messages/madang/kernel', folder / 'messages/madang/kernel')
    write(folder / 'messages/madang/desk/messages/v1', {'desk.proto': proto})
    if service:
        write(folder / 'grpc/madang/desk/api/v1', {'desk.proto': service})
    return folder, run('proto_to_cpp.py', '--contracts', folder, '--into', folder / 'out')


class Generating(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folders = []

    def tearDown(self):
        for folder in self.folders:
            shutil.rmtree(folder)

    def http(self, *changes):
        folder, result = http_of(changes)
        self.folders.append(folder)
        return folder, result

    def messages(self, proto, service=''):
        folder, result = messages_of(proto, service)
        self.folders.append(folder)
        return folder, result

    def assert_golden(self, made, name):
        golden = GOLDEN / name
        if '--update' in sys.argv:
            golden.write_text(made.read_text(encoding='utf-8'), encoding='utf-8')
        self.assertEqual(golden.read_text(encoding='utf-8'), made.read_text(encoding='utf-8'), name)

    def test_makes_of_the_sample_what_was_agreed(self):
        folder, result = self.http()
        self.assertEqual(result.returncode, 0, result.stderr)
        for name in ('types.hpp', 'types.cpp', 'routes.hpp', 'routes.cpp'):
            self.assert_golden(folder / 'out/desk' / name, f'desk_{name}')
        self.assert_golden(folder / 'out/operations.json', 'operations.json')

    def test_makes_of_messages_what_was_agreed(self):
        folder, result = self.messages(PROTO)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assert_golden(folder / 'out/contracts/messages/desk_v1.hpp', 'desk_v1.hpp')

    def test_makes_of_a_service_its_interface_and_both_its_ends(self):
        folder, result = self.messages(PROTO, SERVICE)
        self.assertEqual(result.returncode, 0, result.stderr)
        for name in ('desk_api_v1.hpp', 'desk_api_v1_calls.hpp', 'desk_api_v1_calls.cpp'):
            self.assert_golden(folder / 'out/contracts/grpc' / name, name)

    def test_refuses_calls_that_have_no_form_on_the_wire(self):
        for old, new, sentence in [
            ('bytes wish = 4;', 'repeated string wishes = 4;', 'lists and optional fields'),
            ('bytes wish = 4;', 'optional string wish = 4;', 'lists and optional fields'),
            ('bytes wish = 4;', 'madang.desk.messages.v1.Seat wish = 4;', 'a message of another package'),
        ]:
            with self.subTest(sentence):
                _, result = self.messages(PROTO, SERVICE.replace(old, new))
                self.assertNotEqual(result.returncode, 0)
                self.assertIn(sentence, result.stderr)

    def test_makes_the_same_of_the_same(self):
        first, _ = self.http()
        second, _ = self.http()
        for name in ('openapi.json', 'page.html', 'problems.cpp', 'desk/routes.cpp'):
            self.assertEqual((first / 'out' / name).read_bytes(), (second / 'out' / name).read_bytes())

    def test_refuses_a_contract_that_it_cannot_carry_into_code(self):
        for change, sentence in [
            (('desk/seats.yaml', '[seat-taken]', '[seat-gone]'), 'problems.yaml has no seat-gone'),
            (('desk/seats.yaml', '[seat-taken]', '[price-changed]'), 'price-changed is not said to come from desk'),
            (('desk/seats.yaml', '[seat-taken]', '[email-taken]'), 'email-taken is not said to come from desk'),
            (('desk/seats.yaml', 'x-roles: [anyone]', 'x-roles: []'), 'x-roles names some of'),
            (('desk/seats.yaml', 'x-roles: [anyone]', 'x-roles: [reader]'), 'x-roles names some of'),
            (('desk/seats.yaml', 'list_seats', 'take_seat'), 'another operation is called take_seat'),
            (('desk/seats.yaml', '  x-keyed-by: name\n', ''), 'says what it is keyed by'),
            (('desk/seats.yaml', '#/Guest', '#/Visitor'), 'leads nowhere'),
            (('desk/seat.yaml', '  x-effect: true\n', ''), 'takes an Idempotency-Key'),
            (('desk/seats.yaml', 'list_seats\n', 'list_seats\n  x-effect: true\n'), 'a GET changes nothing'),
            (('desk/seat.yaml', 'name: seat', 'name: chair'), 'the path parameters are not those of the path'),
            (('desk/schemas.yaml', 'maxLength: 20}', 'maxLen: 20}'), 'does not know maxLen'),
            (('desk/schemas.yaml', 'additionalProperties: false', 'additionalProperties: true'), 'additionalProperties: false'),
            (('desk/schemas.yaml', 'type: string, x-secret', 'type: number, x-secret'), 'does not know the type number'),
            (('desk/schemas.yaml', '{type: string, x-secret: true}', '{type: string, pattern: "a+"}'), 'begins with ^'),
            (('desk/schemas.yaml', '{type: string, x-secret: true}', '{type: string, enum: [a, b]}'), 'a name of their own'),
            (('problems.yaml', 'ko: 이미 찬 자리입니다', "ko: ''"), 'seat-taken has no words in ko'),
            (('problems.yaml', 'Seat {seat} is', 'Seat {row} is'), 'seat-taken quotes row'),
        ]:
            with self.subTest(sentence):
                _, result = self.http(change)
                self.assertNotEqual(result.returncode, 0)
                self.assertIn(sentence, result.stderr)

    def test_refuses_messages_that_structs_cannot_say(self):
        for old, new, sentence in [
            ('int32 number = 2;', 'double number = 2;', 'has no form in C++'),
            ('int32 number = 2;', 'map<string, int32> numbers = 2;', 'types inside a message'),
            ('int32 number = 2;', 'Seat other = 2;', 'contains itself'),
            ('SIDE_RIGHT = 2', 'SIDE_RIGHT = 3', 'number its values 0, 1, 2'),
            ('SIDE_LEFT', 'SIDE_DEFAULT', 'is a word of C++'),
            ('message Walked {}', 'message Walked {' + ''.join(f'bool b{i} = {i};' for i in range(1, 18)) + '}',
             'at most 16'),
        ]:
            with self.subTest(sentence):
                _, result = self.messages(PROTO.replace(old, new))
                self.assertNotEqual(result.returncode, 0)
                self.assertIn(sentence, result.stderr)


if __name__ == '__main__':
    unittest.main(argv=[sys.argv[0]])
