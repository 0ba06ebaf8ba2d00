// Hashes one large file in a thread of its own, so that the thread which serves requests does not wait.
import { parentPort, workerData } from 'node:worker_threads';
import { digestAlgorithms, digestsOfFile, type LargeFile } from '../digests.ts';

parentPort?.postMessage(digestsOfFile(workerData as LargeFile, digestAlgorithms));
