/** What a server's settings say of how its backups come into the bucket; the same words in a plan and in what it compiles to. */
export type LandingSettings =
  | {
      readonly engine: 'clickhouse';
      readonly server: LandingAddress;
      readonly backup: { readonly method: string; readonly credentials?: string | undefined };
    }
  | {
      readonly engine: 'weaviate';
      readonly server: LandingAddress;
      readonly backend: string;
    };

interface LandingAddress {
  readonly service: string;
  readonly serviceAccount?: string | undefined;
}

/** Whether the server itself writes below landing/, in the role of its pods. */
export const writesInItsRole = (settings: LandingSettings): boolean =>
  settings.engine === 'weaviate'
    ? settings.backend === 's3'
    : settings.backup.method === 'native' && settings.backup.credentials === undefined;
