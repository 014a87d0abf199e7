const SUFFIX = ' (from capture to capture)';
const NUMBER = /\d+(?: to \d+)?/g;

/**
 * One sentence for what several captures say with different counts: 'for 185 wakeups', 'for 229 wakeups' become 'for 185 to
 * 229 wakeups (from capture to capture)'. Takes its own output too (the two sides of a comparison).
 */
export function mergeNotes(notes: readonly string[]): string[] {
  const groups = new Map<string, { words: string[]; rows: string[][] }>();
  for (const note of notes) {
    const text = note.endsWith(SUFFIX) ? note.slice(0, -SUFFIX.length) : note;
    const words = text.split(NUMBER);
    const numbers = text.match(NUMBER) ?? [];
    const group = groups.get(words.join('\n'));
    if (group === undefined) groups.set(words.join('\n'), { words, rows: [numbers] });
    else group.rows.push(numbers);
  }
  return [...groups.values()].map(({ words, rows }) => {
    const numbers = rows[0].map((_, at) => spanOf(rows.map((row) => row[at])));
    const text = words.map((word, at) => word + (numbers[at] ?? '')).join('');
    return numbers.some((n, at) => n !== rows[0][at] || n.includes(' to ')) ? `${text}${SUFFIX}` : text;
  });
}

function spanOf(numbers: readonly string[]): string {
  const [first] = numbers;
  if (numbers.every((n) => n === first)) return first;
  const ends = numbers.flatMap((n) => n.split(' to ').map(Number));
  return `${Math.min(...ends)} to ${Math.max(...ends)}`;
}
