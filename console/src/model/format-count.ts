/**
 * `12,345`, with three places after the point at most. By hand: the first `Intl.NumberFormat` of a page takes
 * 25 ms of processor to load its locale, and the first rows waited for it.
 */
export function formatCount(count: number): string {
  const [whole = '', places] = String(Math.round(count * 1_000) / 1_000).split('.');
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ',');
  return places === undefined ? grouped : `${grouped}.${places}`;
}
