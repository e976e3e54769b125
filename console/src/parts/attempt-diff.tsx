import type { InvocationAttempt } from '@hooktrail/sdk/hooktrail';
import { useMemo } from 'preact/hooks';
import { diffLines } from '../model/diff-lines.ts';

const MARKS = { first: '- ', second: '+ ', both: '  ' } as const;

/** Whole attempts as lines of text. */
function linesOf({
  method,
  url,
  request,
  response,
  status,
  errorMessage,
}: InvocationAttempt): string[] {
  const headers = (list: readonly { key: string; value: string }[] | undefined) =>
    (list ?? []).map(({ key, value }) => `${key}: ${value}`);
  return [
    `${method ?? ''} ${url ?? ''}`,
    ...headers(request?.headers),
    '',
    ...(request?.payload ?? '').split('\n'),
    '',
    `→ ${status}${response?.statusCode === undefined ? '' : ` ${response.statusCode}`}`,
    ...(errorMessage === undefined ? [] : [errorMessage]),
    ...headers(response?.headers),
    '',
    ...(response?.payload ?? '').split('\n'),
  ];
}

/** What changed between two attempts. */
export function AttemptDiff({
  first,
  second,
}: {
  first: InvocationAttempt;
  second: InvocationAttempt;
}) {
  const lines = useMemo(() => diffLines(linesOf(first), linesOf(second)), [first, second]);
  const changed = lines.filter(({ side }) => side !== 'both').length;
  return (
    <div class="stack-s">
      <p class="soft">
        {changed === 0 ? 'Nothing changed.' : `${changed} lines differ; − is the earlier attempt.`}
      </p>
      <pre class="text" tabIndex={0}>
        {lines.map(({ side, text }, index) => (
          <span key={index} class={`line ${side}`}>
            {MARKS[side]}
            {text}
          </span>
        ))}
      </pre>
    </div>
  );
}
