/** What bounds the viewer, and why. */
export const LIMITS = {
  /** Threads of one page of the list: more than a large screen shows. */
  threadsPage: 50,
  /** Threads held: whoever scrolls past them filters. */
  threads: 5_000,
  /** Turns fetched at once without items; the API gives no more. */
  turnsPage: 500,
  /** The newest turns, which are fetched first: enough for a screen. */
  firstTurns: 60,
  /** Turns held, without items (some 300 bytes each). */
  turns: 20_000,
  /** Items fetched at once: few, since one can be as large as a line of a rollout. */
  itemsPage: 60,
  /** Pages of a turn passed through to find a linked item. */
  itemsSought: 500,
  /** Items held of all turns: those far from what is seen are let go. */
  items: 600,
  /** Characters of Markdown that are laid out; longer text is shown as it is. */
  markdown: 100_000,
  /** Nesting of Markdown: what lies deeper is shown as it is. */
  markdownDepth: 24,
  /** Lines of an output shown before it is unfolded: its first and last ones. */
  outputHead: 8,
  outputTail: 8,
  /** Characters of a text shown at first, and lines of a diff: longer ones are folded. */
  textHead: 6_000,
  diffLines: 40,
  /** Characters shown of an unfolded text: a page of more would hang. */
  textMost: 400_000,
  /** Lines shown of an unfolded diff. */
  diffMost: 4_000,
  /** Messages found by a search that are shown below their threads. */
  hits: 50,
  /** First and longest wait before a broken stream is opened again, in milliseconds. */
  reconnectMs: 1_000,
  reconnectMostMs: 15_000,
  /** Keys are typed faster than searches answer. */
  typedMs: 200,
  /** The page for the operator asks so often. */
  operationsMs: 3_000,
} as const;
