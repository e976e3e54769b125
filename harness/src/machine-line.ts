import type { Machine } from './describe-machine.ts';

/** Describes a machine in one line, for people. */
export function machineLine(machine: Machine): string {
  const { cores, processor, memoryGib, node, postgres, syncMs } = machine;
  return (
    `${cores} cores (${processor}), ${memoryGib} GiB, Node ${node}, PostgreSQL ${postgres}, ` +
    `${syncMs.toFixed(2)} ms to write 8 KiB durably`
  );
}
