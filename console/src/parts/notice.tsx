import type { ComponentChildren } from 'preact';

/** A message in the page; `role` makes a screen reader say it. */
export function Notice({ tone, children }: { tone?: 'bad' | 'hold'; children: ComponentChildren }) {
  return (
    <div class={`notice ${tone ?? ''}`} role={tone === 'bad' ? 'alert' : 'status'}>
      {children}
    </div>
  );
}
