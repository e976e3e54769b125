import { parseSync, Visitor } from 'oxc-parser';

/**
 * What a file imports, as it names it: static and dynamic imports, re-exports, types, import types, and
 * the modules that a test mocks.
 *
 * @throws {Error} if the file cannot be parsed.
 */
export function importsOf(file: string, source: string): ReadonlySet<string> {
  const { errors, program } = parseSync(file, source);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${file}: ${error.message}`);
  const found = new Set<string>();
  const add = (node: { type: string; value?: unknown } | null) => {
    if (node?.type === 'Literal' && typeof node.value === 'string') found.add(node.value);
  };
  new Visitor({
    ImportDeclaration: ({ source }) => add(source),
    ExportNamedDeclaration: ({ source }) => add(source),
    ExportAllDeclaration: ({ source }) => add(source),
    ImportExpression: ({ source }) => add(source),
    TSImportType: ({ source }) => add(source),
    CallExpression({ callee, arguments: [first] }) {
      if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return;
      const { name } = callee.property;
      const mocks = ['mock', 'doMock', 'importActual'].includes(name);
      if ((mocks || name === 'resolve') && first !== undefined && first.type === 'Literal') {
        if (mocks || callee.object.type === 'MetaProperty') add(first);
      }
    },
  }).visit(program);
  return found;
}
