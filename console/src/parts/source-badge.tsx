import type { Source } from '@hooktrail/sdk/hooktrail';
import { sourceState } from '../model/source-state.ts';
import { Badge } from './badge.tsx';

/** How a source stands, in a word. */
export function SourceBadge({ source }: { source: Source }) {
  const { tone, word } = sourceState(source);
  return <Badge tone={tone}>{word}</Badge>;
}
