/** What shows that a file was changed since it was looked at, or that another one took its place. */
export interface FileMark {
  /** On the disk: compressed, if it is. */
  readonly bytes: number;
  readonly modifiedMs: number;
  readonly inode: number;
}

export function isSameFile({ bytes, modifiedMs, inode }: FileMark, before: FileMark | undefined): boolean {
  return before?.bytes === bytes && before.modifiedMs === modifiedMs && before.inode === inode;
}
