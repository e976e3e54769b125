-- How long each phase of an attempt took (server/src/model/packed-phases.ts). Null in rows of earlier
-- versions, and where no connection was opened.
alter table attempt add column phases bytea;
