import type { HeaderEntry } from '@hooktrail/sdk';
import { Fragment } from 'preact';

/** Headers in the order in which they were sent. */
export function HeaderList({ headers }: { headers: readonly HeaderEntry[] }) {
  if (headers.length === 0) return <p class="soft">No headers.</p>;
  return (
    <dl class="headers mono">
      {headers.map(({ key, value }, index) => (
        <Fragment key={index}>
          <dt>{key}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
