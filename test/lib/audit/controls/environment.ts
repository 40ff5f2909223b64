import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Template } from 'aws-cdk-lib/assertions';
import { synthManifests } from '../../../../k8s/synth.ts';
import { buildAudit } from '../../../../lib/audit/build.ts';
import type { Audit } from '../../../../lib/audit/model.ts';
import type { AuditFile } from '../../../../lib/audit/template.ts';
import { compile } from '../../../../lib/plan/compile.ts';
import type { CompiledPlan } from '../../../../lib/plan/compiled.ts';
import { synthTemplates } from '../../../../lib/stacks/synth.ts';

/** Templates and manifests of one environment, in memory. */
export interface Files {
  readonly compiled: CompiledPlan;
  readonly templates: readonly AuditFile[];
  readonly manifests: readonly AuditFile[];
}

/** What `tidemark synth` writes for an environment of the plan. */
export async function synthesised(plan: unknown, environment: string): Promise<Files> {
  const { compiled, findings } = compile(plan, environment);
  if (!compiled) throw new Error(findings.map(({ message }) => message).join('\n'));
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-controls-'));
  const read = async (kind: string, paths: readonly string[]): Promise<AuditFile[]> =>
    Promise.all(
      paths.map(async (path) => ({
        file: `${kind}/${basename(path)}`,
        text: await readFile(path, 'utf8'),
      })),
    );
  try {
    return {
      compiled,
      templates: await read('aws', await synthTemplates(compiled, join(folder, 'aws'))),
      manifests: await read('k8s', await synthManifests(compiled, join(folder, 'k8s'))),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

export const audited = (files: Files, drills: Audit['drills'] = []): Audit =>
  buildAudit({ ...files, findings: [], fresh: undefined, drills });

type TemplateResource = ReturnType<Template['findResources']>[string] & { readonly Type: string };

export type Resources = Record<string, TemplateResource>;

/** The same files with the resources of both templates changed, as an editor would. */
export function withTemplates(
  files: Files,
  edit: (resources: Resources, region: string) => void,
): Files {
  const { primary, replica } = files.compiled.regions;
  const templates = files.templates.map(({ file, text }) => {
    const template: { Resources: Resources } = JSON.parse(text);
    edit(template.Resources, file.includes(primary) ? primary : replica);
    return { file, text: `${JSON.stringify(template, null, 2)}\n` };
  });
  return { ...files, templates };
}

/** The same files with the text of the manifests changed. */
export const withManifests = (files: Files, from: string, to: string): Files => ({
  ...files,
  manifests: files.manifests.map(({ file, text }) => ({ file, text: text.replaceAll(from, to) })),
});

export function backupBucket(resources: Resources): TemplateResource['Properties'] {
  const bucket = Object.values(resources).find(
    ({ Type, Properties }) => Type === 'AWS::S3::Bucket' && Properties.VersioningConfiguration,
  );
  if (!bucket) throw new Error('the template has no bucket for backups');
  return bucket.Properties;
}

/** Removes every resource that the condition holds for. */
export function drop(resources: Resources, of: (resource: TemplateResource) => boolean): void {
  for (const [id, resource] of Object.entries(resources)) if (of(resource)) delete resources[id];
}
