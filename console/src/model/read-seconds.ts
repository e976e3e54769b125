const UNITS: Readonly<Record<string, number>> = {
  s: 1,
  sec: 1,
  m: 60,
  min: 60,
  h: 3_600,
  d: 86_400,
};

const PART = /(\d+(?:\.\d+)?)\s*(d|h|min|m|sec|s)?/g;

/** Reads `12`, `12 s`, `2 min`, `1 h 30 min` or `1d` as whole seconds; undefined: it is none. */
export function readSeconds(text: string): number | undefined {
  const lower = text.toLowerCase();
  const parts = [...lower.matchAll(PART)];
  if (parts.length === 0 || lower.replace(PART, '').trim() !== '') return undefined;
  // `1 30` is two numbers, and which unit was meant is a guess.
  if (parts.length > 1 && parts.some(([, , unit]) => unit === undefined)) return undefined;
  const seconds = parts.reduce(
    (sum, [, value, unit]) => sum + Number(value) * (UNITS[unit ?? 's'] as number),
    0,
  );
  return Number.isInteger(seconds) ? seconds : undefined;
}
