/**
 * Control and format characters as their code: an escape sequence would redraw a terminal, and a character that turns the
 * direction of writing around would show a reviewer another text than the one that is there. Line breaks and tabs stay,
 * and the two joiners, because scripts need them.
 */
export function shown(text: string): string {
  return text.replace(/(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });
}

/** The same on one line, so that what a person wrote cannot pass for the next line of a report. */
export const shownOnOneLine = (text: string): string => shown(text.replace(/\s*[\r\n]\s*/g, ' '));
