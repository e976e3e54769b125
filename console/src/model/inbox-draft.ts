import type { Inbox, InboxInput, InboxPatch } from '@hooktrail/sdk/hooktrail';
import { linesOf } from './lines-of.ts';
import { readSeconds } from './read-seconds.ts';
import { showSeconds } from './show-seconds.ts';

/** An inbox as a form holds it: all of it text. */
export interface InboxDraft {
  readonly name: string;
  readonly scheme: string;
  /** One a line; of an inbox that exists none: the stored ones stay. */
  readonly secrets: string;
  /** With its unit. */
  readonly tolerance: string;
  readonly defaultType: string;
  readonly typeHeader: string;
  /** Only of the scheme `none`. */
  readonly idHeader: string;
}

/** What the node takes where the form says nothing. */
const TOLERANCE_SECONDS = 300;

/** An empty form, or that of an inbox. */
export const inboxDraftOf = (inbox?: Inbox): InboxDraft => ({
  name: inbox?.name ?? '',
  scheme: inbox?.scheme ?? 'zendesk',
  secrets: '',
  tolerance: showSeconds(inbox?.toleranceSeconds ?? TOLERANCE_SECONDS),
  defaultType: inbox?.defaultType ?? 'inbox.received',
  typeHeader: inbox?.typeHeader ?? '',
  idHeader: inbox?.idHeader ?? '',
});

/** What a browser may keep of a form: what was written in it, without secrets. */
export const keptInboxDraft = (draft: InboxDraft, base: InboxDraft): Partial<InboxDraft> =>
  Object.fromEntries(
    Object.entries(draft).filter(
      ([field, text]) => field !== 'secrets' && text !== base[field as keyof InboxDraft],
    ),
  );

/** @throws Error that says what is wrong, in words for the form. */
export function inboxInputOf(draft: InboxDraft): InboxInput {
  const secrets = linesOf(draft.secrets);
  const toleranceSeconds = readSeconds(draft.tolerance);
  if (toleranceSeconds === undefined) {
    throw new Error(
      `Tolerance must be a time such as 300 or 5 min, got ${draft.tolerance.trim() || 'nothing'}.`,
    );
  }
  return {
    name: draft.name.trim(),
    scheme: draft.scheme as InboxInput['scheme'],
    // A scheme without secrets refuses any.
    ...(draft.scheme === 'none' ? { secrets: [] } : secrets.length > 0 && { secrets }),
    toleranceSeconds,
    defaultType: draft.defaultType.trim(),
    typeHeader: draft.typeHeader.trim() || null,
    idHeader: (draft.scheme === 'none' && draft.idHeader.trim()) || null,
  };
}

/**
 * What the form changes of an inbox that was as `base` says: others may have changed the rest meanwhile.
 *
 * @throws Error that says what is wrong.
 */
export function inboxChangesOf(draft: InboxDraft, base: InboxDraft): InboxPatch {
  const before: InboxPatch = inboxInputOf(base);
  return Object.fromEntries(
    Object.entries(inboxInputOf(draft)).filter(
      ([field, value]) =>
        JSON.stringify(value) !== JSON.stringify(before[field as keyof InboxPatch]),
    ),
  );
}
