/**
 * The line of PostgreSQL's output that says why it ended, without its time and process: the first
 * of the highest level, and the last line if there is no level.
 */
export function worstLine(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  for (const level of [/\b(PANIC|FATAL): +(.+)/, /\b(ERROR|error): +(.+)/]) {
    for (const line of lines) {
      const text = level.exec(line)?.[2];
      if (text !== undefined) return text;
    }
  }
  return lines.findLast((line) => line !== '') ?? '';
}
