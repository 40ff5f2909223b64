import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CompiledPlan, DerivedSource } from '../plan/compiled.ts';
import type { Size } from '../plan/values/size.ts';
import { givenOptions } from './command-line.ts';
import { InputError } from './input-error.ts';
import type { Io } from './main.ts';

export interface ManifestOptions {
  manifest?: boolean;
  job?: string;
  replica?: boolean;
}

/** A command that somebody wants to run in the cluster. */
export interface JobRequest {
  readonly compiled: CompiledPlan;
  readonly source: DerivedSource;
  /** Options of the command that say what to do, but not where: the Job has its own places. */
  readonly args: readonly string[];
  /** Of the Job. @default one with the moment in it */
  readonly name: string | undefined;
  /** For the cluster of the replica region. */
  readonly replica: boolean;
  readonly now: Date;
}

interface PrintedJob {
  readonly name: string;
  readonly yaml: string;
}

/** Makes the Jobs of commands. The program of the containers has none of it, because it has no cdk8s. */
export interface JobManifests {
  /** @param claim volume claim to restore into; default: the plan's */
  restore(request: JobRequest & { readonly claim: string | undefined }): Promise<PrintedJob>;
  /** @param recovered size of a volume for a whole cluster, where what is loaded is recovered first */
  load(request: JobRequest & { readonly recovered: Size | undefined }): Promise<PrintedJob>;
  /** @param size of the volume for what is restored */
  drill(request: JobRequest & { readonly size: Size }): Promise<PrintedJob>;
}

/** @param places options that say where on this machine: a Job has places of its own */
export const withManifest = (command: Command, places: readonly string[]): Command =>
  command
    .addOption(
      new Option(
        '--manifest',
        'print a Kubernetes Job that does it in the cluster, instead of doing it here',
      ).conflicts([...places, 'binDir', 'json']),
    )
    .addOption(
      new Option(
        '--job <name>',
        'with --manifest: name of the Job; default: one with the time in it',
      )
        .argParser(parseJobName)
        .implies({ manifest: true }),
    )
    .addOption(
      new Option('--replica', 'with --manifest: for the cluster of the replica region').implies({
        manifest: true,
      }),
    );

function parseJobName(text: string): string {
  if (text.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text)) return text;
  throw new InvalidArgumentError(
    'write at most 63 lower-case letters, digits and hyphens, such as restore-1',
  );
}

/** Says what is done elsewhere or by the Job itself. */
const NOT_OF_THE_JOB = [
  '--plan',
  '--env',
  '--config',
  '--source',
  '--manifest',
  '--job',
  '--replica',
];

/**
 * Prints the Job, and on stderr what to do with it.
 * @param jobs absent in the program of the containers
 * @param without long flags of options that the Job's command does not have
 */
export async function printJob(
  io: Io,
  command: Command,
  jobs: JobManifests | undefined,
  { compiled, source }: Pick<JobRequest, 'compiled' | 'source'>,
  make: (jobs: JobManifests, request: JobRequest) => Promise<PrintedJob>,
  without: readonly string[] = [],
): Promise<void> {
  if (!jobs) {
    throw new InputError(
      'the program in the containers makes no manifests; run the same command with --plan and --env where the plan is',
    );
  }
  refuseLocalStores(command);
  const args = givenOptions(command, [...NOT_OF_THE_JOB, ...without]);
  const { job, replica = false } = command.opts<ManifestOptions>();
  const request = { compiled, source, args, name: job, replica, now: io.now() };
  const { name, yaml } = await make(jobs, request);
  const { namespace } = compiled.kubernetes;
  io.stdout.write(yaml);
  io.stderr.write(
    `job ${name} starts when this is given to: kubectl apply --filename -\nthen: kubectl --namespace ${namespace} logs --follow job/${name}\n`,
  );
}

/** A folder of this machine is none of a pod's. */
function refuseLocalStores(command: Command): void {
  for (const name of ['store', 'evidence']) {
    const url: unknown = command.getOptionValue(name);
    if (typeof url === 'string' && url.startsWith('file:')) {
      throw new InputError(
        `--${name} ${url} is a folder of this machine, which a pod does not see; leave it out for the store of the plan, or name a bucket`,
      );
    }
  }
}
