import type { Fact } from '../../../model/environment.ts';
import { writeNumber, writeRate } from '../../words.ts';
import { captionOf, type Lens } from '../lens.ts';

const MAX_ROWS = 60;

/** What a benchmark printed beside or without a trace: rate, CPU time per byte at both ends, CPU use. */
export const benchmarks: Lens = {
  id: 'benchmarks',
  title: 'Benchmark results',
  look(sights) {
    const rows = sights.flatMap(({ run }) => readResults(run.facts).map((result) => ({ run: run.name, ...result })));
    if (rows.length === 0) return null;
    const [first] = rows;
    const said = [
      Number.isNaN(first.rate) ? '' : writeRate(first.rate / 8),
      Number.isNaN(first.transactions) ? '' : `${writeNumber(first.transactions)} transactions/s`,
      Number.isNaN(first.receiver) ? '' : `${writeNumber(first.receiver)} ns of CPU per byte received`,
      Number.isNaN(first.sender) ? '' : `${writeNumber(first.sender)} ns per byte sent`,
    ].filter((part) => part !== '');
    const sentences = [`${first.test}: ${said.join(', ')}${rows.length > 1 ? ` (the first of ${rows.length})` : ''}.`];
    return {
      sentences,
      tables: [
        {
          caption: captionOf('Results', MAX_ROWS, rows.length),
          columns: [
            { title: 'run', unit: '' },
            { title: 'test', unit: '' },
            { title: 'throughput', unit: 'bytes/s' },
            { title: 'transactions/s', unit: 'count' },
            { title: 'CPU per byte, receiver', unit: 'ns/byte' },
            { title: 'CPU per byte, sender', unit: 'ns/byte' },
            { title: 'receiver, of all CPUs', unit: '%' },
            { title: 'sender, of all CPUs', unit: '%' },
          ],
          rows: rows
            .slice(0, MAX_ROWS)
            .map((r) => [r.run, r.test, r.rate / 8, r.transactions, r.receiver, r.sender, r.receiverCpu, r.senderCpu]),
        },
      ],
    };
  },
};

function readResults(facts: readonly Fact[]) {
  const records = new Map<string, Fact[]>();
  for (const fact of facts) {
    if (fact.domain !== 'benchmark' || fact.key.includes('@')) continue;
    const key = `${fact.file} ${fact.record}`;
    records.set(key, [...(records.get(key) ?? []), fact]);
  }
  return [...records.values()].map((own) => {
    const value = (key: string): number => own.find((fact) => fact.key === key)?.value ?? Number.NaN;
    return {
      test: own.find(({ key }) => key === 'test')?.text ?? '',
      rate: value('bits_per_second'),
      transactions: value('transactions_per_second'),
      receiver: value('receiver_cpu_ns_per_byte'),
      sender: value('sender_cpu_ns_per_byte'),
      receiverCpu: value('receiver_cpu_pct'),
      senderCpu: value('sender_cpu_pct'),
    };
  });
}
