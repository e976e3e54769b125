import { DIGITS } from './stamp.ts';

/**
 * Makes the text of an event of `bytes` bytes, with the number and kinds of fields of a Zendesk
 * ticket: one long string of the same size would be parsed in a fraction of the time.
 */
export function eventText(type: string, bytes: number): string {
  const event = {
    type,
    subject: 'zen:ticket:35436',
    event: { sent: ''.padStart(DIGITS, '0'), current: 'open', previous: 'new' },
    detail: {
      id: '35436',
      actor_id: '8447346621310',
      assignee_id: '8447357137483',
      brand_id: '8447346621310',
      created_at: '2026-01-08T22:57:22Z',
      custom_status: '8447320465790',
      external_id: null,
      form_id: '8646151517822',
      group_id: '8447320466430',
      is_public: true,
      organization_id: '8447346622462',
      priority: 'HIGH',
      requester_id: '8447357137483',
      status: 'OPEN',
      submitter_id: '8447357137483',
      tags: ['billing', 'refund'],
      type: 'TASK',
      description: '',
    },
  };
  event.detail.description = 'The customer asks for an invoice of last month. '
    .repeat(1 + Math.ceil(bytes / 48))
    .slice(0, Math.max(0, bytes - JSON.stringify(event).length));
  return JSON.stringify(event);
}
