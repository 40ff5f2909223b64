/** A load was refused or failed. The message says what to do; `cause` holds what lies below. */
export class LoadError extends Error {
  override readonly name: string = 'LoadError';
}

/** The load cannot begin as it was asked for. Nothing was changed on the server. */
export class LoadRefusedError extends LoadError {
  override readonly name = 'LoadRefusedError';
}
