import { gunzipSync } from 'node:zlib';
import { parquetReadObjects } from 'hyparquet';

/** Rows of a file that recvscope wrote, chosen columns only; 64-bit numbers as decimal text, as ClickHouse takes them in JSON. */
export async function readParquetRows(
  bytes: Uint8Array,
  columns: readonly string[],
): Promise<Record<string, unknown>[]> {
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const rows = await parquetReadObjects({
    file,
    columns: [...columns],
    compressors: { GZIP: (packed) => gunzipSync(packed) },
  });
  return rows.map((row) => {
    const out: Record<string, unknown> = {};
    for (const name of columns) {
      const value = row[name];
      // A text that is not told is '' there; a number stays null.
      if (value !== null && value !== undefined) out[name] = plain(value);
    }
    return out;
  });
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  return Array.isArray(value) ? value.map(plain) : value;
}
