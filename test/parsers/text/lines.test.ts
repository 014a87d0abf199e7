import { describe, expect, it } from 'vitest';
import { LineSplitter } from '../../../parsers/text/lines.ts';
import {
  cursor,
  scanAddress,
  scanHex,
  scanNumber,
  scanSignedDec,
  scanSignedHex,
  scanTime,
} from '../../../parsers/text/numbers.ts';
import { bytesOf, findField } from '../../../parsers/text/scan.ts';

function split(
  text: string | Uint8Array,
  size: number,
  max = 1000,
): { lines: string[]; long: number; tail: boolean[] } {
  const bytes = typeof text === 'string' ? bytesOf(text) : text;
  const splitter = new LineSplitter(max);
  const lines: string[] = [];
  const tail: boolean[] = [];
  const onLine = (buf: Uint8Array, start: number, end: number, line: number) => {
    lines.push(`${line}:${new TextDecoder('utf-8', { ignoreBOM: true }).decode(buf.subarray(start, end))}`);
    tail.push(splitter.isCutTail);
  };
  for (let at = 0; at < bytes.length; at += size) splitter.push(bytes.subarray(at, at + size), onLine);
  splitter.end(onLine);
  return { lines, long: splitter.longLines, tail };
}

describe('LineSplitter', () => {
  it('ends lines at LF, CR LF and CR CR LF, drops a BOM and keeps a last line without newline', () => {
    const text = '\ufeffone\r\ntwo\r\r\n\nfour';
    for (const size of [1, 2, 3, 5, 100]) {
      const { lines, tail } = split(text, size);
      expect(lines).toEqual(['1:one', '2:two', '3:', '4:four']);
      expect(tail).toEqual([false, false, false, true]);
    }
  });

  it('reads NUL bytes as blanks', () => {
    expect(split('a\0b\n', 10).lines).toEqual(['1:a b']);
  });

  it('counts a line over the limit without giving or holding it, however it is cut', () => {
    const text = `short\n${'x'.repeat(5000)}\nlast\n`;
    for (const size of [7, 999, 10_000]) {
      const { lines, long } = split(text, size);
      expect(lines).toEqual(['1:short', '3:last']);
      expect(long).toBe(1);
    }
  });
});

describe('scanning numbers', () => {
  const signed = (text: string) => scanSignedHex(bytesOf(text), 0, text.length);

  it('reads hex the way the kernel meant it', () => {
    expect(signed('0xfffffffffffffff5')).toBe(-11);
    expect(signed('0xfffffe00')).toBe(-512);
    expect(signed('0x5a8')).toBe(1448);
    expect(signed('0x80000000')).toBe(0x80000000);
    expect(signed('20000')).toBe(131072);
  });

  it('reads decimal, signed decimal and 0x by their looks', () => {
    expect(scanNumber(bytesOf('-104 '), 0, 5)).toBe(-104);
    expect(scanNumber(bytesOf('0x10'), 0, 4)).toBe(16);
    expect(scanSignedDec(bytesOf('x'), 0, 1)).toBeNaN();
    expect(scanHex(bytesOf('zz'), 0, 2)).toBeNaN();
  });

  it('tells two kernel addresses apart that differ in the lowest bit', () => {
    const one = scanAddress(bytesOf('ffff88002cd34380'), 0, 16);
    expect(scanAddress(bytesOf('0xffff88002cd34380'), 0, 18)).toBe(one);
    expect(scanAddress(bytesOf('ffff88002cd34381'), 0, 16)).toBe(one + 1);
  });

  it('splits a time into two exact integers', () => {
    const time = (text: string) => {
      expect(scanTime(bytesOf(text), 0, text.length)).toBe(true);
      return [cursor.high, cursor.low, cursor.digits];
    };
    expect(time('7911704.926324:')).toEqual([7911704, 926324000, 6]);
    expect(time('1989.568129683:')).toEqual([1989, 568129683, 9]);
    expect(time('28547692280.123456:')).toEqual([28547692280, 123456000, 6]);
    expect(time('374330047733:')).toEqual([374, 330047733, -1]);
  });

  it('finds a key only where a word begins', () => {
    const text = bytesOf('data_len=9 len=7');
    expect(findField(text, 0, text.length, bytesOf('len='))).toBe(15);
    expect(findField(text, 0, text.length, bytesOf('skb='))).toBe(-1);
  });
});
