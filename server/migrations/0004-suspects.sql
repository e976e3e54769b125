-- suspect_count: leases lost since the last recorded outcome, up to 100; lost_count has all of them.
-- begun: the node that holds the lease has recorded that it is about to send this invocation. Written only
-- for suspects, whose leases were lost before. blamed_count: how often a node died after that record and
-- before an outcome. (docs/delivery.md, "What ends an invocation without its endpoint")
alter table invocation add column suspect_count smallint not null default 0;
alter table invocation add column begun boolean not null default false;
alter table invocation add column blamed_count smallint not null default 0;

-- An invocation may be replayed more than 32,767 times.
alter table invocation alter column manual_count type integer;
alter table invocation alter column lost_count type integer;
