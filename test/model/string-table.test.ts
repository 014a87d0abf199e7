import { describe, expect, it } from 'vitest';
import { StringTable } from '../../src/model/string-table.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const internText = (table: StringTable, bytes: Uint8Array): number => table.internBytes(bytes, 0, bytes.length);

describe('strings once', () => {
  it('a text and its bytes have one id, whichever came first, through every growth of the table', () => {
    const table = new StringTable();
    for (let i = 0; i < 10_000; i++) {
      const text = `réader ${i}`;
      const id = i % 2 === 0 ? table.intern(text) : internText(table, bytesOf(text));
      expect(id).toBe(i);
    }
    for (let i = 0; i < 10_000; i += 7) {
      expect(table.intern(`réader ${i}`)).toBe(i);
      expect(internText(table, bytesOf(`réader ${i}`))).toBe(i);
      expect(table.textOf(i)).toBe(`réader ${i}`);
    }
    expect(table.size).toBe(10_000);
    expect(table.textOf(table.intern(''))).toBe('');
    expect(table.textOf(-1)).toBe('');
  });

  it('bytes that are no UTF-8 keep ids of their own; their text is that of the first', () => {
    const table = new StringTable();
    const [a, b] = [Uint8Array.of(0x61, 0xff), Uint8Array.of(0x61, 0xfe)];
    const [first, second] = [internText(table, a), internText(table, b)];
    expect([internText(table, a), internText(table, b)]).toEqual([first, second]);
    expect(first).not.toBe(second);
    expect(table.intern('a\uFFFD')).toBe(first);
  });

  it('a byte order mark and halves of pairs do not make two texts one', () => {
    const table = new StringTable();
    const marked = internText(table, Uint8Array.of(0xef, 0xbb, 0xbf, 0x61));
    expect(table.textOf(marked)).toBe('a');
    expect(table.intern('a')).toBe(marked);
    const [high, low] = [table.intern('\uD800'), table.intern('\uDC00')];
    expect(high).not.toBe(low);
    expect([table.intern('\uD800'), table.intern('\uDC00')]).toEqual([high, low]);
    expect([table.textOf(high), table.textOf(low)]).toEqual(['\uD800', '\uDC00']);
  });

  it('a restored table keeps the numbers of equal texts', () => {
    const table = StringTable.restore(['x', 'y', 'x', 'a\uFFFD', 'a\uFFFD']);
    expect([table.size, table.textOf(2), table.intern('x'), table.intern('a\uFFFD')]).toEqual([5, 'x', 0, 3]);
  });

  it('a name costs less than 150 bytes', () => {
    const table = new StringTable();
    const count = 200_000;
    for (let i = 0; i < count; i++) internText(table, bytesOf(`thr${String(i).padStart(7, '0')}`));
    expect(held(table)).toBeLessThan(150 * count);
    expect(table.size).toBe(count);
  });
});

/** Bytes of the typed arrays and of the texts as V8 keeps them (24 and a character each, rounded up). */
function held(table: StringTable): number {
  let bytes = 0;
  for (const value of Object.values(table)) {
    if (ArrayBuffer.isView(value)) bytes += value.byteLength;
    else if (Array.isArray(value)) for (const text of value) bytes += 8 + 24 + 8 * Math.ceil(text.length / 8);
    else if (value instanceof Map) bytes += 100 * value.size;
  }
  return bytes;
}
