/** Where the system sets no limit, or does not say it: more than is used by anything. */
const NO_LIMIT = 1_048_576;

/**
 * How many files and sockets this process may have open (`ulimit -n`). Node raises its soft limit to
 * the hard one when it starts.
 */
export function openFilesLimit(): number {
  const report = process.report as unknown as Report;
  const { excludeNetwork } = report;
  // A report would ask for the names of all addresses of this machine.
  report.excludeNetwork = true;
  const soft = Number(report.getReport().userLimits?.open_files?.soft);
  report.excludeNetwork = excludeNetwork;
  return Number.isSafeInteger(soft) && soft > 0 ? Math.min(soft, NO_LIMIT) : NO_LIMIT;
}

/** What the types of Node 20 lack. */
interface Report {
  excludeNetwork: boolean;
  getReport(): {
    readonly userLimits?: { readonly open_files?: { readonly soft: number | string } };
  };
}
