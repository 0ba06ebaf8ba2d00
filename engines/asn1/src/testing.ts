export { encodeAgain } from './encode-again.ts';
export {
  type Mutation,
  type MutationKind,
  mutate,
  mutationKinds,
  type RandomNumbers,
  seededNumbers,
} from './mutate.ts';
