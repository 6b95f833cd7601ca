import { createColors } from 'picocolors';
import { expect, test } from 'vitest';

import { printPretty } from '../../../cli/reporters/pretty.ts';
import { diag } from '../../../diagnostics/catalog.gen.ts';

const remark = (file: string, start: number, message: string): ReturnType<typeof diag.sdkUpgradeRemark> =>
  diag.sdkUpgradeRemark({ file, start, end: start + 1 }, { message });

test('remarks that say the same are one block with their places; others stay alone', () => {
  const text = 'a\n'.repeat(9);
  const sources = new Map([['a.ts', text]]);
  const diagnostics = [
    ...Array.from({ length: 8 }, (_, index) => remark('a.ts', 2 * index, 'wrapped')),
    remark('a.ts', 0, 'renamed'),
    remark('b.ts', 4, 'wrapped'),
  ];
  const report = {
    command: 'migrate',
    written: false,
    changedFiles: [],
    sites: [],
    diagnostics,
    sources,
  } as const;
  const printed = printPretty(report, createColors(false));
  expect(printed).toContain(
    'info[MRTR6102]: moving to SDK v2: wrapped (9 times)\n  --> a.ts:1\n  --> a.ts:2\n',
  );
  expect(printed).toContain('  --> a.ts:6\n      and 3 more');
  expect(printed.match(/moving to SDK v2/g)).toHaveLength(2);
  expect(printed).toContain('1 | a\n  | ^');
});
