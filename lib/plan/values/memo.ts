/**
 * Remembers what pure functions worked out, at most `capacity` results: what came first is forgotten first, so that a
 * process that reads plan after plan does not grow.
 */
export class Memo<V> {
  private readonly known = new Map<string, V>();
  private readonly capacity: number;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get(key: string, workOut: () => V): V {
    const found = this.known.get(key);
    if (found !== undefined) return found;
    const value = workOut();
    const [oldest] = this.known.size < this.capacity ? [] : this.known.keys();
    if (oldest !== undefined) this.known.delete(oldest);
    this.known.set(key, value);
    return value;
  }
}
