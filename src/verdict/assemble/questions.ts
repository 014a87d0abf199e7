import type { Finding, QuestionRow } from '../../model/analysis/index.ts';

/** The field's three questions, by the finding that answers each. */
const QUESTIONS: [id: string, name: string, question: string][] = [
  ['answer-bandwidth', 'Q1', 'Why is bandwidth lower with offload on?'],
  ['answer-settings', 'Q2', 'Is there a good set of values (window, buffer, SO_RCVLOWAT)?'],
  ['answer-transfers', 'Q3', 'Is each transfer too small for the engine?'],
];

/** By name, in their order; empty where none of them can be asked (a kernel without offload). */
export function listQuestions(findings: readonly Finding[]): QuestionRow[] {
  return QUESTIONS.flatMap(([id, name, question]) => {
    const finding = findings.find((f) => f.id === id);
    if (finding === undefined) return [];
    const told = finding.told ?? (finding.outcome === 'cannotTell' ? 'open' : 'answered');
    return [{ name, question, told, answer: finding.sentence }];
  });
}
