import { signal } from '@preact/signals';

/** Who is signed in. */
export interface Session {
  readonly account: { readonly id: number; readonly name: string };
  readonly role: string;
  readonly tokenName: string;
  readonly version?: string | undefined;
}

/** Undefined until the node has answered; null: nobody is signed in; `ended`: somebody was. */
export const session = signal<Session | null | 'ended' | undefined>(undefined);
