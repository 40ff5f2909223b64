import { COLOURS } from './colours.ts';
import { PICTURE } from './picture.ts';
import { print } from './print.ts';
import { TABLES } from './tables.ts';
import { TEXT } from './text.ts';

/** @param title stands at the foot of every printed page */
export const styleSheet = (title: string): string =>
  [COLOURS, TEXT, TABLES, PICTURE, print(title)].join('');
