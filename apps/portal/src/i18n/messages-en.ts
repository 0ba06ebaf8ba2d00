import portal from '../../messages/en.json';
import type { Texts } from './texts.ts';

/** Texts of the frame, the home page, sign-in and the components: all that a first view needs. */
export const texts: Texts = portal;
