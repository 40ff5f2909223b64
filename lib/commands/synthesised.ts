import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Synthesised } from '../audit/read/environment.ts';
import type { AuditFile } from '../audit/template.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { InputError } from './input-error.ts';
import { synth } from './synth.ts';

/** Manifests of clusters beside the plan's own, a folder each. What waits for the loss of a region is not looked at. */
const CLUSTERS = 'k8s/clusters';

/**
 * What `synth` wrote for an environment below `out`.
 * @param plan as the person wrote it
 * @throws InputError where nothing is there
 */
export async function readSynthesised(
  compiled: CompiledPlan,
  out: string,
  plan = compiled.plan,
): Promise<Synthesised> {
  const base = join(out, compiled.plan, compiled.environment);
  const clusters = (await namesIn(join(base, CLUSTERS))).sort();
  const folders = ['k8s', ...clusters.map((name) => `${CLUSTERS}/${name}`)];
  const [templates, ...manifestFolders] = await Promise.all([
    filesOf(base, 'aws', '.template.json'),
    ...[...folders, ...folders.map((folder) => `${folder}/sidecars`)].map((folder) =>
      filesOf(base, folder, '.yaml'),
    ),
  ]);
  const manifests = manifestFolders.flat();
  if (templates.length === 0 && manifests.length === 0) {
    throw new InputError(
      `nothing is synthesised in ${base}; run this first: tidemark synth --plan ${plan} --env ${compiled.environment} --out ${out}`,
    );
  }
  return { templates, manifests };
}

/**
 * What the plan derives now: the same files, made in a folder of their own.
 * @param failback for a deployment that replicates both ways
 */
export async function synthesisedNow(
  compiled: CompiledPlan,
  failback = false,
): Promise<Synthesised> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-audit-'));
  try {
    await synth(compiled, folder, failback);
    return await readSynthesised(compiled, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Leaves out files that lie among the manifests but are somebody else's, as synthesis does. */
export async function ownFiles(found: Synthesised, fresh: Synthesised): Promise<Synthesised> {
  const { MARKER } = await import('../../k8s/render.ts');
  const names = new Set(fresh.manifests.map(({ file }) => file));
  return {
    templates: found.templates,
    manifests: found.manifests.filter(
      ({ file, text }) => names.has(file) || text.startsWith(MARKER),
    ),
  };
}

async function filesOf(base: string, folder: string, ending: string): Promise<AuditFile[]> {
  const names = await namesIn(join(base, folder));
  const wanted = names.filter((name) => name.endsWith(ending)).sort();
  return Promise.all(
    wanted.map(async (name) => ({
      file: `${folder}/${name}`,
      text: await readFile(join(base, folder, name), 'utf8'),
    })),
  );
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
