import { Time } from './time.tsx';

/** Stands where a body was. */
export function ErasedLine({ what, at }: { what: string; at: Date }) {
  return (
    <p class="soft">
      {what} erased <Time at={at} form="long" />.
    </p>
  );
}
