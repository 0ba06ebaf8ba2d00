export { prepareEngine } from './engine-host.ts';
