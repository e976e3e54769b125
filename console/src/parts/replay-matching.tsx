import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Sending } from '../model/sending.ts';
import { loadLate } from './load-late.tsx';

const ReplayJob = loadLate('The dialog', () => import('./replay-job.tsx').then((m) => m.ReplayJob));

/** A button that asks about a job which sends again all that a query selects. */
export function ReplayMatching({
  q,
  kind = 'replay',
  title,
  primary = false,
  children,
}: {
  q: string;
  kind?: Sending;
  title?: string;
  primary?: boolean;
  children: ComponentChildren;
}) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <button
        type="button"
        class={primary ? 'button primary' : 'button'}
        onClick={() => setAsking(true)}
      >
        {children}
      </button>
      {asking && (
        <ReplayJob
          q={q}
          kind={kind}
          {...(title !== undefined && { title })}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
