/**
 * Headers as people paste them: `Name: value` a line, of a log, of curl (`-H 'Name: value'`, `< Name:
 * value`) or of HTTP itself. Lines that are no header are left out.
 */
export function pastedHeaders(text: string): Record<string, string> {
  const headers = Object.create(null) as Record<string, string>;
  for (const line of text.split('\n')) {
    const bare = line
      .trim()
      .replace(/^[<>*]\s+/, '')
      .replace(/^(?:-H|--header)\s+/, '')
      .replace(/\s*\\$/, '')
      .replace(/^(['"])(.*)\1$/, '$2');
    const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+)\s*:\s*(.*)$/.exec(bare) ?? [];
    if (name !== undefined && value !== undefined) headers[name.toLowerCase()] = value.trim();
  }
  return { ...headers };
}
