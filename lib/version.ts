/** Written into manifests and shown by `--version`; a test holds it against package.json. */
export const VERSION = '0.1.0';
export const TOOL = `tidemark ${VERSION}`;
