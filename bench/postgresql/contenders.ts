import { awsCli } from './aws-cli.ts';
import { barman } from './barman.ts';
import type { Contender } from './contender.ts';
import { pgbackrest } from './pgbackrest.ts';
import type { Stage } from './stage.ts';
import { tidemark } from './tidemark.ts';

/**
 * Tidemark and everybody whose name holds one of the words, each with a bucket of its own. pgBackRest takes part as it is when
 * nobody configures it, and as fast as it gets here.
 */
export async function contenders(stage: Stage, words: readonly string[]): Promise<Contender[]> {
  const all = [
    await tidemark(stage),
    await pgbackrest(stage, 'pgbackrest', {}),
    await pgbackrest(stage, 'pgbackrest, lz4, 2 processes', {
      'compress-type': 'lz4',
      'process-max': '2',
      'archive-async': 'y',
    }),
    barman(stage),
    awsCli(stage),
  ];
  const chosen = all.filter(({ name }) => words.some((word) => name.includes(word)));
  for (const { bucket } of chosen) await stage.s3.createBucket(bucket);
  return chosen;
}
