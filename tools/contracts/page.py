"""The contract as one page for people: no scripts, nothing from elsewhere."""
import html
import re

STYLE = '''
:root { color-scheme: light dark; --line: #8884; --soft: #8882; }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 62rem; margin: 0 auto; padding: 1.5rem; }
h1, h2, h3 { line-height: 1.2; } h2 { margin-top: 3rem; border-bottom: 2px solid var(--line); }
h3 { margin-top: 2.5rem; } code, pre { font: 14px/1.45 ui-monospace, monospace; }
pre { background: var(--soft); padding: .75rem; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; font-weight: 600; padding: .75rem 0 .25rem; }
td, th { border-bottom: 1px solid var(--line); padding: .3rem .6rem .3rem 0; text-align: left; vertical-align: top; }
.method { display: inline-block; min-width: 4rem; } nav ul { columns: 2; } nav li { break-inside: avoid; }
'''


def e(text):
    return html.escape(str(text))


def words(text):
    """Paragraphs; `code` and **strong** as in Markdown."""
    for paragraph in re.split(r'\n\s*\n', (text or '').strip()):
        line = re.sub(r'\*\*(.+?)\*\*', r'<strong>\1</strong>', e(paragraph))
        yield '<p>' + re.sub(r'`([^`]+)`', r'<code>\1</code>', line) + '</p>'


class Page:
    def __init__(self, bundle, contract):
        self.bundle = bundle
        self.contract = contract

    def resolve(self, node):
        while isinstance(node, dict) and '$ref' in node:
            target = self.bundle
            for part in node['$ref'].removeprefix('#/').split('/'):
                target = target[part]
            node = target
        return node

    def kind(self, schema):
        """What a value is, in a few words; named schemas lead to their place."""
        if '$ref' in schema:
            name = schema['$ref'].rsplit('/', 1)[1]
            return f'<a href="#schema-{e(name)}">{e(name)}</a>'
        if schema.get('type') == 'array':
            return f'list of {self.kind(schema["items"])}'
        kind = schema.get('type', 'object')
        said = [' or '.join(kind) if isinstance(kind, list) else kind]
        if 'format' in schema and not schema['format'].startswith('int'):
            said.append(schema['format'])
        for key, sign in (('minimum', '≥'), ('maximum', '≤')):
            if key in schema:
                said.append(f'{sign} {schema[key]}')
        if 'minLength' in schema or 'maxLength' in schema:
            said.append(f'{schema.get("minLength", 0)}–{schema.get("maxLength", "")} characters')
        if 'default' in schema:
            said.append(f'otherwise {schema["default"]}')
        text = e(', '.join(said))
        if 'enum' in schema:
            text = ' | '.join(f'<code>{e(v)}</code>' for v in schema['enum'])
        if 'pattern' in schema:
            text += f' <code>{e(schema["pattern"])}</code>'
        return text

    def rows(self, caption, head, rows):
        if rows:
            yield f'<table><caption>{e(caption)}</caption><thead><tr>'
            yield ''.join(f'<th scope="col">{e(h)}</th>' for h in head) + '</tr></thead><tbody>'
            yield from ('<tr>' + ''.join(f'<td>{cell}</td>' for cell in row) + '</tr>' for row in rows)
            yield '</tbody></table>'

    def operation(self, path, method, it):
        yield f'<h3 id="{e(it["operationId"])}"><code><span class="method">{method.upper()}</span>{e(path)}</code></h3>'
        yield f'<p><strong>{e(it["summary"])}</strong> — for {e(", ".join(it["x-roles"]))}</p>'
        yield from words(it.get('description')) if it.get('description') else ()
        yield from self.rows('Takes', ('Name', 'Where', 'What'), [
            (f'<code>{e(p["name"])}</code>{"" if p.get("required") else " (optional)"}', e(p['in']), self.kind(p['schema']))
            for p in it.get('parameters', [])])
        for media_type, content in it.get('requestBody', {}).get('content', {}).items():
            yield f'<p>Body: <code>{e(media_type)}</code>, {self.kind(content["schema"])}</p>'
        answers, refusals = [], []
        for status, response in it['responses'].items():
            response = self.resolve(response)
            for slug in response.get('x-problems', []):
                if slug in self.contract.problems and self.contract.problems[slug]['from'] != ['edge']:
                    refusals.append((status, f'<a href="#problem-{e(slug)}"><code>{e(slug)}</code></a>',
                                     e(self.contract.problems[slug]['title']['en'])))
            if 'x-problems' not in response:
                content = ', '.join(f'<code>{e(t)}</code> {self.kind(c["schema"])}'
                                    for t, c in response.get('content', {}).items())
                answers.append((status, e(response['description']), content))
        yield from self.rows('Gives', ('Status', 'When', 'What'), answers)
        yield from self.rows('Refuses', ('Status', 'Because', 'In words'), refusals)

    def schema(self, name, schema):
        yield f'<h3 id="schema-{e(name)}">{e(name)}</h3>'
        yield from words(schema.get('description')) if schema.get('description') else ()
        if 'properties' not in schema:
            yield f'<p>{self.kind(schema)}</p>'
        yield from self.rows('Members', ('Name', 'What', ''), [
            (f'<code>{e(m)}</code>{"" if m in schema.get("required", []) else " (optional)"}', self.kind(s),
             e(s.get('description', ''))) for m, s in schema.get('properties', {}).items()])

    def text(self):
        info = self.bundle['info']
        yield f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{e(info["title"])}</title>'
        yield f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body>'
        yield f'<h1>{e(info["title"])} {e(info["version"])}</h1><p>{e(info["summary"])}</p>'
        yield from words(info['description'])
        yield '<p><a href="/openapi.json">The same for programs (OpenAPI 3.1)</a></p>'
        yield '<nav aria-label="Operations"><ul>'
        for path, methods in self.bundle['paths'].items():
            for method, it in methods.items():
                yield (f'<li><a href="#{e(it["operationId"])}"><code>{method.upper()} {e(path)}</code></a> '
                       f'{e(it["summary"])}</li>')
        yield '</ul></nav>'
        for tag in self.bundle['tags']:
            yield f'<h2>{e(tag["name"])}</h2><p>{e(tag["description"])}</p>'
            for path, methods in self.bundle['paths'].items():
                for method, it in methods.items():
                    if tag['name'] in it['tags']:
                        yield from self.operation(path, method, it)
        yield '<h2>Values</h2>'
        for name, schema in self.bundle['components']['schemas'].items():
            yield from self.schema(name, schema)
        yield '<h2>Refusals</h2>'
        yield from self.rows('By slug', ('Slug', 'Status', 'In English', 'In Korean', 'Members'), [
            (f'<code id="problem-{e(slug)}">{e(slug)}</code>', it['status'],
             f'<strong>{e(it["title"]["en"])}</strong><br>{e(it["detail"]["en"])}',
             f'<span lang="ko"><strong>{e(it["title"]["ko"])}</strong><br>{e(it["detail"]["ko"])}</span>',
             '<br>'.join(f'<code>{e(m)}</code> {e(t)}' for m, t in it.get('data', {}).items()))
            for slug, it in self.contract.problems.items() if it.get('told', True)])
        yield '</body></html>'


def page(bundle, contract):
    return '\n'.join(Page(bundle, contract).text())
