import { useEffect, useState } from 'preact/hooks';

/** Rows above and below what is seen: a fast wheel does not outrun them. */
const SPARE = 12;

export interface RowWindow {
  readonly first: number;
  readonly last: number;
}

/**
 * Which rows of a long list are in sight of its scrolling element. Rows have one height, so that the
 * place of each is known without measuring any.
 */
export function useWindow(
  element: { readonly current: HTMLElement | null },
  count: number,
  rowHeight: number,
): RowWindow {
  const [place, setPlace] = useState({ top: 0, height: 900 });
  useEffect(() => {
    const box = element.current;
    if (box === null) return undefined;
    let asked = 0;
    const read = () => {
      cancelAnimationFrame(asked);
      asked = requestAnimationFrame(() => {
        const next = { top: box.scrollTop, height: box.clientHeight };
        // A new window only when a row came or went.
        setPlace((old) =>
          Math.floor(old.top / rowHeight) === Math.floor(next.top / rowHeight) &&
          old.height === next.height
            ? old
            : next,
        );
      });
    };
    read();
    box.addEventListener('scroll', read, { passive: true });
    const sizes = new ResizeObserver(read);
    sizes.observe(box);
    return () => {
      cancelAnimationFrame(asked);
      box.removeEventListener('scroll', read);
      sizes.disconnect();
    };
  }, [element, rowHeight]);
  const first = Math.max(0, Math.floor(place.top / rowHeight) - SPARE);
  return {
    first,
    last: Math.min(count, Math.ceil((place.top + place.height) / rowHeight) + SPARE),
  };
}
