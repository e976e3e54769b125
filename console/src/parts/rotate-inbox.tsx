import type { AddressedInbox, Inbox } from '@hooktrail/sdk/hooktrail';
import { useState } from 'preact/hooks';
import { hooktrail } from '../data/hooktrail.ts';
import { GRACES } from '../model/graces.ts';
import { Confirm } from './confirm.tsx';
import { FormField } from './form-field.tsx';

/** Gives an inbox another address after a question, and says for how long the one of now stays valid. */
export function RotateInbox({
  inbox,
  onRotated,
  onClose,
}: {
  inbox: Inbox;
  onRotated: (inbox: AddressedInbox) => Promise<void>;
  onClose: () => void;
}) {
  const [grace, setGrace] = useState('86400');
  return (
    <Confirm
      title={`Replace the address of ${inbox.name}`}
      act="Replace 1 address"
      danger
      onAct={async () =>
        onRotated(await hooktrail.inboxes.rotate(inbox.id, { graceSeconds: Number(grace) }))
      }
      onClose={onClose}
    >
      <p>
        The inbox gets another address, which is shown once. Senders must be given it before the one
        of now ends: from then on they get 404.
        {inbox.previousUntil && ' The address before this one ends at once.'}
      </p>
      <FormField
        label="The address of now stays valid"
        kind={GRACES}
        value={grace}
        onChange={setGrace}
      />
    </Confirm>
  );
}
