import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { median, peak, type Row, ratio, table } from '../table.ts';
import { cheaper } from './cheaper.ts';
import type { Contender } from './contender.ts';
import type { Stage } from './stage.ts';
import { WalWatch } from './wal-watch.ts';

interface Rounds {
  readonly rounds: number;
  /** How long pgbench writes. */
  readonly seconds: number;
  readonly say: (line: string) => void;
}

const RPO_SECONDS = 15;
const PEAK_BYTES = 192 * 1024 * 1024;
const CLIENTS = 8;

interface Result {
  readonly contender: Contender;
  readonly runs: { seconds: number; cpuSeconds: number; peakBytes: number; bytes: number }[];
  readonly tps: number[];
  /** How far the store was behind, in seconds, at every look. */
  readonly behind: number[];
}

/** pgbench writes as fast as it can while each of them stores the WAL. Returns which promises are not kept. */
export async function walRounds(
  stage: Stage,
  contenders: readonly Contender[],
  { rounds, seconds, say }: Rounds,
): Promise<string[]> {
  const results = contenders
    .filter(({ archive }) => archive)
    .map((contender): Result => ({ contender, runs: [], tps: [], behind: [] }));
  for (let round = 1; round <= rounds; round++) {
    for (const result of round % 2 === 1 ? results : results.toReversed()) {
      say(`WAL, round ${round} of ${rounds}: ${result.contender.name}`);
      await run(stage, result, seconds);
      const last = result.runs.at(-1);
      if (last) {
        say(
          `  ${(last.bytes / 1024 ** 2).toFixed(0)} MiB in ${last.seconds.toFixed(1)} s, CPU ${last.cpuSeconds.toFixed(1)} s, RPO p99 ${percentile(result.behind, 0.99).toFixed(1)} s`,
        );
      }
    }
  }
  const all = results.map((result): Row => {
    const bytes = median(result.runs.map((each) => each.bytes));
    const p = (share: number) => percentile(result.behind, share).toFixed(1);
    return {
      name: `WAL: ${result.contender.name}`,
      // Each run writes another amount of WAL: as long as it would have taken for the median amount.
      runs: result.runs.map((each) => ({
        ...each,
        seconds: (each.seconds * bytes) / each.bytes,
        cpuSeconds: (each.cpuSeconds * bytes) / each.bytes,
      })),
      bytes,
      note: `${result.contender.uncounted ?? ''}${median(result.tps).toFixed(0)} tps, RPO p50 ${p(0.5)} p95 ${p(0.95)} p99 ${p(0.99)} max ${p(1)} s`,
    };
  });
  const [first, ...others] = all;
  if (!first) return [];
  const [fastest] = others.toSorted((a, b) => (ratio({ ...b, peer: a }) ?? 0) - 1);
  const own = fastest ? { ...first, peer: fastest } : first;
  process.stdout.write(`\n${table([own, ...others])}\n`);
  const late = percentile(results[0]?.behind ?? [], 0.99) >= RPO_SECONDS;
  return [
    ...((ratio(own) ?? 1) < 1 ? [`${own.name} is slow`] : []),
    ...(peak(own) > PEAK_BYTES ? [`${own.name} takes too much memory`] : []),
    ...(late ? [`${own.name} is late`] : []),
    ...cheaper(all),
  ];
}

async function run(stage: Stage, result: Result, seconds: number): Promise<void> {
  const { server, clear } = stage;
  const { contender } = result;
  await contender.prepare();
  await server.sql('SELECT pg_switch_wal()');
  await server.sql('CHECKPOINT');
  const archiving = await contender.archive?.();
  if (!archiving) return;
  const watch = await WalWatch.start(stage, contender.bucket);
  const started = performance.now();
  const tps = await pgbench(stage, seconds);
  const { bytes, behind } = await watch.finish();
  const took = (performance.now() - started) / 1000;
  const used = await archiving.stop();
  result.runs.push({ seconds: took, bytes, ...used });
  result.tps.push(tps);
  result.behind.push(...behind);
  await clear(contender.bucket);
}

async function pgbench({ server }: Stage, seconds: number): Promise<number> {
  const { address, binDir } = server;
  const child = spawn(
    join(binDir, 'pgbench'),
    // biome-ignore format: one option and its value each
    ['-n', '-c', String(CLIENTS), '-j', '2', '-T', String(seconds), '-h', address.host, '-p',
      String(address.port), '-U', address.user, address.database],
    { env: { ...process.env, PGPASSWORD: address.password }, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`pgbench ended with ${code}: ${output}`);
  return Number(/^tps = ([\d.]+)/m.exec(output)?.[1]);
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
