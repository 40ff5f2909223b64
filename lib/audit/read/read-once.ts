import { type AuditFile, type ReadFile, readManifest, readTemplate } from '../template.ts';

/** How the files of an environment are read. */
export interface Readers {
  readonly template: (file: AuditFile) => ReadFile;
  readonly manifest: (file: AuditFile) => ReadFile;
}

/** Nearly all of what is found is also what is derived today: a file with the same name and text is read once. */
export const readOnce = (): Readers => ({
  template: once(readTemplate),
  manifest: once(readManifest),
});

function once(read: (file: AuditFile) => ReadFile): (file: AuditFile) => ReadFile {
  const known = new Map<string, Map<string, ReadFile>>();
  return (file) => {
    const texts = known.get(file.file) ?? new Map<string, ReadFile>();
    const result = texts.get(file.text) ?? read(file);
    known.set(file.file, texts.set(file.text, result));
    return result;
  };
}
