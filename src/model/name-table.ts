/**
 * A table that is asked for names of a capture. A plain object answers `toString` and `constructor` with what it inherits;
 * this one knows its own names alone.
 */
export function nameTable<T extends object>(entries: T): T {
  return Object.assign(Object.create(null) as T, entries);
}
