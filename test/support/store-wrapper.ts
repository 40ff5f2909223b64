import { StoreView } from '../../lib/stores/view.ts';

/** A store in front of a real one; tests override what they want to go wrong. */
export class StoreWrapper extends StoreView {}
