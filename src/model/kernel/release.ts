/** Major, minor, patch of a kernel release: [2, 6, 32]. */
export type Release = readonly number[];

/** '6.18.44-cloud' → [6, 18, 44]; null when the text does not begin with a release. */
export function parseRelease(text: string): Release | null {
  const found = text.match(/^(\d{1,3})\.(\d{1,3})(?:\.(\d{1,4}))?/);
  return found === null ? null : [Number(found[1]), Number(found[2]), Number(found[3] ?? 0)];
}

/** Negative, 0 or positive; parts that are not written count as 0. */
export function compareReleases(a: Release, b: Release): number {
  for (let i = 0; i < 3; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** [3, 10, 0] → '3.10', [2, 6, 32] → '2.6.32'. */
export function writeRelease(release: Release): string {
  const [major, minor, patch = 0] = release;
  return patch === 0 ? `${major}.${minor}` : `${major}.${minor}.${patch}`;
}
