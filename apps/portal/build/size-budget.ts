import { resolve } from 'node:path';
import type { Plugin } from 'vite';
import { measureFirstViews, renderReport } from '../../../tools/portal-size.mjs';

/** Fails the build when the scripts needed before the first interaction exceed the budget of the portal (150 kB compressed). */
export function sizeBudget(): Plugin {
  let directory = '';
  return {
    name: 'tra:size-budget',
    apply: 'build',
    configResolved(config) {
      directory = resolve(config.root, config.build.outDir);
    },
    closeBundle: {
      order: 'post',
      sequential: true,
      handler() {
        for (const report of measureFirstViews(directory)) {
          if (report.total > report.budget) this.error(renderReport(report));
          else this.info(renderReport(report));
        }
      },
    },
  };
}
