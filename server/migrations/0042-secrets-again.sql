-- When the signing secret of an archived webhook was read. It may be reset at the service, so it is read again once
-- a day, after a failure an hour later. Null: it is read next, as what earlier versions read.
alter table archive_webhook add column secret_read_at timestamptz;
