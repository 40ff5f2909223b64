/**
 * Counts keys. `db0.keys` and `db0.expires` are what INFO reports of a database, `db0.hash` its keys of a type;
 * `functions` counts libraries.
 */
export class Counter {
  readonly #counts = new Map<string, number>();
  #database = 'db0';
  keys = 0;

  select(database: number): void {
    this.#database = `db${database}`;
  }

  key(type: string): void {
    this.keys++;
    this.#add(`${this.#database}.keys`);
    this.#add(`${this.#database}.${type}`);
  }

  /** The key that follows expires. */
  expires(): void {
    this.#add(`${this.#database}.expires`);
  }

  function(): void {
    this.#add('functions');
  }

  /** Sorted by name. */
  counts(): Record<string, number> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #add(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }
}
