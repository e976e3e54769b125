import { closeSync, openSync } from 'node:fs';

/** The code of the error if this process can open no file or socket now. */
export function hasNoDescriptor(): 'EMFILE' | 'ENFILE' | undefined {
  try {
    closeSync(openSync('/dev/null', 'r'));
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EMFILE' || code === 'ENFILE' ? code : undefined;
  }
}
