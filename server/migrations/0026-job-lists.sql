-- The items of a job in the order of creation, for the list of what it sent. What it still has to send, has in
-- flight or skipped has partial indexes by webhook, and what it settles is found by all three columns.
alter table job_item drop constraint job_item_pkey;
alter table job_item add primary key (job_id, invocation_id, webhook_id);
create index job_item_target on job_item (job_id, target_id) where target_id is not null;

-- Whether those that it sent are deleted: they are kept as long as the invocations are.
alter table job add column items_cleared boolean not null default false;
update job set items_cleared = true where ended_at is not null and not busy;
