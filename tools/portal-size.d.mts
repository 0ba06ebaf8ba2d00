export interface FirstViewSize {
  readonly path: string;
  readonly scripts: readonly { readonly file: string; readonly bytes: number }[];
  readonly total: number;
  readonly budget: number;
}
export function measureFirstViews(directory: string): readonly FirstViewSize[];
export function renderReport(report: FirstViewSize): string;
