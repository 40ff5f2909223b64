import type { SourceOf } from '../plan/compiled.ts';
import type { ThawSpeed } from '../plan/limits.ts';
import { clusterOf } from './cluster-of.ts';
import { InputError } from './input-error.ts';
import type { JobManifests, JobRequest } from './manifest-options.ts';

/** Jobs as the charts make them: cdk8s takes a second to load, which no other command should wait for. */
export const jobManifests: JobManifests = {
  async restore({ args, claim, name, now, ...asked }) {
    const { compiled, source } = clusterOf(asked.compiled, asked.source, asked.replica);
    const { restorePlace, restoreWork } = await import('../../k8s/charts/restore.ts');
    const { printedJob } = await import('../../k8s/jobs/printed-job.ts');
    const place = restorePlace(source, claim);
    if (!place) throw new InputError(noPlace(source));
    const work = restoreWork(source, place, 'restore', args, speedOf(args));
    return printedJob(compiled, source, work, now, name);
  },

  async load({ args, name, recovered, now, ...asked }) {
    const { compiled, source } = clusterOf(asked.compiled, asked.source, asked.replica);
    if (source.engine !== 'postgresql') throw new InputError(`${source.name} is not PostgreSQL`);
    const { load } = source.settings;
    if (!load) {
      throw new InputError(
        `the plan does not say as whom to load into ${source.name}; add load: { credentials: '<secret>', scratch: '20GiB' } to it`,
      );
    }
    const { loadWork } = await import('../../k8s/charts/postgresql/load.ts');
    const { printedJob } = await import('../../k8s/jobs/printed-job.ts');
    const work = loadWork(
      source,
      load,
      'load',
      args,
      readBy(source, args),
      speedOf(args),
      recovered,
    );
    return printedJob(compiled, source, work, now, name);
  },

  async drill({ args, name, size, now, ...asked }) {
    const { compiled, source } = clusterOf(asked.compiled, asked.source, asked.replica);
    const { drillWork } = await import('../../k8s/charts/drill.ts');
    const { printedJob } = await import('../../k8s/jobs/printed-job.ts');
    return printedJob(
      compiled,
      source,
      drillWork(compiled, source, 'drill', args, size),
      now,
      name,
    );
  },
};

/** Out of a dump, unless a moment or something else than a dump is asked for. */
const readBy = ({ protections }: SourceOf<'postgresql'>, args: readonly string[]) =>
  args.includes('--to') ? protections : protections.filter(({ kind }) => kind === 'logical');

const speedOf = (args: readonly string[]): ThawSpeed =>
  args[args.indexOf('--thaw-speed') + 1] === 'bulk' ? 'bulk' : 'standard';

const noPlace = ({ name, engine }: JobRequest['source']): string =>
  engine === 'redis'
    ? `the plan does not say where ${name} is restored, and with how much memory; add restore: { volumeClaim: '…', memory: '4Gi' } to it`
    : `the plan names no volume for restores of ${name}; name one with --claim, or add restore: { volumeClaim: '…' } to the plan`;
