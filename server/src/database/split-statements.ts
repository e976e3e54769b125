/** What may contain a semicolon that ends no statement: comments, texts, quoted names, dollar quotes. */
const TOKEN =
  /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"[^"]*"|\$([a-z_]\w*)?\$[\s\S]*?\$\1\$|;|[^-/'"$;]+|[\s\S]/gi;

/** Splits a script into its statements, without what is empty or only a comment. */
export function splitStatements(script: string): string[] {
  const statements: string[] = [];
  let text = '';
  let isEmpty = true;
  const end = () => {
    if (!isEmpty) statements.push(text.trim());
    text = '';
    isEmpty = true;
  };
  for (const [token] of script.matchAll(TOKEN)) {
    if (token === ';') {
      end();
      continue;
    }
    text += token;
    if (!token.startsWith('--') && !token.startsWith('/*') && token.trim() !== '') isEmpty = false;
  }
  end();
  return statements;
}
