export interface FirstViewSize {
  readonly scripts: readonly { readonly file: string; readonly bytes: number }[];
  readonly total: number;
  readonly budget: number;
}
export function measureFirstView(directory: string): FirstViewSize;
export function renderReport(report: FirstViewSize): string;
