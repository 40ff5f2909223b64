import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { executable } from './apt.ts';
import { goInstall } from './go.ts';
import type { Server } from './servers.ts';

const VERSION = 'v1.20.0';
const PROGRAM = join(homedir(), '.cache', 'tidemark', `kube-score-${VERSION}`, 'kube-score');

/** Says what is unsafe or unreliable in manifests, by rules that many clusters are judged by. */
export const KUBE_SCORE: Server = {
  name: `kube-score ${VERSION}`,
  present: () => executable(PROGRAM),
  install: () =>
    goInstall(`github.com/zegl/kube-score/cmd/kube-score@${VERSION}`, dirname(PROGRAM)),
  hint: 'install Go, then run `npm run servers` again',
};

/** The least that a check that found nothing is given. */
const FINE = 10;

/** `null` where there is nothing to look at. */
const resultSchema = z
  .array(
    z.object({
      object_name: z.string(),
      checks: z
        .array(
          z.object({
            check: z.object({ id: z.string() }),
            grade: z.number(),
            skipped: z.boolean(),
            comments: z.array(z.object({ summary: z.string() })).nullable(),
          }),
        )
        .nullable(),
    }),
  )
  .nullable();

export interface Remark {
  readonly check: string;
  /** Such as `Deployment/apps/v1//tidemark-orders-wal`. */
  readonly object: string;
  readonly says: string;
}

/** Everything that it remarks of the objects, as a cluster is given them together. */
export async function kubeScore(
  objects: readonly unknown[],
  optional: readonly string[],
): Promise<Remark[]> {
  const input = objects.map((object) => JSON.stringify(object)).join('\n---\n');
  const tests = optional.flatMap((name) => ['--enable-optional-test', name]);
  const output = await score(['score', '--output-format', 'json', ...tests, '-'], input);
  return (resultSchema.parse(JSON.parse(output)) ?? []).flatMap(({ object_name, checks }) =>
    (checks ?? [])
      .filter(({ grade, skipped }) => grade < FINE && !skipped)
      .flatMap(({ check, comments }) =>
        (comments ?? [{ summary: '' }]).map(({ summary }) => ({
          ...{ check: check.id, object: object_name, says: summary },
        })),
      ),
  );
}

/** Exits with 1 where it has remarked something. */
function score(args: readonly string[], input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(PROGRAM, args, options, (error, stdout, stderr) => {
      if (error && error.code !== 1)
        reject(new Error(`kube-score failed: ${stderr}`, { cause: error }));
      else resolve(stdout);
    });
    child.stdin?.end(input);
  });
}
