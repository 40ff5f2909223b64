const SMALLEST = 0.0001;

/** Dollars with as many digits as say something: `$0.0004`, `$0.12`, `$1,204`. */
export function formatDollars(usd: number): string {
  if (usd === 0) return '$0';
  if (usd < SMALLEST) return `<$${SMALLEST}`;
  const digits = usd < 0.01 ? 4 : usd < 100 ? 2 : 0;
  return `$${usd.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}
