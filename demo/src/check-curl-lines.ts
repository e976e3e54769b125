import type { CurlLine } from './curl-lines.ts';

/**
 * Sends the printed requests and compares their answers with the expected lists.
 *
 * @returns what is not as expected, in words.
 */
export async function checkCurlLines(
  lines: readonly CurlLine[],
  token: string,
  signal: AbortSignal,
): Promise<string[]> {
  const problems: string[] = [];
  for (const { url, answer } of lines) {
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` }, signal });
    const text = await response.text();
    const items = response.ok ? (JSON.parse(text) as Record<string, unknown>)[answer.list] : [];
    if (!Array.isArray(items) || items.length !== answer.items) {
      const expected = `not ${answer.items} ${answer.list}`;
      problems.push(`GET ${url}: ${response.status}, ${expected}: ${text.slice(0, 300)}`);
    }
  }
  return problems;
}
