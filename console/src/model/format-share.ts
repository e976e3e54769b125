/** A share from 0 to 1 as a percentage that never rounds a failure away: 99.996 % is not 100 %. */
export function formatShare(share: number | undefined): string {
  if (share === undefined) return '–';
  const percent = share * 100;
  if (percent === 0 || percent === 100) return `${percent} %`;
  const digits = percent > 99 || percent < 1 ? 2 : 1;
  const power = 10 ** digits;
  const rounded =
    percent > 50 ? Math.floor(percent * power) / power : Math.ceil(percent * power) / power;
  return `${rounded.toFixed(digits)} %`;
}
