import type { Runner } from '../../database/database.ts';
import { readExportUse } from '../../sql/read-export-use.ts';
import { MOST_FILES_OF_ACCOUNT } from './export-spec.ts';
import { ExportsFull } from './exports-full.ts';

/** @throws ExportsFull if the files of an account take as much as they may. */
export async function checkExportUse(
  database: Runner,
  accountId: number,
  maxBytes: number,
  more: { readonly bytes: number } = { bytes: 0 },
): Promise<void> {
  const [use] = await database.run(readExportUse, accountId);
  const { bytes, files } = use ?? { bytes: 0, files: 0 };
  const what =
    bytes + more.bytes >= maxBytes
      ? `take ${bytes} bytes, and at most ${maxBytes} are allowed (HOOKTRAIL_MAX_EXPORT_BYTES_PER_ACCOUNT)`
      : files >= MOST_FILES_OF_ACCOUNT
        ? `are ${files}, and at most ${MOST_FILES_OF_ACCOUNT} are allowed`
        : undefined;
  if (what === undefined) return;
  throw new ExportsFull(
    `the kept files of this account's exports ${what}: delete those of an export that nobody needs any more, or narrow the query`,
  );
}
