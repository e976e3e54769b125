import type { Inbox } from '@hooktrail/sdk/hooktrail';
import { formatCount } from '../model/format-count.ts';
import { INBOX_SCHEMES } from '../model/inbox-schemes.ts';
import { Badge } from './badge.tsx';

/** How requests to an inbox must be signed. */
export function InboxScheme({ inbox: { scheme, secretsCount } }: { inbox: Inbox }) {
  if (scheme === 'none') return <Badge tone="hold">not verified</Badge>;
  return (
    <>
      {INBOX_SCHEMES[scheme]?.[0] ?? scheme}
      <span class="soft">
        , {formatCount(secretsCount)} {secretsCount === 1 ? 'secret' : 'secrets'}
      </span>
    </>
  );
}
