import { ofType, type Resource } from '../template.ts';

/** What the manifests tell Velero. */
export interface VeleroFacts {
  readonly schedules: readonly Resource[];
  readonly locations: readonly Resource[];
}

export const readVelero = (manifests: readonly Resource[]): VeleroFacts => ({
  schedules: ofVelero(manifests, 'Schedule'),
  locations: ofVelero(manifests, 'BackupStorageLocation'),
});

/** Others have a kind Schedule as well. */
const ofVelero = (manifests: readonly Resource[], kind: string): Resource[] =>
  ofType(manifests, kind).filter(({ body }) => body.text('apiVersion')?.startsWith('velero.io/'));
