import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { ReplayJob } from './replay-job.tsx';

/** A button that asks about a job which replays all that a query selects. */
export function ReplayMatching({ q, children }: { q: string; children: ComponentChildren }) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <button type="button" class="button" onClick={() => setAsking(true)}>
        {children}
      </button>
      {asking && <ReplayJob q={q} onClose={() => setAsking(false)} />}
    </>
  );
}
