import { ApiObject, JsonPatch } from 'cdk8s';
import type { Construct } from 'constructs';
import type { z } from 'zod';
import {
  backupStorageLocationSchema,
  restoreSchema,
  scheduleSchema,
  volumeSnapshotLocationSchema,
} from './schemas.ts';

/** What is written of an object; its kind and version are the construct's. */
type Props<S extends z.ZodType> = Omit<z.input<S>, 'apiVersion' | 'kind'>;

type VeleroSchema =
  | typeof backupStorageLocationSchema
  | typeof volumeSnapshotLocationSchema
  | typeof scheduleSchema
  | typeof restoreSchema;

/** An object of velero.io/v1. Throws a ZodError where Velero would not take it, or Tidemark must not write it. */
abstract class VeleroObject<S extends VeleroSchema> extends ApiObject {
  constructor(scope: Construct, id: string, kind: string, schema: S, props: Props<S>) {
    super(scope, id, schema.parse({ apiVersion: 'velero.io/v1', kind, ...props }));
  }
}

/** A bucket that Velero keeps backups in. */
export class BackupStorageLocation extends VeleroObject<typeof backupStorageLocationSchema> {
  constructor(scope: Construct, id: string, props: Props<typeof backupStorageLocationSchema>) {
    super(scope, id, 'BackupStorageLocation', backupStorageLocationSchema, props);
  }
}

/** A region that native snapshots are taken in. */
export class VolumeSnapshotLocation extends VeleroObject<typeof volumeSnapshotLocationSchema> {
  constructor(scope: Construct, id: string, props: Props<typeof volumeSnapshotLocationSchema>) {
    super(scope, id, 'VolumeSnapshotLocation', volumeSnapshotLocationSchema, props);
  }
}

/** Backups that are taken again and again. */
export class Schedule extends VeleroObject<typeof scheduleSchema> {
  constructor(scope: Construct, id: string, props: Props<typeof scheduleSchema>) {
    super(scope, id, 'Schedule', scheduleSchema, props);
  }
}

/** Runs once, when it is created. */
export class Restore extends VeleroObject<typeof restoreSchema> {
  constructor(scope: Construct, id: string, props: Props<typeof restoreSchema>) {
    super(scope, id, 'Restore', restoreSchema, props);
    // Given by cdk8s to whatever has none.
    this.addJsonPatch(JsonPatch.remove('/metadata/name'));
  }
}
