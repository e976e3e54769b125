import type { Machine } from './describe-machine.ts';

/** The machine in a line, for people. */
export function machineLine(machine: Machine): string {
  const { cores, processor, memoryGib, node, postgres, syncMs } = machine;
  return (
    `${cores} cores (${processor}), ${memoryGib} GiB, Node ${node}, PostgreSQL ${postgres}, ` +
    `${syncMs.toFixed(2)} ms to write 8 KiB for good`
  );
}
