import type { RenderOptions } from '../../reports/index.ts';

type Tone = Parameters<NonNullable<RenderOptions['paint']>>[1];

const CODES: Record<Tone, string> = { good: '32', bad: '31', doubt: '33', neutral: '', '': '' };

/** Colours for a terminal that has them (NO_COLOR, --no-color, a pipe: none); undefined = plain text. */
export function choosePaint(argv: readonly string[]): RenderOptions['paint'] {
  const { NO_COLOR, TERM } = process.env;
  const isPlain = (NO_COLOR !== undefined && NO_COLOR !== '') || TERM === 'dumb' || argv.includes('--no-color');
  if (isPlain || process.stdout.isTTY !== true) return undefined;
  return (text, tone, isBold) => {
    const codes = [isBold ? '1' : '', CODES[tone]].filter((code) => code !== '').join(';');
    return codes === '' ? text : `\u001b[${codes}m${text}\u001b[0m`;
  };
}
