import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { ExportDraft } from '../model/export-draft.ts';
import { loadLate } from './load-late.tsx';

const ExportJob = loadLate('The dialog', () => import('./export-job.tsx').then((m) => m.ExportJob));

/** A button that asks about a job which exports all that a query selects. */
export function ExportRows({
  q,
  selected,
  kinds,
  children,
}: {
  q: string;
  /** How many rows a reader chose; undefined: all that the query selects. */
  selected?: number;
  kinds: readonly [ExportDraft['of'], ...ExportDraft['of'][]];
  children: ComponentChildren;
}) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <button type="button" class="button" onClick={() => setAsking(true)}>
        {children}
      </button>
      {asking && (
        <ExportJob
          q={q}
          kinds={kinds}
          {...(selected !== undefined && { selected })}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
