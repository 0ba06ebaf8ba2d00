export type { Attached, AttachmentActions } from './attachment-input.tsx';
export {
  describeErrors,
  type FormValues,
  fieldElementId,
  type ShownError,
  soundValues,
  stepErrors,
} from './form-errors.ts';
export { forgetInput } from './kept-input.ts';
export { StepForm, type StepFormProps } from './step-form.tsx';
