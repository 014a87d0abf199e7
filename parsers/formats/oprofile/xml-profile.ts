import type { SaxesTagPlain } from 'saxes';
import { readCount } from '../../text/counts.ts';
import type { SampleClass } from './classes.ts';
import type { ClassRow } from './tables.ts';

interface SymbolCount {
  idref: string;
  image: string;
  app: string;
  counts: Map<string, number>;
  line: number;
}
interface Scope {
  name: string;
  isModule: boolean;
  counts: Map<string, number>;
  hasSymbols: boolean;
  line: number;
}

/**
 * opreport --xml, schema 1 to 3, read as a stream. Symbols refer to a table that comes after them:
 *   <binary name="…"><count>14242</count><symbol idref="13"><count>10731</count></symbol><module …/></binary>
 * Counts of a binary or module include those of its symbols; callers and callees repeat symbols that count elsewhere.
 */
export class XmlProfile {
  readonly symbols: SymbolCount[] = [];
  readonly names = new Map<string, string>();
  readonly classes = new Map<string, SampleClass>();
  schema = '';
  cpuType = '';
  hasCallgraph = false;
  hasSymbols = false;
  private readonly events = new Map<string, { event: string; sampling: string }>();
  private readonly scopes: Scope[] = [];
  private app = '';
  private symbol: SymbolCount | null = null;
  private neighbours = 0;
  private processes = 0;
  private threads = 0;
  /** By class: what the processes, or else the outermost binaries, say they hold. */
  private readonly ofProcesses = new Map<string, number>();
  private readonly ofBinaries = new Map<string, number>();
  private countClass: string | null = null;
  private text = '';

  open(tag: SaxesTagPlain, line: number): void {
    const attribute = (name: string): string => String(tag.attributes[name] ?? '').trim();
    switch (tag.name) {
      case 'profile':
        this.schema = attribute('schemaversion');
        this.cpuType = attribute('cputype');
        break;
      case 'timersetup':
        this.events.set('0', { event: 'timer', sampling: 'timer interrupt' });
        break;
      case 'eventsetup': {
        const count = attribute('setupcount') || attribute('count');
        this.events.set(attribute('id'), {
          event: attribute('eventname'),
          sampling: count === '' ? '' : `count ${count}`,
        });
        break;
      }
      case 'class': {
        const cpu = attribute('cpu');
        const { event, sampling } = this.eventOf(attribute('event'));
        this.classes.set(attribute('name'), { event, sampling, cpu: cpu === '' ? -1 : Number(cpu), label: '' });
        break;
      }
      case 'process':
        // A process without pid is the merge of all: its name is one of many.
        this.app = attribute('pid') === '' ? '' : attribute('name');
        this.processes++;
        break;
      case 'thread':
        this.threads++;
        break;
      case 'callers':
      case 'callees':
        this.neighbours++;
        this.hasCallgraph = true;
        break;
      case 'binary':
      case 'module':
        if (this.neighbours === 0) {
          const isModule = tag.name === 'module';
          this.scopes.push({ name: attribute('name'), isModule, counts: new Map(), hasSymbols: false, line });
        }
        break;
      case 'symbol':
        if (this.neighbours === 0) this.openSymbol(attribute('idref'), line);
        break;
      case 'symboldata':
        this.names.set(attribute('id'), attribute('name'));
        break;
      case 'count':
        this.countClass = attribute('class');
        this.text = '';
        break;
    }
  }

  addText(text: string): void {
    if (this.countClass !== null) this.text += text;
  }

  close(name: string): void {
    if (name === 'callers' || name === 'callees') this.neighbours--;
    else if (name === 'process') {
      this.app = '';
      this.processes--;
    } else if (name === 'thread') this.threads--;
    else if (name === 'count') this.closeCount();
    else if (this.neighbours > 0) return;
    else if (name === 'symbol') this.symbol = null;
    else if (name === 'binary' || name === 'module') this.closeScope();
  }

  eventOf(id: string): { event: string; sampling: string } {
    return this.events.get(id) ?? [...this.events.values()][0] ?? { event: '', sampling: '' };
  }

  private openSymbol(idref: string, line: number): void {
    for (const scope of this.scopes) scope.hasSymbols = true;
    const image = this.scopes.at(-1)?.name ?? '';
    this.symbol = { idref, image, app: this.appName(), counts: new Map(), line };
    this.symbols.push(this.symbol);
    this.hasSymbols = true;
  }

  private appName(): string {
    return this.app || (this.scopes.length > 1 ? this.scopes[0].name : '');
  }

  private closeCount(): void {
    const count = readCount(this.text.trim());
    const sampleClass = this.countClass ?? '';
    const whole =
      this.neighbours > 0 || this.symbol !== null
        ? null
        : this.scopes.length === 0 && this.processes === 1 && this.threads === 0
          ? this.ofProcesses
          : this.scopes.length === 1
            ? this.ofBinaries
            : null;
    whole?.set(sampleClass, (whole.get(sampleClass) ?? 0) + count);
    const target = this.neighbours > 0 ? undefined : (this.symbol ?? this.scopes.at(-1))?.counts;
    if (target !== undefined && count > 0) target.set(sampleClass, (target.get(sampleClass) ?? 0) + count);
    this.countClass = null;
  }

  /** An image-level report has no symbols: the image stands for them. Modules inside a binary come before its end. */
  private closeScope(): void {
    const scope = this.scopes.pop();
    if (scope === undefined || scope.hasSymbols || scope.counts.size === 0) return;
    for (const outer of this.scopes) outer.hasSymbols = true;
    const app = this.app || (this.scopes[0]?.name ?? scope.name);
    this.symbols.push({ idref: '', image: scope.name, app, counts: scope.counts, line: scope.line });
  }

  /** Samples by class that stand above the symbols: more than theirs where a threshold or a cut left some out. */
  get totals(): ReadonlyMap<string, number> {
    return this.ofProcesses.size > 0 ? this.ofProcesses : this.ofBinaries;
  }

  toRows(): { rows: ClassRow[]; classes: SampleClass[]; ids: string[] } {
    const ids = [...new Set(this.symbols.flatMap((symbol) => [...symbol.counts.keys()]))].sort();
    const classes = ids.map((id) => this.classes.get(id) ?? { ...this.eventOf(''), cpu: -1, label: id });
    const rows = this.symbols.map((symbol) => ({
      samples: ids.map((id) => symbol.counts.get(id) ?? 0),
      percents: [],
      image: symbol.image,
      app: symbol.app,
      symbol: symbol.idref === '' ? symbol.image : (this.names.get(symbol.idref) ?? '(no symbols)'),
      line: symbol.line,
    }));
    return { rows, classes, ids };
  }
}
