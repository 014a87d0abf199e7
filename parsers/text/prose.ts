/** Mostly words, at least five of them. */
export function isProse(line: string): boolean {
  const words = line.trim().split(/\s+/);
  if (words.length < 5) return false;
  const plain = words.filter((word) => /^[("'`*_]*[A-Za-z][a-z'-]*[)"'`*_.,;:!?]*$/.test(word));
  return plain.length >= words.length * 0.65;
}
