import { code, column, text } from '../blocks.ts';
import { makeTable } from './cells.ts';
import { never, type SectionSpec } from './section.ts';

/** Words a recipient of a report may not know, each in one line. */
export const GLOSSARY: readonly { term: string; meaning: string; needs?: 'offload' }[] = [
  {
    term: 'call',
    meaning:
      'one receive call of a program (read, recv, recvfrom, recvmsg, or an io_uring request) from entry to return',
  },
  { term: 'CPU copy', meaning: 'the kernel copies the bytes from the packets into the buffer of the program' },
  { term: 'wake latency', meaning: 'from the wakeup of the reader until it runs: it could run, but had no CPU' },
  {
    term: 'backlog',
    meaning: 'packets that arrived while the reader held the socket lock; it handles them itself when it lets go',
  },
  {
    term: 'softirq',
    meaning: 'kernel work on a packet outside any process, often on the CPU that the network card interrupts',
  },
  { term: 'SO_RCVLOWAT', meaning: 'socket option: wake the reader only when so many bytes are there' },
  { term: 'ACK, cleanup', meaning: 'sending an acknowledgement and freeing consumed packets at the end of a call' },
  { term: 'interval [low, high]', meaning: 'where the value lies with 95 % confidence, other causes left out' },
  {
    term: 'cannot tell',
    meaning: 'the data do not decide; not the same as “no difference”, which is a proven closeness',
  },
  { term: 'probe', meaning: 'a place in the kernel that the tracer records; each recorded line costs time' },
  {
    term: 'pin',
    needs: 'offload',
    meaning: 'lock the pages of the buffer of the program in memory, so that an engine may write to them',
  },
  { term: 'engine, DMA', needs: 'offload', meaning: 'a device (I/OAT) that copies memory beside the CPU' },
  { term: 'submit, descriptor', needs: 'offload', meaning: 'hand one copy order, the descriptor, to the engine' },
  { term: 'DMA wait', needs: 'offload', meaning: 'the reader polls at the end of a call until the engine is done' },
  { term: 'early copy', needs: 'offload', meaning: 'the kernel submits bytes of a sleeping reader before it is woken' },
  {
    term: 'tcp_dma_copybreak',
    needs: 'offload',
    meaning: 'sysctl: reads of at most so many bytes are not offloaded; 2147483647 switches offload off',
  },
  {
    term: 'break-even',
    needs: 'offload',
    meaning: 'the size from which the engine costs less CPU time than the copy it replaces',
  },
];

export const glossarySection: SectionSpec = {
  id: 'glossary',
  title: 'Glossary',
  isOpen: never,
  make(analysis) {
    const isOffload = analysis.balance.length > 0 || analysis.declines.length > 0;
    const terms = GLOSSARY.filter(({ needs }) => needs === undefined || isOffload);
    return {
      blocks: [
        makeTable(
          'glossary',
          'Words of this report',
          [column('word'), column('meaning')],
          terms.map(({ term, meaning }) => [code(term), text(meaning)]),
        ),
      ],
    };
  },
};
