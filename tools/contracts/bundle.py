"""The one OpenAPI document that is served: sources put together, and what every operation may answer spelled out.

Which refusals can happen follows from what an operation is (an effect, an edit, with a body, for whom) and from its
x-refuses; their statuses come from problems.yaml, so document and code cannot disagree.
"""
import copy

from .model import Node, pascal

COMMON_HEADERS = {'RateLimit': {'$ref': '#/components/headers/RateLimit'},
                  'RateLimit-Policy': {'$ref': '#/components/headers/RateLimitPolicy'}}
REASONS = {400: 'The request is malformed.', 401: 'Not signed in.', 402: 'Not paid.', 403: 'Not allowed.',
           404: 'Not there.', 406: 'Not in a form that Accept names.', 408: 'Sent too slowly.',
           409: 'Not as things stand.', 412: 'It has changed.', 413: 'Too large.', 414: 'The address is too long.',
           415: 'Not in a form that is read here.', 416: 'Outside of the file.', 422: 'Against a rule.',
           428: 'If-Match is missing.', 429: 'Too often.', 431: 'The header is too large.',
           500: 'Something went wrong.', 503: 'Not now.'}


def refusals_of(operation):
    """Every slug that the operation may answer with, in the order of the statuses."""
    slugs = ['malformed-request', 'target-too-long', 'header-too-large', 'too-many-requests', 'internal-error',
             'unavailable', 'overloaded', 'deadline-passed']
    if operation.roles != ['anyone']:
        slugs += ['not-signed-in', 'token-invalid', 'role-missing']
    if not operation.is_raw and operation.answers[0].body:
        slugs += ['not-acceptable']
    if operation.is_effect:
        slugs += ['idempotency-key-missing', 'idempotency-key-reused', 'request-in-progress', 'conflict']
    if operation.says('edits'):
        slugs += ['precondition-required']
    if operation.body:
        slugs += ['request-timeout', 'body-too-large', 'unsupported-media-type']
    return slugs + [slug for slug in operation.refuses if slug not in slugs]


class Bundle:
    def __init__(self, contract):
        self.contract = contract
        self.sources = contract.sources
        self.schemas = {}
        self.responses = {}  # name: response; those that several operations share

    def document(self):
        document = copy.deepcopy(self.contract.head)
        document['tags'] = [{'name': c['tag'], 'description': c['description']}
                            for c in self.contract.contexts.values()]
        document['paths'] = {}
        for operation in self.contract.operations:
            document['paths'].setdefault(operation.path, {})[operation.method] = self.operation(operation)
        problem = Node({'$ref': 'schemas.yaml#/Problem'}, self.sources.folder / 'shared' / 'x')
        self.schema(problem)
        document['components'] = {
            'schemas': dict(sorted(self.schemas.items())),
            'responses': dict(sorted(self.responses.items())),
            'headers': {name: self.header(self.sources.components['headers', name])
                        for name in ('Position', 'RateLimit', 'RateLimitPolicy', 'RetryAfter', 'WWWAuthenticate')},
            'securitySchemes': {name: node.value for (section, name), node in self.sources.components.items()
                                if section == 'security'},
        }
        return document

    def operation(self, operation):
        node = operation.node
        text = {'operationId': operation.name, 'tags': [self.contract.contexts[operation.context]['tag']]}
        text |= {key: node.value[key] for key in ('summary', 'description') if key in node.value}
        text['x-roles'] = operation.roles
        text['security'] = [] if operation.roles == ['anyone'] else [{'bearer': []}]
        if operation.parameters:
            text['parameters'] = [self.parameter(p) for p in operation.parameters]
        if operation.body:
            text['requestBody'] = {'required': True, 'content': {operation.body_media_type: {
                'schema': self.schema(operation.body)}}}
        text['responses'] = {str(answer.status): self.answer(operation, answer, Node(
            node.value['responses'][str(answer.status)], node.file)) for answer in operation.answers}
        for status, slugs in self.by_status(operation).items():
            text['responses'][str(status)] = self.refused(status, slugs)
        return text

    def by_status(self, operation):
        found = {}
        for slug in refusals_of(operation):
            found.setdefault(self.contract.problems[slug]['status'], []).append(slug)
        return dict(sorted(found.items()))

    def refused(self, status, slugs):
        """By reference where several operations are refused for the same reasons."""
        uses = sum(self.by_status(operation).get(status) == slugs for operation in self.contract.operations)
        if uses == 1:
            return self.refusal(status, slugs)
        own = [slug for i, slug in enumerate(slugs) if i > 0 or self.contract.problems[slug]['from'] != ['edge']]
        name = f'Refused{status}' + ''.join(map(pascal, own))
        self.responses.setdefault(name, self.refusal(status, slugs))
        return {'$ref': f'#/components/responses/{name}'}

    def parameter(self, parameter):
        text = {k: v for k, v in parameter.node.value.items() if k != 'x-cpp'}
        text['schema'] = self.schema(parameter.schema)
        return text

    def answer(self, operation, answer, node):
        text = {'description': node.value['description'], 'headers': dict(COMMON_HEADERS)}
        for name, (header, _) in answer.headers.items():
            text['headers'][name] = self.header(header)
        if operation.is_effect:
            text['headers']['Madang-Position'] = {'$ref': '#/components/headers/Position'}
        if answer.body:
            text['content'] = {answer.media_type: {'schema': self.schema(answer.body)}}
        if 'links' in node.value:
            text['links'] = node.value['links']
        return text

    def header(self, node):
        return {**node.value, 'schema': self.schema(node.at('schema'))}

    def refusal(self, status, slugs):
        headers = dict(COMMON_HEADERS)
        if status == 401:
            headers['WWW-Authenticate'] = {'$ref': '#/components/headers/WWWAuthenticate'}
        if status in (429, 503):
            headers['Retry-After'] = {'$ref': '#/components/headers/RetryAfter'}
        examples = {}
        for slug in slugs:
            problem = self.contract.problems[slug]
            examples[slug] = {'summary': problem['title']['en'], 'value': {
                'type': f'/problems/{slug}', 'title': problem['title']['en'], 'status': status,
                'detail': problem['detail']['en']}}
        return {'description': REASONS[status], 'x-problems': slugs, 'headers': headers,
                'content': {'application/problem+json': {
                    'schema': {'$ref': '#/components/schemas/Problem'}, 'examples': examples}}}

    def schema(self, node):
        """The schema with its references turned to those of the bundle; what it names is taken along."""
        value = node.value
        if isinstance(value, list):
            return [self.schema(Node(item, node.file)) for item in value]
        if not isinstance(value, dict):
            return value
        if '$ref' in value:
            target = self.sources.resolve(Node({'$ref': value['$ref']}, node.file))
            beside = {k: v for k, v in value.items() if k != '$ref'}
            if target.name is None:
                return {**self.schema(target), **beside}
            if target.name not in self.schemas:
                self.schemas[target.name] = None  # it may contain itself
                self.schemas[target.name] = self.schema(Node(target.value, target.file))
            return {'$ref': f'#/components/schemas/{target.name}', **beside}
        return {key: self.schema(Node(item, node.file)) if isinstance(item, (dict, list)) and key not in
                ('examples', 'example', 'enum', 'required') else item
                for key, item in value.items() if key != 'x-cpp'}
