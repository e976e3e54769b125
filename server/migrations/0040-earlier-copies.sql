-- The copies that a job made of an item before the last one: their attempts did not count, or they were taken back.
-- An erasure finds them here.
alter table job_item add column earlier_target_ids uuid[];
