import { InvalidArgumentError } from 'commander';

/** Reads an option such as `20:0.9`: how many, and which share of them. */
export function share(text: string): readonly [count: number, share: number] {
  const [, count, part] = /^(\d+):(0(?:\.\d+)?|1(?:\.0+)?|\.\d+)$/.exec(text) ?? [];
  if (count !== undefined && part !== undefined && Number(count) > 0) {
    return [Number(count), Number(part)];
  }
  throw new InvalidArgumentError('It must be COUNT:SHARE, such as 20:0.9.');
}
