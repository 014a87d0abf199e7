/** What the first bytes of a file say. Text has no magic; names never decide. */
export type Packing = '' | 'gzip' | 'zstd';

export interface BinaryKind {
  /** 'perf.data', 'trace.dat', 'xz' … */
  id: string;
  title: string;
  /** The command that prints the text; FILE stands for the name. '' when there is none. */
  command: string;
  /** It came without a name: FILE stays in the command. */
  isNameless?: boolean;
}

export const MAGIC_BYTES = 16;

const PERF_SCRIPT = 'perf script -i FILE --ns -F comm,pid,tid,cpu,time,period,event,ip,sym,dso,trace';
const SIGNATURES: readonly { bytes: readonly number[]; kind: BinaryKind }[] = [
  sign('PERFILE2', 'perf.data', 'a binary perf recording', PERF_SCRIPT),
  sign('2ELIFREP', 'perf.data', 'a binary perf recording of a machine with the other byte order', PERF_SCRIPT),
  sign('PERFFILE', 'perf.data', 'a binary perf recording of before 2.6.34', 'perf script -i FILE'),
  sign('\x17\x08\x44tracing', 'trace.dat', 'a binary trace-cmd recording', 'trace-cmd report FILE'),
  sign('\xfd7zXZ\0', 'xz', 'xz-compressed', 'xz -dc FILE'),
  sign('BZh', 'bzip2', 'bzip2-compressed', 'bzip2 -dc FILE'),
  sign('PK\x03\x04', 'zip', 'a zip archive', 'unzip -p FILE'),
  sign('7z\xbc\xaf\x27\x1c', '7z', 'a 7-Zip archive', '7z x -so FILE'),
  sign('\x04\x22\x4d\x18', 'lz4', 'lz4-compressed', 'lz4 -dc FILE'),
  sign('\x7fELF', 'elf', 'a program or library', ''),
  sign('\xd4\xc3\xb2\xa1', 'pcap', 'a packet capture (tcpdump)', ''),
  sign('\xa1\xb2\xc3\xd4', 'pcap', 'a packet capture (tcpdump)', ''),
  sign('\x4d\x3c\xb2\xa1', 'pcap', 'a packet capture (tcpdump)', ''),
  sign('\x0a\x0d\x0d\x0a', 'pcapng', 'a packet capture (Wireshark)', ''),
  sign('DAE\x01', 'oprofile samples', 'an oprofile sample file', 'opreport -l'),
  sign('%PDF-', 'pdf', 'a PDF document', ''),
  sign('\x89PNG', 'png', 'a picture', ''),
  sign('\xff\xd8\xff', 'jpeg', 'a picture', ''),
  sign('SQLite format 3\0', 'sqlite', 'an SQLite data base', ''),
];

function sign(text: string, id: string, title: string, command: string): { bytes: number[]; kind: BinaryKind } {
  return { bytes: [...text].map((c) => c.charCodeAt(0)), kind: { id, title, command } };
}

export function findPacking(head: Uint8Array): Packing {
  // Also a file cut behind the first two bytes.
  if (head.length >= 2 && head[0] === 0x1f && head[1] === 0x8b && (head[2] ?? 8) === 8) return 'gzip';
  if (head.length >= 4 && isZstdFrame(head)) return 'zstd';
  return '';
}

/** A zstd file begins with a frame or with a skippable frame (0x184D2A50 … 5F). */
function isZstdFrame(head: Uint8Array): boolean {
  const isFrame = head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd;
  return isFrame || ((head[0] & 0xf0) === 0x50 && head[1] === 0x2a && head[2] === 0x4d && head[3] === 0x18);
}

export function findBinary(head: Uint8Array): BinaryKind | null {
  for (const { bytes, kind } of SIGNATURES) {
    if (head.length >= bytes.length && bytes.every((byte, index) => head[index] === byte)) return kind;
  }
  return null;
}

const TAR_MAGIC_AT = 257;

/** What only the head of a stream shows, not its first bytes. null = text. */
export function findBinaryHead(head: Uint8Array): BinaryKind | null {
  const magic = Buffer.from(head.subarray(TAR_MAGIC_AT, TAR_MAGIC_AT + 5)).toString('latin1');
  if (magic === 'ustar') return { id: 'tar', title: 'a tar archive', command: 'tar -xOf FILE' };
  if (isBinaryText(head)) return { id: 'binary', title: 'binary data of an unknown kind', command: '' };
  return null;
}

/**
 * Share of bytes that no text has. Zeros at the beginning are a torn copy if text follows; zeros, escapes and bytes
 * above 0x7f occur in task names and torn copies, so only a head that is full of them is called binary.
 */
function isBinaryText(head: Uint8Array): boolean {
  if (head.length === 0) return false;
  const first = head.findIndex((byte) => byte !== 0);
  if (first < 0) return true;
  const size = Math.min(head.length, first + 4096);
  let odd = 0;
  for (let i = first; i < size; i++) {
    const c = head[i];
    if (c < 32 && c !== 9 && c !== 10 && c !== 13 && c !== 12 && c !== 27) odd++;
  }
  return odd / (size - first) > 0.08 || readsAsNoise(head.subarray(first, size));
}

/** Random bytes: a text in any 8-bit encoding has far fewer bytes that no UTF-8 sequence explains. */
function readsAsNoise(bytes: Uint8Array): boolean {
  const text = new TextDecoder('utf-8').decode(bytes);
  return text.split('\ufffd').length - 1 > bytes.length * 0.25;
}
