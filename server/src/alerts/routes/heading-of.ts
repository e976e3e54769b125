import type { AlertMessage } from './alert-message.ts';

/** What a message begins with: `Critical`, `Warning`, `Resolved` or `Test`. */
export function headingOf({ transition, severity }: AlertMessage): string {
  if (transition === 'test') return 'Test';
  if (transition === 'resolved') return 'Resolved';
  return severity === 'critical' ? 'Critical' : 'Warning';
}
