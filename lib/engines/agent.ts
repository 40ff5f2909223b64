import type { BackupKind, Manifest } from '../catalog/manifest.ts';
import type { DrillRun, VerifyRun } from '../catalog/run-record.ts';
import type { ThawOrder } from '../catalog/thaw.ts';
import type { DrillTarget } from './drill-notes.ts';
import type { DrillRoom } from './drill-room.ts';
import type { Expectation } from './expectations.ts';
import type { RestoreGoal } from './postgresql/restore/goal.ts';
import type { EngineName } from './registry.ts';
import type { RunContext } from './run.ts';
import type { VerifyScope } from './verify.ts';

/** What `tidemark backup` asks for. An engine refuses with EngineInputError what it cannot do. */
export interface BackupRequest {
  /** @default the first kind of the plan's rows that can be restored by itself */
  readonly kind?: BackupKind;
  readonly label?: string;
  /** Where credentials are, and what goes before the plan's address. */
  readonly env: NodeJS.ProcessEnv;
  readonly checkpoint?: 'fast' | 'spread';
  readonly acceptSystemId?: string;
  /** Folder of the server's client programs. */
  readonly binDir?: string;
}

/** What `tidemark restore` asks for. */
export interface RestoreRequest {
  /** Directory for the data; has to be empty or not to exist. */
  readonly target: string;
  readonly to: RestoreGoal;
  /** Without what happened at the moment or the position itself. @default false */
  readonly exclusive?: boolean;
  /** History to follow, where a server's log has several. @default the newest that is stored */
  readonly timeline?: number;
  /** The only backup to start from. */
  readonly backup?: string;
  /** Folder of the server's programs. */
  readonly binDir?: string;
  readonly thaw?: ThawOrder;
}

/** What `tidemark drill` asks for. */
export interface DrillRequest {
  readonly scratch: string;
  readonly target: DrillTarget;
  readonly expectations: readonly Expectation[];
  readonly amcheck: boolean;
  readonly binDir?: string;
}

/** One engine's work, as the commands ask for it. */
export interface EngineAgent<E extends EngineName, Restored = unknown> {
  backup(run: RunContext<E>, request: BackupRequest): Promise<Manifest>;
  verify(run: RunContext<E>, scope: VerifyScope): Promise<VerifyRun>;
  restore(run: RunContext<E>, request: RestoreRequest): Promise<Restored>;
  drill(run: RunContext<E>, request: DrillRequest): Promise<DrillRun>;
  /** What a drill of a state needs, from what is stored. @throws where there is no such state */
  drillRoom(run: RunContext<E>, target: DrillTarget): Promise<DrillRoom>;
}
