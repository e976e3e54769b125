import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';

/** A screen: its heading, which is also the title of the window, its acts, and the rest. */
export function Page({
  title,
  heading,
  actions,
  children,
  wide = false,
}: {
  title: string;
  /** In place of the title, where the heading is more than words. */
  heading?: ComponentChildren;
  actions?: ComponentChildren;
  children: ComponentChildren;
  wide?: boolean;
}) {
  useEffect(() => {
    document.title = `${title} · Hooktrail`;
  }, [title]);
  return (
    <div class={wide ? 'page wide' : 'page'}>
      <header class="page-head">
        <h1>{heading ?? title}</h1>
        {actions && <div class="row">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
