// The package has no types of its own.
declare module 'asl-validator' {
  /** Errors are empty where it is valid. */
  export default function validate(definition: unknown): {
    readonly isValid: boolean;
    readonly errors: readonly unknown[];
  };
}
