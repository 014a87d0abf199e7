import type { Fact, FactDomain } from '../../../src/model/environment.ts';

export function fact(domain: FactDomain, key: string, text: string, record = ''): Fact {
  return { domain, key, text, value: Number(text), unit: '', moment: '', file: 'side.txt', line: 1, record };
}
