-- The invocation that this one is a copy of, at another webhook; and the last copy that was made of this one.
alter table invocation add column origin_webhook_id uuid;
alter table invocation add column origin_id uuid;
alter table invocation add column copy_webhook_id uuid;
alter table invocation add column copy_id uuid;
