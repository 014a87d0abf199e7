import type { Detection, DetectionHead } from '../../contract.ts';
import { isPercentToken, readTitles } from './columns.ts';

/** A row without titles is told by the four decimals of its percent; classes before it may be empty (`0  0`). */
const BARE_ROW = /^(?:[0-9a-f]{8,16} )?(?:0 +0 +)*[1-9]\d* +(\S+) +[^\s:]/;

export function isBareRow(line: string): boolean {
  const match = BARE_ROW.exec(line);
  return match !== null && match[1] !== '0' && isPercentToken(match[1]) && !/ :/.test(line.slice(0, 24));
}

/** Points for what only opreport prints (the scale: parsers/README.md). */
export function detectOpreport(head: DetectionHead): Detection {
  let score = 0;
  let hasCpu = false;
  let hasTitles = false;
  for (const line of head.lines) {
    if (/^CPU: \S/.test(line)) hasCpu = true;
    else if (hasCpu && /^(?:Counted \S+ events|Profiling through timer)/.test(line)) score += 50;
    else if (/^\s*samples\|\s+%\|/.test(line)) score += 50;
    else if (isBareRow(line)) score += 5;
    else if (/samples/i.test(line) && line.length < 400 && readTitles(line) !== null) {
      score += 50;
      hasTitles = true;
    } else if (hasTitles && /^\s*(?:[0-9a-f]{8,16} +)?\d+ +[\d.e-]+%? +\S/.test(line)) score += 2;
  }
  return { score, variant: '' };
}
