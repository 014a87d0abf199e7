import type { FileReport } from '../../../src/model/diagnostics/accounting.ts';
import type { Fact } from '../../../src/model/environment.ts';
import type { ProfileTable } from '../../../src/model/profile.ts';
import type { DetectionHead, Format, ReadContext } from '../../contract.ts';
import { makeFact } from '../../text/facts.ts';
import { type LineFate, openTextReader, type TextParser } from '../../text/reader.ts';

/** recvscope.json, which `recvscope record` leaves in a capture: whose it is, when it was made, what was run. */
interface Manifest {
  recvscope?: { schemaVersion?: number; tool?: string };
  host?: string;
  kernel?: string;
  bootId?: string;
  cpus?: number;
  cpuModel?: string;
  clock?: string;
  tracer?: string;
  startedAt?: string;
  seconds?: number;
  command?: string[];
  lostEvents?: number;
  target?: { pid?: number | null; comm?: string | null };
  labels?: Record<string, string>;
}

const KNOWN_VERSION = 1;
const MAX_TEXT = 4 * 2 ** 20;

class ManifestParser implements TextParser {
  readonly profiles: ProfileTable[] = [];
  readonly facts: Fact[] = [];
  private readonly fileName: string;
  private readonly lines: string[] = [];
  private size = 0;

  constructor(fileName: string) {
    this.fileName = fileName;
  }

  onLine(line: string): LineFate {
    this.size += line.length;
    if (this.size < MAX_TEXT) this.lines.push(line);
    return 'parsed';
  }

  onEnd(report: FileReport): void {
    const manifest = parseManifest(this.lines.join('\n'));
    const version = manifest?.recvscope?.schemaVersion;
    if (manifest === null || version !== KNOWN_VERSION) {
      report.account.unknown += report.account.parsed;
      report.account.parsed = 0;
      report.notes.push(manifest === null ? 'the JSON is cut' : `of another version of recvscope (${String(version)})`);
      return;
    }
    report.variant = manifest.recvscope?.tool ?? '';
    this.keepFacts(manifest);
  }

  private keepFacts(manifest: Manifest): void {
    const keep = (domain: Fact['domain'], key: string, value: unknown): void => {
      if (typeof value !== 'string' && typeof value !== 'number') return;
      this.facts.push(makeFact(domain, key, String(value), { file: this.fileName, line: 0 }));
    };
    keep('header', 'hostname', manifest.host);
    keep('kernel', 'release', manifest.kernel);
    keep('sysctl', 'kernel.random.boot_id', manifest.bootId);
    keep('cpu', 'count', manifest.cpus);
    keep('cpu', 'model', manifest.cpuModel);
    keep('trace-option', 'trace_clock', manifest.clock);
    keep('other', 'date', manifest.startedAt);
    keep('other', 'recvscope.tracer', manifest.tracer);
    keep('other', 'recvscope.seconds', manifest.seconds);
    keep('other', 'recvscope.lost_events', manifest.lostEvents);
    keep('other', 'recvscope.target.pid', manifest.target?.pid);
    keep('other', 'recvscope.target.comm', manifest.target?.comm);
    if (Array.isArray(manifest.command) && manifest.command.length > 0)
      keep('other', 'recvscope.command', manifest.command.map(String).join(' '));
    for (const [key, value] of Object.entries(manifest.labels ?? {})) keep('other', `label.${key}`, value);
  }
}

function parseManifest(text: string): Manifest | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Manifest) : null;
  } catch {
    return null;
  }
}

export const manifestFormat: Format = {
  id: 'recvscope-manifest',
  title: 'recvscope.json of recvscope record: host, kernel, boot, start, command, events',
  fills: 'facts',
  printedBy: 'https://www.json.org/',
  example: '"recvscope": { "schemaVersion": 1, "tool": "recvscope 0.1.0" }',
  detect(head: DetectionHead) {
    return { score: /^\s*\{\s*"recvscope"\s*:\s*\{/.test(head.text.slice(0, 200)) ? 200 : 0, variant: '' };
  },
  open: (context: ReadContext) => openTextReader(context, 'recvscope-manifest', new ManifestParser(context.fileName)),
};
