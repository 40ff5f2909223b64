import { appendFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startPostgres } from '../../test/support/postgres-server.ts';
import type { Measurement } from '../measure.ts';
import { peak, type Row, ratio, table } from '../table.ts';
import { cheaper } from './cheaper.ts';
import type { Contender } from './contender.ts';
import type { Stage } from './stage.ts';

interface Rounds {
  readonly rounds: number;
  readonly say: (line: string) => void;
}

const MIB = 1024 * 1024;
const PEAK_BYTES = 192 * MIB;
/** Of the time that the fastest of the others needs until the server answers again. */
const RESTORE_RATIO = 1 / 1.1;

interface Results {
  readonly contender: Contender;
  readonly backups: Measurement[];
  /** Until the server answers. */
  readonly restores: Measurement[];
}

/** Each backs up and restores once in a round. Prints what it took and returns which promises are not kept. */
export async function backupRounds(
  stage: Stage,
  contenders: readonly Contender[],
  { rounds, say }: Rounds,
): Promise<string[]> {
  const results = contenders.map(
    (contender): Results => ({ contender, backups: [], restores: [] }),
  );
  for (let round = 1; round <= rounds; round++) {
    // What was written and removed before burdens whoever comes first.
    for (const result of round % 2 === 1 ? results : results.toReversed()) {
      say(`round ${round} of ${rounds}: ${result.contender.name}`);
      await once(stage, result);
      for (const [what, runs] of Object.entries({
        backup: result.backups,
        restore: result.restores,
      })) {
        const last = runs.at(-1);
        if (last) say(`  ${what}: ${brief(last)}`);
      }
    }
  }
  const [size] = await stage.server.sql(
    'SELECT sum(pg_database_size(oid))::text AS bytes FROM pg_database',
  );
  const bytes = Number(size?.bytes);
  const backups = rows('backup', bytes, results, (result) => result.backups);
  const restores = rows('restore', bytes, results, (result) => result.restores);
  process.stdout.write(
    `\n${(bytes / MIB).toFixed(0)} MiB of data; ratios are to the fastest of the others\n${table([...backups, ...restores])}\n`,
  );
  return [...judge(backups, 1), ...cheaper(backups), ...judge(restores, RESTORE_RATIO)];
}

const brief = ({ seconds, cpuSeconds, peakBytes }: Measurement): string =>
  `${seconds.toFixed(1)} s, CPU ${cpuSeconds.toFixed(1)} s, ${(peakBytes / MIB).toFixed(0)} MiB`;

async function once({ archiveWith, clear, server, folder }: Stage, result: Results): Promise<void> {
  const { contender, backups, restores } = result;
  await contender.prepare();
  backups.push(await contender.backup());
  if (contender.restore) {
    const dataDir = join(folder, 'restored');
    const restored = await contender.restore(dataDir);
    // It must not archive into the store of its original.
    await appendFile(join(dataDir, 'postgresql.auto.conf'), 'archive_mode = off\n');
    const started = performance.now();
    const copy = await startPostgres({
      version: 15,
      settings: {},
      existing: { dataDir, password: server.address.password },
    });
    while ((await copy.sql('SELECT pg_is_in_recovery() AS r'))[0]?.r === true) {}
    const seconds = restored.seconds + (performance.now() - started) / 1000;
    const [row] = await copy.sql('SELECT count(*)::int AS n FROM pgbench_branches');
    await copy.dispose();
    if (!row || row.n === 0) throw new Error(`${contender.name} restored no data`);
    await rm(dataDir, { recursive: true });
    restores.push({ ...restored, seconds });
  }
  // Where nothing is left, commands fail, and the server would wait before it tries again.
  await archiveWith('true');
  await clear(contender.bucket);
}

function rows(
  what: string,
  bytes: number,
  results: readonly Results[],
  runsOf: (result: Results) => readonly Measurement[],
): Row[] {
  const [own, ...others] = results
    .filter((result) => runsOf(result).length > 0)
    .map(
      (result): Row => ({ name: `${what}: ${result.contender.name}`, runs: runsOf(result), bytes }),
    );
  if (!own) return [];
  const [fastest] = others.toSorted((a, b) => (ratio({ ...b, peer: a }) ?? 0) - 1);
  return [fastest ? { ...own, peer: fastest } : own, ...others];
}

/** What Tidemark promises, the first of the rows. */
function judge([own]: readonly Row[], least: number): string[] {
  if (!own) return [];
  return [
    ...((ratio(own) ?? 1) < least ? [`${own.name} is slow`] : []),
    ...(peak(own) > PEAK_BYTES ? [`${own.name} takes too much memory`] : []),
  ];
}
