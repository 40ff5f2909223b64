import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { S3ControlClient } from '@aws-sdk/client-s3-control';
import {
  run as runStep,
  type Step,
  type VerifyDeps,
} from '../../lambda/verify-checksum/verify-checksum.ts';
import { run as runPart } from '../../lambda/verify-part/verify-part.ts';
import type { CompiledPlan } from '../../lib/plan/compiled.ts';
import { openStore } from '../../lib/stores/open.ts';
import type { ObjectStore } from '../../lib/stores/store.ts';
import { verificationMachine } from '../../lib/verification/machine.ts';
import type { S3Server } from '../support/s3-server.ts';
import { execute } from '../support/state-machine.ts';

const FUNCTIONS = { checksum: 'checksum', part: 'part', workBucket: 'work' };
const MIB = 1024 * 1024;

/** Backups beyond this size are read in slices of at least two parts. */
export const SIZES = { wholeBytes: 8 * MIB, sliceBytes: 10 * MIB, mostSlices: 4000 };

interface PartCall {
  readonly run: Parameters<typeof runPart>[0]['run'];
  readonly index: number;
  readonly item: Parameters<typeof runPart>[0]['item'];
}

export interface VerificationOptions {
  readonly compiled: CompiledPlan;
  /** That is verified. */
  readonly store: ObjectStore;
  /**
   * The same, as the function opens it that reads parts.
   * @default `store`
   */
  readonly partStore?: ObjectStore;
  readonly now?: Date;
  /** Called before each item is read; may throw. */
  readonly onItem?: (call: PartCall) => void | Promise<void>;
  /** For each item. */
  readonly signal?: AbortSignal;
  /** @default the one that they share */
  readonly evidence?: ObjectStore;
  readonly archive?: Partial<VerifyDeps['archive']>;
}

/** Runs verifications as they run in AWS: the definition of the state machine, with the functions that it calls. */
export class Verifications {
  readonly server: S3Server;
  readonly work: ObjectStore;
  readonly evidence: ObjectStore;

  private constructor(server: S3Server, work: ObjectStore, evidence: ObjectStore) {
    this.server = server;
    this.work = work;
    this.evidence = evidence;
  }

  /** @param name of its buckets, `<name>-work` and `<name>-evidence` */
  static async open(server: S3Server, name: string): Promise<Verifications> {
    await server.createBucket(`${name}-work`, { versioning: true });
    await server.createBucket(`${name}-evidence`, { objectLock: true });
    const open = (bucket: string) =>
      openStore(server.url(`${name}-${bucket}`), { credentials: server, patienceMs: 1000 });
    return new Verifications(server, await open('work'), await open('evidence'));
  }

  async close(): Promise<void> {
    await this.work.close();
    await this.evidence.close();
  }

  /** @returns what ended with the execution; undefined if the event had been worked on before */
  async run(event: unknown, options: VerificationOptions): Promise<Step['ended']> {
    const deps = this.deps(options);
    let ended: Step['ended'];
    const request = [{ messageId: '1', body: JSON.stringify(event) }];
    await execute(verificationMachine(FUNCTIONS), request, {
      invoke: async (name, payload) => {
        if (name === FUNCTIONS.part) {
          const call = payload as PartCall;
          await options.onItem?.(call);
          const signal = options.signal ?? new AbortController().signal;
          return runPart(call, { ...deps, store: options.partStore ?? deps.store, signal });
        }
        const step = await runStep(payload, deps);
        ended = step.ended ?? ended;
        return step.answer;
      },
      getObject: async (_, key) => (await buffer(await this.work.get(key))).toString(),
      putObject: async (_, key, text) => {
        // Step Functions overwrites what an earlier execution has written.
        if (await this.work.head(key)) return;
        await this.work.put(key, Readable.from([Buffer.from(text)]));
      },
    });
    return ended;
  }

  private deps(options: VerificationOptions): VerifyDeps {
    const { compiled, store, now, archive, evidence = this.evidence } = options;
    return {
      ...{ compiled, store, work: this.work, evidence, sizes: SIZES },
      now: () => now ?? new Date('2026-11-21T06:30:00Z'),
      archive: {
        client: { send: refuse } as unknown as S3ControlClient,
        account: compiled.account,
        bucket: compiled.buckets.primary,
        workBucket: FUNCTIONS.workBucket,
        role: 'arn:aws:iam::123456789012:role/jobs',
        ...archive,
      },
    };
  }
}

const refuse = (): never => {
  throw new Error('nothing was to be asked of S3 Batch Operations');
};

/** What EventBridge Scheduler sends. */
export const scheduled = (source: string, id: string, time = '2026-11-21T06:30:00Z') => ({
  source,
  id,
  time,
});

/** What S3 sends through EventBridge. */
export const created = (key: string, id: string, time = '2026-11-21T06:30:00Z') => ({
  version: '0',
  id,
  'detail-type': 'Object Created',
  source: 'aws.s3',
  time,
  detail: { version: '0', bucket: { name: 'any' }, object: { key, size: 1 } },
});
