import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** What the assistant did to the outside world, one JSON object a line. */
export interface LedgerEntry {
  action: 'reserve' | 'publish' | 'tag' | 'unlink' | 'note' | 'announce' | 'yank';
  subject: string;
  detail?: string;
}

export class Ledger {
  constructor(private readonly file: string) {}

  record(entry: LedgerEntry): void {
    appendFileSync(this.file, `${JSON.stringify(entry)}\n`);
  }

  entries(): LedgerEntry[] {
    if (!existsSync(this.file)) return [];
    return readFileSync(this.file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as LedgerEntry);
  }
}
