#!/usr/bin/python3
"""From the REST contract to code.

    tools/openapi_to_cpp.py [--contract DIR] [--into DIR]

Reads contracts/http; writes, by default to contracts/generated,

    openapi.json                 the bundle that is served, every answer of every operation spelled out
    page.html                    the same for people, without scripts
    operations.json              who may do what: operation, method, path, roles
    problems.{hpp,cpp}           every refusal in Korean and English
    <context>/types.{hpp,cpp}    bodies as plain structs: reading with every rule, writing
    <context>/routes.{hpp,cpp}   requests, responses, the interface of the inbound adapter, its routes

The same sources give the same bytes. A contract that cannot be carried into code is refused with its place.
"""
import argparse
import json
import pathlib
import subprocess
import sys

from contracts import cpp_problems, cpp_routes, page
from contracts.bundle import Bundle, refusals_of
from contracts.model import Contract, Fault

ROOT = pathlib.Path(__file__).resolve().parent.parent


def formatted(files):
    """Formats all files at once, in their folder; the style is the repository's."""
    style = f'--style=file:{ROOT / ".clang-format"}'
    subprocess.run(['clang-format-19', '-i', style, *map(str, files)], check=True)


def operations(contract):
    return [{'operation': o.name, 'context': o.context, 'method': o.method.upper(), 'path': o.path, 'roles': o.roles,
             'effect': o.is_effect, 'edits': o.says('edits'), 'streaming': o.says('streaming'), 'quick': o.is_quick,
             'refuses': refusals_of(o)} for o in contract.operations]


def generate(contract, into):
    bundle = Bundle(contract).document()
    texts = {
        'openapi.json': json.dumps(bundle, ensure_ascii=False, indent=1),
        'operations.json': json.dumps(operations(contract), indent=1),
        'page.html': page.page(bundle, contract),
        'problems.hpp': cpp_problems.header(),
        'problems.cpp': '\n'.join(cpp_problems.source(contract)),
    }
    for context in contract.contexts:
        routes = cpp_routes.Routes(contract, context)
        texts[f'{context}/types.hpp'] = '\n'.join(routes.types.header())
        texts[f'{context}/routes.hpp'] = '\n'.join(routes.header())
        texts[f'{context}/routes.cpp'] = '\n'.join(routes.source())
        texts[f'{context}/types.cpp'] = '\n'.join(routes.types.source())
    for name, text in texts.items():
        file = into / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.rstrip('\n') + '\n', encoding='utf-8')
    formatted(into / name for name in texts if name.endswith(('.hpp', '.cpp')))


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument('--contract', type=pathlib.Path, default=ROOT / 'contracts/http')
    options.add_argument('--into', type=pathlib.Path, default=ROOT / 'contracts/generated')
    asked = options.parse_args()
    try:
        generate(Contract(asked.contract), asked.into)
    except Fault as fault:
        sys.exit(f'openapi_to_cpp: {fault}')


if __name__ == '__main__':
    main()
