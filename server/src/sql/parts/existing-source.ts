/**
 * Whether the source of an archived event exists. The rows of one that was deleted are removed in steps, and
 * nobody sees them meanwhile. For statements with the parameter `account_id`.
 */
export const OF_EXISTING_SOURCE = `source_id in (
      select s.id from source s where s.account_id = $account_id and s.deleted_at is null
    )`;
