import type { ComponentChildren } from 'preact';
import { TONE_MARKS, type Tone } from '../model/status-tone.ts';

/** A short state: a mark, a word and a colour. */
export function Badge({ tone, children }: { tone: Tone; children: ComponentChildren }) {
  return (
    <span class={`badge ${tone}`}>
      <span aria-hidden="true">{TONE_MARKS[tone]}</span>
      {children}
    </span>
  );
}
