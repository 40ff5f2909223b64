/** What an engine has to say about its own settings; the plan adds where they are written. */
export interface Remark {
  /** `TM…` */
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'info';
  /** Where in the source: `['server', 'service']`. */
  readonly keys: readonly string[];
  readonly message: string;
  readonly remedy: string;
}
