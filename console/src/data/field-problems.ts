import { APIError } from '@hooktrail/sdk';

interface Item {
  readonly field?: unknown;
  readonly message?: unknown;
}

/**
 * What the node found wrong with the fields below `root`, by their names without it. An item of a list
 * counts for the list. Empty: the refusal is about no field.
 */
export function fieldProblems(error: unknown, root: string): Map<string, string> {
  const problems = new Map<string, string>();
  if (!(error instanceof APIError)) return problems;
  try {
    const { errors } = JSON.parse(error.body) as { errors?: readonly Item[] };
    for (const { field, message } of errors ?? []) {
      if (typeof field !== 'string' || !field.startsWith(`${root}.`)) continue;
      const name = field.slice(root.length + 1).replace(/\[\d+\]$/, '');
      const text = String(message ?? '').replace(`${field} `, '');
      problems.set(name, problems.has(name) ? `${problems.get(name)}; ${text}` : text);
    }
  } catch {
    // No JSON: the whole answer is shown instead.
  }
  return problems;
}
