import { dueBackups } from '../../../lib/catalog/due.ts';
import type { Manifest } from '../../../lib/catalog/manifest.ts';
import type { VerifyRun } from '../../../lib/catalog/run-record.ts';

const NOW = new Date('2026-11-21T00:00:00Z');
const daysAgo = (days: number): string => new Date(NOW.getTime() - days * 86_400_000).toISOString();

const backup = (id: string, name: string, age: number): Manifest =>
  ({ id, class: name, consistentAt: daysAgo(age) }) as Manifest;

const verified = (id: string, age: number, problems: string[] = []): VerifyRun =>
  ({
    endedAt: daysAgo(age),
    backups: [{ id, class: '', bytes: 0, problems }],
  }) as unknown as VerifyRun;

const due = (manifests: Manifest[], history: VerifyRun[]): string[] =>
  dueBackups(manifests, history, NOW).map(({ id }) => id);

describe('what is due', () => {
  test('begins with what was never verified, the newest first, then what was longest ago', () => {
    const manifests = ['a', 'b', 'c', 'd'].map((id, i) => backup(id, '30d', 10 - i));
    expect(due(manifests, [verified('a', 2), verified('b', 9)])).toEqual(['d', 'c', 'b', 'a']);
  });

  test('lets cold backups rest for a quarter', () => {
    const manifests = [backup('a', '366d-cold', 100), backup('b', 'forever-cold', 100)];
    expect(due(manifests, [verified('a', 89), verified('b', 91)])).toEqual(['b']);
  });

  const asked = (id: string, age: number): VerifyRun =>
    ({
      endedAt: daysAgo(age),
      backups: [],
      skipped: [{ id, class: '', reason: 'archived' }],
    }) as unknown as VerifyRun;

  test('asks for damaged archived backups each time, also while S3 works on them', () => {
    const manifests = [backup('a', '366d-archive', 100)];
    const damaged = verified('a', 3, ['damaged']);
    expect(due(manifests, [asked('a', 5), damaged])).toEqual(['a']);
    expect(due(manifests, [damaged, asked('a', 1)])).toEqual(['a']);
  });

  test('does not ask for archived backups again while S3 works on them', () => {
    const manifests = [backup('a', '366d-archive', 100), backup('b', 'forever-archive', 100)];
    expect(due(manifests, [asked('a', 6), asked('b', 8)])).toEqual(['b']);
    expect(due(manifests, [asked('a', 60), verified('a', 58), asked('b', 60)])).toEqual(['b']);
  });

  test('reads a damaged cold backup each time, until it is sound', () => {
    const manifests = [backup('a', '366d-cold', 100)];
    expect(due(manifests, [verified('a', 7, ['damaged'])])).toEqual(['a']);
    expect(due(manifests, [verified('a', 7, ['damaged']), verified('a', 1)])).toEqual([]);
  });
});
