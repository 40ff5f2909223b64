// jest runs tests in a context of their own, whose Error is not the one of Node's modules. Programs have one Error
// class, and `instanceof Error` holds for what the file system throws: here too.
import { types } from 'node:util';

const inherited = Function.prototype[Symbol.hasInstance];

Object.defineProperty(Error, Symbol.hasInstance, {
  value(this: unknown, value: unknown): boolean {
    return (this === Error && types.isNativeError(value)) || inherited.call(this, value);
  },
});
