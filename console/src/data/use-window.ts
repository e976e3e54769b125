import { useEffect, useRef, useState } from 'preact/hooks';

/** Rows above and below what is seen: a fast wheel does not outrun them. */
const SPARE = 12;

/** Nobody scrolled for so long. */
const REST_MS = 100;

/** What is above the first row of a list that fills the page, and below its last, at the least. */
const BESIDE_PX = 240;

/** The first rows wait for nothing: not for the height of the list, which is measured later, nor for spare rows. */
const atFirst = (): Place => ({
  top: 0,
  height: Math.max(0, innerHeight - BESIDE_PX),
  spare: 0,
});

export interface RowWindow {
  readonly first: number;
  readonly last: number;
}

interface Place {
  readonly top: number;
  readonly height: number;
  readonly spare: number;
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
  const [place, setPlace] = useState<Place>(atFirst);
  const latest = useRef(place);
  useEffect(() => {
    const box = element.current;
    if (box === null) return undefined;
    let asked = 0;
    let rest: ReturnType<typeof setTimeout> | undefined;
    const show = (next: Place) => {
      const old = latest.current;
      latest.current = next;
      // A new window only when a row came or went.
      const isSame =
        Math.floor(old.top / rowHeight) === Math.floor(next.top / rowHeight) &&
        old.height === next.height &&
        old.spare === next.spare;
      if (!isSame) setPlace(next);
    };
    const read = () => {
      const next = { top: box.scrollTop, height: box.clientHeight };
      // Whoever drags the bar passes a screen in a frame: rows beside it would be drawn in vain.
      const isJump = Math.abs(next.top - latest.current.top) >= next.height;
      clearTimeout(rest);
      if (isJump || latest.current.spare === 0) {
        rest = setTimeout(() => show({ ...latest.current, spare: SPARE }), REST_MS);
      }
      show({ ...next, spare: isJump ? 0 : latest.current.spare });
    };
    const ask = () => {
      cancelAnimationFrame(asked);
      asked = requestAnimationFrame(read);
    };
    ask();
    box.addEventListener('scroll', ask, { passive: true });
    const sizes = new ResizeObserver(ask);
    sizes.observe(box);
    return () => {
      cancelAnimationFrame(asked);
      clearTimeout(rest);
      box.removeEventListener('scroll', ask);
      sizes.disconnect();
    };
  }, [element, rowHeight]);
  const { height, spare, top } = place;
  return {
    first: Math.max(0, Math.floor(top / rowHeight) - spare),
    last: Math.min(count, Math.ceil((top + height) / rowHeight) + spare),
  };
}
