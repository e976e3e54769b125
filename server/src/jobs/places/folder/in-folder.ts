import { ExportUnavailable } from '../export-unavailable.ts';

/**
 * Does something in the folder of exports.
 *
 * @throws ExportUnavailable with what the system says, such as that no space is left; where that is, is
 * for the log, which gets the cause
 */
export async function inFolder<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
    const [said] = error.message.split(', ');
    throw new ExportUnavailable(`cannot ${what}: ${said}`, { cause: error });
  }
}
