import type { Check } from './evidence.ts';

/** What a remote account lists is archived, each row once, and nothing is called a gap. */
export const checkRemotes: Check = ({ remotes }) =>
  remotes.flatMap(({ archived, gaps, known, listed, name }) => {
    const broken: string[] = [];
    const there = new Set(archived);
    const missing = listed.filter((row) => !there.has(row));
    if (missing.length > 0) {
      broken.push(`${name} lists ${missing.length} that are not archived, such as ${missing[0]}`);
    }
    if (there.size < archived.length) {
      broken.push(`${archived.length - there.size} rows of ${name} are archived twice`);
    }
    const real = new Set(known);
    const invented = [...there].filter((row) => !real.has(row));
    if (invented.length > 0) {
      broken.push(`${name} never had ${invented.length} that are archived, such as ${invented[0]}`);
    }
    if (gaps > 0) broken.push(`the archive of ${name} has ${gaps} gaps`);
    return broken;
  });
