"""What the sources say, with references resolved: operations, schemas, problems.

A schema keeps the name that it has in its schemas.yaml; names are unique over all contexts, so the bundle
can hold them side by side. Everything the generators cannot carry into code is refused here, with its place.
"""
import dataclasses
import pathlib
import re

import yaml

METHODS = ('get', 'put', 'post', 'delete', 'patch')
LOADER = getattr(yaml, 'CSafeLoader', yaml.SafeLoader)
ROLES = ('anyone', 'signed_in', 'customer', 'book_manager', 'operator')


class Fault(Exception):
    """The sources are not as they must be."""


@dataclasses.dataclass(frozen=True)
class Node:
    """A piece of YAML and the file it stands in, from which its references lead on."""
    value: object
    file: pathlib.Path
    name: str | None = None  # of a schema, where it has one

    def get(self, key, default=None):
        return self.value.get(key, default)

    def at(self, key):
        return Node(self.value[key], self.file)


class Sources:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self._files = {}
        self.components = {}  # (section, name): Node
        for file in sorted(self.folder.rglob('*.yaml')):
            section = file.stem
            if section in ('schemas', 'parameters', 'headers', 'security'):
                for name, value in self.read(file).items():
                    if (section, name) in self.components:
                        raise Fault(f'{file}: there are two {section} called {name}')
                    self.components[section, name] = Node(value, file, name)

    def read(self, file):
        file = file.resolve()
        if file not in self._files:
            with open(file, encoding='utf-8') as text:
                self._files[file] = yaml.load(text, Loader=LOADER)
        return self._files[file]

    def resolve(self, node):
        """The node that this one refers to; members beside a $ref take the place of its own."""
        if not isinstance(node.value, dict) or '$ref' not in node.value:
            return node
        path, _, pointer = node.value['$ref'].partition('#')
        file = (node.file.parent / path).resolve() if path else node.file
        if not file.exists():
            raise Fault(f'{node.file}: {node.value["$ref"]} leads nowhere')
        target, parts = self.read(file), [p for p in pointer.split('/') if p]
        for part in parts:
            if part not in target:
                raise Fault(f'{node.file}: {node.value["$ref"]} leads nowhere')
            target = target[part]
        name = parts[0] if len(parts) == 1 and file.stem == 'schemas' else None
        beside = {k: v for k, v in node.value.items() if k != '$ref'}
        found = self.resolve(Node(target, file, name))
        return Node({**found.value, **beside}, found.file, found.name) if beside else found


@dataclasses.dataclass(frozen=True)
class Parameter:
    name: str
    place: str  # path, query, header
    required: bool
    schema: Node
    node: Node

    @property
    def field(self):
        return re.sub(r'\W', '_', self.name).lower()


@dataclasses.dataclass(frozen=True)
class Answer:
    """What a success looks like."""
    status: int
    body: Node | None
    media_type: str | None
    headers: dict  # name: (Node, required)


@dataclasses.dataclass(frozen=True)
class Operation:
    context: str
    path: str
    method: str
    node: Node
    parameters: list
    body: Node | None
    body_media_type: str | None
    answers: list
    refuses: list  # slugs

    @property
    def name(self):
        return self.node.value['operationId']

    def says(self, flag):
        return bool(self.node.get(f'x-{flag}', False))

    @property
    def roles(self):
        return self.node.value['x-roles']

    @property
    def is_effect(self):
        return self.says('effect')

    @property
    def is_raw(self):
        return self.says('raw-response')

    @property
    def is_quick(self):
        """May be answered without waiting for a commit, a disk that is busy, or another program."""
        return self.method == 'get' and not self.is_raw and not self.says('slow')

    def parameter(self, name):
        return next((p for p in self.parameters if p.name == name), None)


class Contract:
    def __init__(self, folder):
        self.sources = Sources(folder)
        head = self.sources.read(self.sources.folder / 'madang.yaml')
        self.head = {k: v for k, v in head.items() if not k.startswith('x-')}
        self.contexts = {name: self.sources.read(self.sources.folder / f'{name}.yaml') for name in head['x-contexts']}
        catalogue = self.sources.read(self.sources.folder / 'problems.yaml')
        self.problems, self.faults = catalogue['problems'], catalogue['faults']
        self.operations = [operation for name in self.contexts for operation in self._operations(name)]
        self._check()

    def of(self, context):
        return [operation for operation in self.operations if operation.context == context]

    def _operations(self, context):
        file = self.sources.folder / f'{context}.yaml'
        for path, item in self.contexts[context]['paths'].items():
            item = self.sources.resolve(Node(item, file))
            for method in METHODS:
                if method in item.value:
                    yield self._operation(context, path, method, item.at(method), item.get('parameters', []))

    def _operation(self, context, path, method, node, shared):
        parameters = [self._parameter(Node(p, node.file)) for p in [*shared, *node.get('parameters', [])]]
        for flag, name in (('x-effect', 'IdempotencyKey'), ('x-edits', 'IfMatch')):
            if node.get(flag):
                parameters.append(self._parameter(self.sources.components['parameters', name]))
        body, media_type = None, None
        if 'requestBody' in node.value:
            (media_type, content), = node.value['requestBody']['content'].items()
            body = Node(content['schema'], node.file)
        answers = [self._answer(int(status), Node(value, node.file))
                   for status, value in node.value['responses'].items()]
        return Operation(context, path, method, node, parameters, body, media_type, answers,
                         node.get('x-refuses', []))

    def _parameter(self, node):
        node = self.sources.resolve(node)
        return Parameter(node.value['name'], node.value['in'], node.get('required', False), node.at('schema'), node)

    def _answer(self, status, node):
        body, media_type = None, None
        if 'content' in node.value:
            (media_type, content), = node.value['content'].items()
            body = Node(content['schema'], node.file)
        headers = {}
        for name, value in node.get('headers', {}).items():
            header = self.sources.resolve(Node(value, node.file))
            headers[name] = (header, header.get('required', False))
        return Answer(status, body, media_type, headers)

    def _check(self):
        for slug, problem in self.problems.items():
            for language in ('en', 'ko'):
                if not problem['title'].get(language) or not problem['detail'].get(language):
                    raise Fault(f'problems.yaml: {slug} has no words in {language}')
            for quoted in re.findall(r'{(\w+)}', ' '.join(problem['detail'].values())):
                if quoted not in problem.get('data', {}):
                    raise Fault(f'problems.yaml: {slug} quotes {quoted}, which is not in its data')
        names = [operation.name for operation in self.operations]
        for operation in self.operations:
            where = f'{operation.method.upper()} {operation.path}'
            if names.count(operation.name) > 1:
                raise Fault(f'{where}: another operation is called {operation.name} too')
            if not operation.roles or not set(operation.roles) <= set(ROLES):
                raise Fault(f'{where}: x-roles names some of {", ".join(ROLES)}')
            for slug in operation.refuses:
                if slug not in self.problems:
                    raise Fault(f'{where}: problems.yaml has no {slug}')
                if not set(self.problems[slug]['from']) & {operation.context, 'edge'}:
                    raise Fault(f'{where}: {slug} is not said to come from {operation.context}')
                if not self.problems[slug].get('told', True):
                    raise Fault(f'{where}: {slug} is not told to anyone')
            in_path = re.findall(r'{(\w+)}', operation.path)
            if in_path != [p.name for p in operation.parameters if p.place == 'path']:
                raise Fault(f'{where}: the path parameters are not those of the path, in its order')
            if not operation.is_raw and len(operation.answers) != 1:
                raise Fault(f'{where}: one success, or x-raw-response')
            if operation.method == 'get' and operation.is_effect:
                raise Fault(f'{where}: a GET changes nothing, whoever follows a link')
            if operation.method != 'get' and not operation.is_effect and operation.roles != ['anyone']:
                raise Fault(f'{where}: what changes something takes an Idempotency-Key (x-effect)')


def pascal(snake):
    return ''.join(part.capitalize() for part in re.split(r'[_-]', snake))


def snake(text):
    return re.sub(r'\W', '_', re.sub(r'(?<=[a-z0-9])(?=[A-Z])', '_', text)).lower()
