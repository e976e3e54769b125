import type { Random } from '@hooktrail/harness/create-random';

/** The subject of an event, such as a ticket. */
export interface Subject {
  readonly id: string;
  /** Its state, as the `detail` of an event shows it. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** The families of event types that the demo publishes. */
export type Family = 'ticket' | 'user' | 'organization' | 'article';

const SUBJECTS = [
  'Cannot sign in after the password reset',
  'Invoice 2024-1187 shows the wrong VAT rate',
  'Where is my parcel? Tracking stopped on Tuesday',
  'Please add a second administrator',
  'The export ends after 10,000 rows',
  'App crashes on opening a photo — Pixel 8, Android 15',
  'Rückerstattung für Bestellung 55102',
] as const;
const PEOPLE = [
  ['Amara Okafor', 'amara.okafor@example.com'],
  ['Jonas Lindqvist', 'jonas@example.org'],
  ['Mei-Ling Zhao', 'mz@example.net'],
  ['Zoë Martínez', 'zoe.martinez@example.com'],
  ['Rahul Nair', 'rahul.nair@example.org'],
] as const;
const COMPANIES = ['Northwind Traders', 'Söderberg & Partners', 'Blue Yonder Air'] as const;
const ARTICLES = ['Reset your password', 'Read your invoice', 'Return an item'] as const;
const TAGS = ['billing', 'vip', 'mobile', 'refund', 'login', 'shipping'] as const;

/** Makes up a ticket, user, organization or article with the fields that Zendesk's events carry. */
export function describeSubject(family: Family, random: Random, nowMs: number): Subject {
  const bigId = () => `84473${random.whole(10_000_000, 99_999_999)}`;
  const updatedMs = nowMs - random.whole(0, 600_000);
  const times = {
    created_at: seconds(updatedMs - random.whole(60_000, 90 * 86_400_000)),
    updated_at: seconds(updatedMs),
  };
  switch (family) {
    case 'ticket': {
      const id = String(random.whole(5_000, 9_999));
      const requester = bigId();
      const detail = {
        actor_id: bigId(),
        assignee_id: random.pick([null, bigId()]),
        brand_id: '8447346621310',
        custom_status: '8447320465790',
        description: `${random.pick(SUBJECTS)}. Order ${random.whole(40_000, 60_000)}.`,
        external_id: null,
        form_id: '8646151517822',
        group_id: '8447320466430',
        id,
        is_public: true,
        organization_id: random.pick([null, bigId()]),
        priority: random.pick(['LOW', 'NORMAL', 'HIGH', 'URGENT']),
        requester_id: requester,
        status: random.pick(['NEW', 'OPEN', 'PENDING', 'SOLVED']),
        subject: random.pick(SUBJECTS),
        submitter_id: requester,
        tags: [random.pick(TAGS), random.pick(TAGS)],
        type: random.pick(['QUESTION', 'INCIDENT', 'PROBLEM', 'TASK']),
        via: { channel: random.pick(['web_service', 'email', 'native_messaging']) },
        ...times,
      };
      return { id, detail };
    }
    case 'user': {
      const id = bigId();
      const [name, email] = random.pick(PEOPLE);
      const detail = {
        default_group_id: random.pick([null, '8447320466430']),
        email,
        external_id: null,
        id,
        name,
        organization_id: random.pick([null, bigId()]),
        role: random.pick(['end-user', 'agent', 'admin']),
        ...times,
      };
      return { id, detail };
    }
    case 'organization': {
      const id = bigId();
      const detail = {
        external_id: `crm-${random.whole(1_000, 9_999)}`,
        group_id: null,
        id,
        name: random.pick(COMPANIES),
        shared_comments: false,
        shared_tickets: random.pick([true, false]),
        ...times,
      };
      return { id, detail };
    }
    case 'article': {
      const id = bigId();
      return { id, detail: { brand_id: '8447346621310', id, title: random.pick(ARTICLES) } };
    }
  }
}

/** Zendesk writes the times of a detail without fractions. */
function seconds(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}
