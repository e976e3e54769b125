/** What `link` fails with on file systems that have no hard links, such as FAT, SMB and many mounts of FUSE. */
export const NO_LINKS: readonly (string | undefined)[] = [
  'EMLINK',
  'ENOSYS',
  'ENOTSUP',
  'EOPNOTSUPP',
  'EPERM',
];
