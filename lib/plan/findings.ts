/** `error` refuses synthesis; `warning` is printed and reported; `exempt` was one of them and carries the plan's reason. */
export type Severity = 'error' | 'warning' | 'info' | 'exempt';

/** What checking a plan reports. */
export interface Finding {
  /** `TM…`; each has a section in docs/findings.md. */
  readonly code: string;
  readonly severity: Severity;
  /** Path in the plan, dots between the names: `sources.database.protect.1.keep`. */
  readonly path: string;
  /** The source that it is about, where the path is that of a part which several sources share. */
  readonly source?: string;
  /** What was found, as a sentence without a full stop. */
  readonly message: string;
  /** The value at the path, as written. */
  readonly value?: unknown;
  /** What to write instead. */
  readonly remedy: string;
  /** Reason of the exemption. */
  readonly reason?: string;
}
