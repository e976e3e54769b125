/** FNV-1a over the 16 bytes of the id `bytes`. */
const HASH = (() => {
  let hash = '2166136261';
  for (let at = 0; at < 16; at++) {
    hash = `(((${hash}) # get_byte(bytes, ${at})::bigint) * 16777619) & 4294967295`;
  }
  return hash;
})();

/** The server's `laneOf` in SQL: a subquery with the column `lane` of an id, for a lateral join. */
export function laneSql(id: string): string {
  return `(
    select ((hash # (hash >> 15)) & 63)::smallint as lane
    from (select uuid_send(${id}) as bytes offset 0) as b
    cross join lateral (select ${HASH} as hash offset 0) as h
  )`;
}
