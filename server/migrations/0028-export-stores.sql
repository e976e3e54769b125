-- What a node needs to go on with a file that another one began in a store: the tags of the parts that are there,
-- and what is too small for a part. Null of files in a folder, and of complete ones.
alter table job_file add column parts text[];
alter table job_file add column tail bytea;
