-- What is archived may be sent again (docs/decisions/resends.md). A resend is a row of archive_attempt with a
-- number above 1,000, beside what the service listed. resends_count: those of an invocation; resending_until:
-- the last of them is in flight until then at most, and null once it is recorded.
alter table archive_invocation add column resends_count integer not null default 0;
alter table archive_invocation add column resending_until timestamptz;

-- Of a resend: the act or the job that sent it, who asked, and the webhook of ours that got it, if one did.
alter table archive_attempt add column resend_id uuid;
alter table archive_attempt add column job_id uuid;
alter table archive_attempt add column requested_by text;
alter table archive_attempt add column target_webhook_id uuid;

alter table job drop constraint job_kind_check;
alter table job add constraint job_kind_check check (kind in ('replay', 'resend', 'export'));
