export { systemClock, systemRandom } from './machine.ts';
export {
  messagesOf,
  migrationsOf,
  type ServerFacts,
  type System,
  type SystemContext,
  type SystemInstance,
  type SystemManifest,
} from './system.ts';
