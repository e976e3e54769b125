import { now } from '../data/now.ts';
import { formatDuration } from '../model/format-duration.ts';

/** How long until a time, in whole seconds. */
export function Countdown({ to }: { to: Date }) {
  const leftMs = Math.ceil((to.getTime() - now.value) / 1_000) * 1_000;
  if (leftMs <= 0) return <>now</>;
  return <>in {leftMs < 60_000 ? `${leftMs / 1_000} s` : formatDuration(leftMs)}</>;
}
