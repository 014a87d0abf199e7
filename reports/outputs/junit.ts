import type { Analysis, Finding } from '../../src/model/analysis/index.ts';
import { cleanDeep } from '../clean.ts';
import { escapeHtml } from '../html.ts';
import { OUTCOME_WORDS } from '../messages.ts';

/**
 * The verdicts as one test suite, for CI: loses = failure, cannot tell = skipped with its reason, else passed. The schema
 * is the one that Jenkins and GitLab read (testsuites/testsuite/testcase).
 */
export function writeJunit(raw: Analysis): string {
  const analysis = cleanDeep(raw);
  const count = (outcome: Finding['outcome']): number => analysis.verdicts.filter((v) => v.outcome === outcome).length;
  const counts = `tests="${analysis.verdicts.length}" failures="${count('loses')}" skipped="${count('cannotTell')}" errors="0"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `<testsuite name="${escapeXml(`recvscope ${analysis.kind}: ${analysis.title}`)}" ${counts}>`,
    ...analysis.verdicts.map(writeCase),
    `<system-out>${escapeXml(analysis.headline.sentence)}</system-out>`,
    '</testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function writeCase(verdict: Finding): string {
  const head = `<testcase classname="recvscope" name="${escapeXml(verdict.title)}"`;
  const message = `message="${escapeXml(verdict.sentence)}"`;
  if (verdict.outcome === 'loses')
    return `${head}>\n<failure type="${OUTCOME_WORDS.loses}" ${message}>${escapeXml(verdict.reasons.join('\n'))}</failure>\n</testcase>`;
  if (verdict.outcome === 'cannotTell') return `${head}>\n<skipped ${message}/>\n</testcase>`;
  return `${head}/>`;
}

const escapeXml = (text: string): string => escapeHtml(text).replace(/&#39;/g, '&apos;');
