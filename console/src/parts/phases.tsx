import type { AttemptPhases } from '@hooktrail/sdk/hooktrail';
import { formatDuration } from '../model/format-duration.ts';

const NAMES: readonly (readonly [key: keyof AttemptPhases, name: string])[] = [
  ['dnsMs', 'DNS'],
  ['connectMs', 'Connect'],
  ['proxyMs', 'Proxy'],
  ['tlsMs', 'TLS'],
  ['requestMs', 'Request'],
  ['firstByteMs', 'First byte'],
  ['bodyMs', 'Body'],
];

/** What the time of an attempt was spent on, as one bar and in words. */
export function Phases({ phases }: { phases: AttemptPhases }) {
  const parts = NAMES.flatMap(([key, name], index) => {
    const ms = phases[key];
    return ms === undefined ? [] : [{ name, ms, index }];
  });
  if (parts.length === 0) return null;
  return (
    <>
      <div class="phases" aria-hidden="true">
        {parts.map(({ name, ms, index }) => (
          <span key={name} class={`phase-${index}`} style={{ flexGrow: Math.max(ms, 0.01) }} />
        ))}
      </div>
      <div class="phase-list">
        {parts.map(({ name, ms, index }) => (
          <span key={name}>
            <i class={`phase-${index}`} aria-hidden="true" />
            {name} {formatDuration(ms)}
          </span>
        ))}
      </div>
    </>
  );
}
